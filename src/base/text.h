// Small changes to texts, byte by byte.
#pragma once

#include <string>
#include <string_view>

namespace dobby {

/// Returns `text` with the letters of ASCII in lower case.
std::string Lower(std::string_view text);

inline constexpr std::string_view kBlanks = " \t\r\n";

/// Returns `text` without kBlanks at its ends.
std::string_view Trim(std::string_view text);

/// Returns `text` fit for one line: control characters, line and paragraph
/// separators and bytes that are not UTF-8 become U+FFFD.
std::string OneLine(std::string_view text);

}  // namespace dobby
