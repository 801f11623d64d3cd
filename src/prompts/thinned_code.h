// Removes from code what tells nothing about its purpose.
#pragma once

#include <string>
#include <string_view>

namespace dobby {

/// Returns the code without licences in the comments at its head, blank lines
/// and white space at ends of lines. A literal of more than 64 bytes on one
/// line is cut to its first 32, and a table (at least 8 lines of only literals,
/// numbers and punctuation) to its first two lines, followed by "...". Only the
/// look of lines decides, so it works for any language.
std::string ThinnedCode(std::string_view code);

}  // namespace dobby
