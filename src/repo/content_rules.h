// Tells languages apart that share a file ending.
#pragma once

#include <string_view>

namespace dobby {

/// Returns the language, by linguist's name, of a text whose file ending
/// (lower case, without the dot) is that of several; "" where its beginning
/// `head` does not decide, so that the table's choice holds. "Text" means that
/// it is none of them. Source: linguist's heuristics.yml says by what such
/// languages are known; here they are looked for line by line, in linear time.
std::string_view LanguageByContent(std::string_view ending,
                                   std::string_view head);

/// Whether LanguageByContent has a rule for this ending.
bool IsSharedEnding(std::string_view ending);

}  // namespace dobby
