// Small changes to texts, byte by byte.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// Returns `text` with ASCII letters in lower case.
std::string Lower(std::string_view text);

inline constexpr std::string_view kBlanks = " \t\r\n";

/// Returns `text` without kBlanks at its ends.
std::string_view Trim(std::string_view text);

/// Returns the first `most` lines of `text`, each without kBlanks at its ends.
std::vector<std::string_view> TrimmedLines(std::string_view text,
                                           std::size_t most);

/// Whether a byte can stand in an identifier: a letter of ASCII, a digit, "_".
bool IsWordByte(char c);

/// Returns the end of the run of identifier bytes that begins at `at`; `at` if
/// there is none.
std::size_t EndOfWord(std::string_view text, std::size_t at);

/// Returns the part of a path after its last "/".
std::string_view BaseNameOf(std::string_view path);

/// Returns the part of a path before its last "/"; "" if it has none.
std::string_view FolderOf(std::string_view path);

/// Whether a text has only white space.
bool IsBlank(std::string_view text);

/// Returns `text` fit for one line: control characters, line and paragraph
/// separators and bytes that are not UTF-8 become U+FFFD.
std::string OneLine(std::string_view text);

/// Returns `text` as a quotation between “ and ”; those inside it become ".
std::string Quoted(std::string_view text);

/// Returns `text` without the marks of Quoted().
std::string WithoutQuotationMarks(std::string_view text);

}  // namespace dobby
