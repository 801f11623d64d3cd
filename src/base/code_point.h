// Decodes Unicode scalar values from UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace dobby {

/// A character at the start of a text.
struct CodePoint {
  char32_t value = 0;      ///< U+FFFD for a byte that is not UTF-8.
  std::size_t length = 0;  ///< In bytes: 1 to 4; 0 for an empty text.
};

/// Returns the character that `text` begins with.
CodePoint FirstCodePoint(std::string_view text);

}  // namespace dobby
