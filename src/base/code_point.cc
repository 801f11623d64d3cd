#include "base/code_point.h"

#include <cstdint>

#include "base/utf8.h"

namespace dobby {

CodePoint FirstCodePoint(std::string_view text) {
  if (text.empty()) return {};
  const std::size_t length = Utf8SequenceLength(text);
  if (length == 0) return {0xFFFD, 1};
  const auto lead = static_cast<std::uint8_t>(text[0]);
  if (length == 1) return {lead, 1};
  char32_t value = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    value = (value << 6) | (static_cast<std::uint8_t>(text[i]) & 0x3Fu);
  }
  return {value, length};
}

}  // namespace dobby
