#include "outputs/terminal_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>

#include "base/code_point.h"
#include "base/utf8.h"
#include "dobby/output.h"

namespace dobby {
namespace {

struct Block {
  char32_t first, last;
};

template <std::size_t kSize>
bool IsIn(const Block (&blocks)[kSize], char32_t c) {
  return std::any_of(std::begin(blocks), std::end(blocks), [&](const Block& b) {
    return c >= b.first && c <= b.last;
  });
}

// C1 controls, line separators, and the characters that change the direction
// of writing or take no room. Source: Unicode TR36, section 2.
constexpr Block kInvisible[] = {
    {0x80, 0x9F},     {0xAD, 0xAD},     {0x061C, 0x061C}, {0x200B, 0x200F},
    {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xE0000, 0xE007F}};

// Two columns. Source: Unicode TR11, the blocks of East Asian width W and F.
constexpr Block kWide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},  {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

constexpr Block kCombining[] = {
    {0x0300, 0x036F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}};

/// Returns the visible form of a character that has none.
std::string VisibleFormOf(char32_t c) {
  if (c == 0x7F) return "\u2421";
  if (c < 0x20) {  // The control pictures begin at U+2400.
    return {'\xE2', '\x90', static_cast<char>(0x80 + c)};
  }
  char escaped[16];
  std::snprintf(escaped, sizeof escaped, "<U+%04X>", static_cast<unsigned>(c));
  return escaped;
}

}  // namespace

std::string ForTerminal(std::string_view text) {
  const std::string valid = ReplaceInvalidUtf8(text);
  std::string shown;
  std::string_view rest = valid;
  while (!rest.empty()) {
    const CodePoint c = FirstCodePoint(rest);
    const bool hidden =
        c.value < 0x20 || c.value == 0x7F || IsIn(kInvisible, c.value);
    shown +=
        hidden ? VisibleFormOf(c.value) : std::string(rest.substr(0, c.length));
    rest.remove_prefix(c.length);
  }
  return shown;
}

std::string EscapeInvisible(std::string_view json) {
  std::string escaped;
  const auto add = [&escaped](unsigned unit) {
    char text[8];
    std::snprintf(text, sizeof text, "\\u%04x", unit & 0xFFFF);
    escaped += text;
  };
  while (!json.empty()) {
    const CodePoint c = FirstCodePoint(json);
    const bool is_hidden = c.value == 0x7F || IsIn(kInvisible, c.value);
    if (!is_hidden) {
      escaped += json.substr(0, c.length);
    } else if (c.value < 0x10000) {
      add(c.value);
    } else {  // Source: RFC 8259, section 7: a surrogate pair.
      add(0xD800 + ((c.value - 0x10000) >> 10));
      add(0xDC00 + ((c.value - 0x10000) & 0x3FF));
    }
    json.remove_prefix(c.length);
  }
  return escaped;
}

int ColumnsOf(std::string_view text) {
  int columns = 0;
  while (!text.empty()) {
    const CodePoint c = FirstCodePoint(text);
    if (!IsIn(kCombining, c.value)) columns += IsIn(kWide, c.value) ? 2 : 1;
    text.remove_prefix(c.length);
  }
  return columns;
}

std::vector<std::string> WrapWords(std::string_view text, int columns) {
  std::vector<std::string> lines(1);
  int used = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    const int width = ColumnsOf(word);
    if (used > 0 && used + 1 + width > columns) {
      lines.emplace_back();
      used = 0;
    }
    if (used > 0) lines.back() += ' ';
    lines.back() += word;
    used += width + (used > 0 ? 1 : 0);
  }
  return lines;
}

}  // namespace dobby
