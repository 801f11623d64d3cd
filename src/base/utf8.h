// UTF-8 checks. Source: the Unicode Standard 15.0, table 3-7.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dobby {

/// Returns the length of the well-formed sequence at the start of `text`: 1 to
/// 4, or 0 when there is none.
std::size_t Utf8SequenceLength(std::string_view text);

bool IsUtf8(std::string_view text);

/// Returns `text` with each byte that is not part of a well-formed sequence
/// replaced by U+FFFD.
std::string ReplaceInvalidUtf8(std::string_view text);

/// Returns the largest length at most `max_bytes` (4 or more, so that any
/// character fits) that does not split a character of `text`.
std::size_t Utf8CutAt(std::string_view text, std::size_t max_bytes);

/// Returns `text`, cut to `max_bytes` (as above) with "..." appended if it is
/// longer.
std::string Shortened(const std::string& text, std::size_t max_bytes);

}  // namespace dobby
