// Macros that a C++ grammar does not see through.
#pragma once

#include <string>
#include <string_view>

namespace dobby {

/// Returns the text with blanks in place of two uses of macros that hide the
/// definitions around them from a parser, which cannot expand them: between the
/// keyword and the name of a type, as in `class MY_EXPORT Ring {`, and alone on
/// a line, as in `MY_NAMESPACE_BEGIN`. Every byte keeps its place.
std::string WithoutMacros(std::string_view text);

}  // namespace dobby
