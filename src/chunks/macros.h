// Hides C++ macros that confuse the parser.
#pragma once

#include <string>
#include <string_view>

namespace dobby {

/// Returns the text with two uses of macros replaced by blanks, because a
/// parser cannot expand them and misses the definitions around them: between
/// the keyword and the name of a type, as in `class MY_EXPORT Ring {`, and
/// alone on a line, as in `MY_NAMESPACE_BEGIN`. Every byte keeps its place.
std::string WithoutMacros(std::string_view text);

/// Returns the text with Objective-C's `typedef NS_ENUM(NSInteger, Kind) {` as
/// `enum Kind {`. Every byte keeps its place.
std::string WithPlainEnums(std::string_view text);

}  // namespace dobby
