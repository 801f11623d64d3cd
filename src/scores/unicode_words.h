// Characters of a text as Python's `re` and `str` see them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// Returns the characters of `text`; U+FFFD for each byte that is not UTF-8.
std::u32string CodePointsOf(std::string_view text);

/// Whether `c` is a letter or a digit of any script, by the C library's Unicode
/// tables. They count a few marks of Indic scripts that Python does not.
bool IsLetterOrDigit(char32_t c);
bool IsSpace(char32_t c);

std::u32string LowerCase(std::u32string text);

/// Returns the words (runs of letters, digits and "_") of `text`, and every
/// other character except white space: Python's `[\w]+|[^\s\w]`.
std::vector<std::u32string> WordsAndMarks(const std::u32string& text);

}  // namespace dobby
