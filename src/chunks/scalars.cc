#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "chunks/settings_parts.h"

namespace dobby {
namespace {

// A source longer than this is no short value; the rest is not decoded.
constexpr std::size_t kMostSourceBytes = 4 * kMostValueBytes;

void AppendUtf8(std::uint32_t code, std::string& text) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6);
    add(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  } else if (code < 0x110000) {
    add(0xF0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3F));
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  }
}

/// Returns the value of digits; 0 where there are none.
std::uint32_t NumberOf(std::string_view digits, std::uint32_t base) {
  std::uint32_t number = 0;
  for (const char c : digits.substr(0, 8)) {
    std::uint32_t digit = base;
    if (c >= '0' && c <= '9') digit = static_cast<std::uint32_t>(c - '0');
    if ((c | 32) >= 'a' && (c | 32) <= 'f') {
      digit = static_cast<std::uint32_t>((c | 32) - 'a') + 10;
    }
    if (digit >= base) return 0;
    number = number * base + digit;
  }
  return number;
}

/// Reads the escape behind the backslash at `at`; returns the end of it.
std::size_t AppendEscape(std::string_view text, std::size_t at,
                         std::string& plain) {
  if (++at >= text.size()) return at;
  const char c = text[at++];
  if (c == 'u' || c == 'U' || c == 'x') {
    const std::size_t digits = c == 'u' ? 4 : c == 'U' ? 8 : 2;
    AppendUtf8(NumberOf(text.substr(at, digits), 16), plain);
    return std::min(at + digits, text.size());
  }
  if (c == '\n' || c == '\r') {
    return std::min(text.find_first_not_of(kBlanks, at), text.size());
  }
  constexpr std::string_view kLetters = "ntrbf0e", kMeant = "\n\t\n    ";
  const std::size_t known = kLetters.find(c);
  plain += known == kLetters.npos ? c : kMeant[known];
  return at;
}

std::string Unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\\') {
      at = AppendEscape(text, at, plain);
    } else {
      plain += text[at++];
    }
  }
  return plain;
}

/// Resolves "&amp;" and "&#233;".
std::string WithoutEntities(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kNames = {
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text[at] == '&'
                                ? text.substr(0, at + 12).find(';', at)
                                : std::string_view::npos;
    if (end == std::string_view::npos) {
      plain += text[at++];
      continue;
    }
    const std::string_view name = text.substr(at + 1, end - at - 1);
    if (name.starts_with("#x") || name.starts_with("#X")) {
      AppendUtf8(NumberOf(name.substr(2), 16), plain);
    } else if (name.starts_with("#")) {
      AppendUtf8(NumberOf(name.substr(1), 10), plain);
    }
    for (const auto& [entity, meant] : kNames) {
      if (entity == name) plain += meant;
    }
    at = end + 1;
  }
  return plain;
}

/// Takes the quotes off; returns them, or "" where there are none.
std::string_view TakeQuotes(std::string_view& text) {
  for (const std::string_view quotes : {"\"\"\"", "'''", "\"", "'"}) {
    if (!text.starts_with(quotes)) continue;
    text.remove_prefix(quotes.size());
    if (text.ends_with(quotes)) text.remove_suffix(quotes.size());
    return quotes;
  }
  return "";
}

std::string Decoded(std::string_view text, SettingsFormat format) {
  if (format == SettingsFormat::kXml) {
    TakeQuotes(text);
    return WithoutEntities(text);
  }
  const std::string_view quotes = TakeQuotes(text);
  if (quotes.starts_with('"')) return Unescaped(text);
  return std::string(text);
}

}  // namespace

std::string JoinedPath(std::string_view path, std::string_view name) {
  std::string joined(path);
  if (!path.empty() && !name.empty()) joined += '.';
  joined += name;
  return joined;
}

std::string JoinedWords(std::string_view text) {
  std::string words;
  bool after_blank = false;
  for (const char c : Trim(text)) {
    const bool blank = kBlanks.find(c) != std::string_view::npos;
    if (blank && !after_blank) words += ' ';
    if (!blank) words += c;
    after_blank = blank;
  }
  return words;
}

std::string CutValue(std::string_view value) {
  value = Trim(value);
  value = value.substr(0, 2 * kMostValueBytes);
  std::string cut = ReplaceInvalidUtf8(value);
  if (cut.size() > kMostValueBytes) cut.resize(Utf8CutAt(cut, kMostValueBytes));
  return cut;
}

std::string DecodedScalar(std::string_view source, SettingsFormat format) {
  if (source.size() > kMostSourceBytes) {
    source = source.substr(0, Utf8CutAt(source, kMostSourceBytes));
  }
  return CutValue(Decoded(source, format));
}

}  // namespace dobby
