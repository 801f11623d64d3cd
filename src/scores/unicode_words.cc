#include "scores/unicode_words.h"

#include <locale.h>
#include <wctype.h>

#include "base/code_point.h"

namespace dobby {
namespace {

/// The C library's tables for Unicode; those of "C" where it has none.
locale_t Unicode() {
  static const locale_t locale = [] {
    const locale_t found = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return found != nullptr ? found : newlocale(LC_CTYPE_MASK, "C", nullptr);
  }();
  return locale;
}

}  // namespace

std::u32string CodePointsOf(std::string_view text) {
  std::u32string points;
  while (!text.empty()) {
    const CodePoint point = FirstCodePoint(text);
    points += point.value;
    text.remove_prefix(point.length);
  }
  return points;
}

bool IsLetterOrDigit(char32_t c) {
  return iswalnum_l(static_cast<wint_t>(c), Unicode()) != 0;
}

bool IsSpace(char32_t c) {
  // The no-break spaces, and four separators of ASCII, are spaces to Python.
  if (c == 0xa0 || c == 0x2007 || c == 0x202f || (c >= 0x1c && c <= 0x1f)) {
    return true;
  }
  return c == 0x85 || iswspace_l(static_cast<wint_t>(c), Unicode()) != 0;
}

std::u32string LowerCase(std::u32string text) {
  for (char32_t& c : text) {
    c = static_cast<char32_t>(towlower_l(static_cast<wint_t>(c), Unicode()));
  }
  return text;
}

std::vector<std::u32string> WordsAndMarks(const std::u32string& text) {
  std::vector<std::u32string> parts;
  bool in_word = false;
  for (const char32_t c : text) {
    const bool word = c == U'_' || IsLetterOrDigit(c);
    if (word && in_word) {
      parts.back() += c;
    } else if (!IsSpace(c)) {
      parts.emplace_back(1, c);
    }
    in_word = word;
  }
  return parts;
}

}  // namespace dobby
