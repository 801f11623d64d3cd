#include "summaries/tidy_lines.h"

#include <cctype>
#include <cstddef>

#include "base/text.h"

namespace dobby {
namespace {

bool IsBlankByte(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
}

std::string CollapseBlanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!IsBlankByte(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

/// Returns how many bytes a list marker takes at the start of `text`: "1. ",
/// "2) ", "- ", "* ", "# ", "Line 1: ", "Summary: "; 0 when there is none.
std::size_t MarkerLength(std::string_view text) {
  std::size_t i = 0;
  for (const std::string_view word : {"Line", "line", "Summary", "summary"}) {
    if (text.substr(0, word.size()) == word) i = word.size();
  }
  const bool worded = i > 0;
  while (i < text.size() && text[i] == ' ') ++i;
  const std::size_t digits = i;
  while (i < text.size() && std::isdigit(static_cast<unsigned char>(text[i]))) {
    ++i;
  }
  const bool numbered = i > digits && i - digits <= 2;
  const char mark = i < text.size() ? text[i] : '\0';
  const bool ends = worded     ? mark == ':'
                    : numbered ? mark == '.' || mark == ')' || mark == ':'
                               : mark == '-' || mark == '*' || mark == '#';
  if (!ends) return 0;
  while (i < text.size() && (text[i] == mark || text[i] == ' ')) ++i;
  // "-1 is returned" is text, and so is "*args".
  return text[i - 1] == ' ' ? i : 0;
}

std::string_view WithoutPair(std::string_view text, std::string_view open,
                             std::string_view close) {
  const bool paired = text.size() > open.size() + close.size() &&
                      text.substr(0, open.size()) == open &&
                      text.substr(text.size() - close.size()) == close &&
                      text.find(open, 1) == text.size() - close.size();
  return paired ? text.substr(open.size(),
                              text.size() - open.size() - close.size())
                : text;
}

/// Takes a text that ends in its middle back to its last whole sentence, if
/// that keeps a good part of it, or else to its last whole word.
std::string CutBack(std::string text) {
  const std::size_t sentence = text.rfind(". ");
  if (sentence != std::string::npos && sentence >= text.size() / 3) {
    return text.substr(0, sentence + 1);
  }
  const std::size_t word = text.rfind(' ');
  if (word != std::string::npos && word > 0) text.resize(word);
  while (!text.empty() && (text.back() == ',' || text.back() == ' ')) {
    text.pop_back();
  }
  return text + "\u2026";
}

bool IsReadable(std::string_view text) {
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) ||
        static_cast<unsigned char>(c) >= 0x80) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string TidyLine(std::string_view line, bool cut) {
  // Quotation marks of this form are the author's alone.
  std::string text = CollapseBlanks(WithoutQuotationMarks(line));
  std::string_view rest = text;
  rest.remove_prefix(MarkerLength(rest));
  for (const std::string_view quote : {"\"", "'", "`", "**", "```"}) {
    rest = WithoutPair(rest, quote, quote);
  }
  // A character cut in the middle decodes to U+FFFD at the end.
  while (rest.size() >= 3 && rest.substr(rest.size() - 3) == "\uFFFD") {
    rest.remove_suffix(3);
  }
  text = CollapseBlanks(rest);
  if (!IsReadable(text)) return "";
  const char last = text.back();
  const bool whole = last == '.' || last == '!' || last == '?';
  return cut && !whole ? CutBack(std::move(text)) : text;
}

std::array<std::string, 2> TidyLines(std::string_view text, bool cut) {
  const std::size_t newline = text.find('\n');
  return {TidyLine(text.substr(0, newline), cut),
          newline == std::string_view::npos
              ? ""
              : TidyLine(text.substr(newline + 1), cut)};
}

}  // namespace dobby
