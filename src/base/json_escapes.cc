#include "base/json_escapes.h"

#include <cctype>
#include <cstdint>

namespace dobby {
namespace {

constexpr std::size_t kEscapeBytes = 6;  ///< Of "\\uXXXX".

/// Returns the code unit of the escape that begins `text`; 0 where none does.
std::uint32_t UnitOf(std::string_view text) {
  if (text.size() < kEscapeBytes || !text.starts_with("\\u")) return 0;
  std::uint32_t unit = 0;
  for (const char c : text.substr(2, 4)) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return 0;
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    unit = unit * 16 + static_cast<std::uint32_t>(digit);
  }
  return unit;
}

bool IsHigh(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLow(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

}  // namespace

std::string ReplaceLoneSurrogates(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    const std::string_view rest = json.substr(at);
    const std::uint32_t unit = UnitOf(rest);
    std::size_t taken = json[at] == '\\' ? 2 : 1;
    if (IsHigh(unit) && IsLow(UnitOf(rest.substr(kEscapeBytes)))) {
      taken = 2 * kEscapeBytes;
    } else if (IsHigh(unit) || IsLow(unit)) {
      text += "\\ufffd";
      at += kEscapeBytes;
      continue;
    }
    text += rest.substr(0, taken);
    at += taken;
  }
  return text;
}

}  // namespace dobby
