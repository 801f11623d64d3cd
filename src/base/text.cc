#include "base/text.h"

#include <algorithm>
#include <cctype>

#include "base/utf8.h"

namespace dobby {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";
constexpr std::string_view kOpenQuote = "\u201C", kCloseQuote = "\u201D";

/// Returns `text` with another text for each mark of a quotation.
std::string WithMarksAs(std::string_view text, std::string_view other) {
  std::string plain;
  while (!text.empty()) {
    const bool is_mark =
        text.starts_with(kOpenQuote) || text.starts_with(kCloseQuote);
    const std::size_t length = is_mark ? kOpenQuote.size() : 1;
    plain += is_mark ? other : text.substr(0, 1);
    text.remove_prefix(length);
  }
  return plain;
}

/// C0, DEL, C1, and the separators of lines and paragraphs.
bool BreaksLine(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return lead < 0x20 || lead == 0x7F;
  if (character.size() == 2) {
    return lead == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
  }
  return character == "\u2028" || character == "\u2029";
}

}  // namespace

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return lower;
}

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::vector<std::string_view> TrimmedLines(std::string_view text,
                                           std::size_t most) {
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() < most) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(Trim(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool IsWordByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::size_t EndOfWord(std::string_view text, std::size_t at) {
  while (at < text.size() && IsWordByte(text[at])) ++at;
  return at;
}

std::string_view BaseNameOf(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string_view FolderOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : path.substr(0, slash);
}

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

std::string OneLine(std::string_view text) {
  const std::string valid = ReplaceInvalidUtf8(text);
  std::string line;
  for (std::size_t at = 0; at < valid.size();) {
    const std::string_view rest = std::string_view(valid).substr(at);
    const std::string_view character = rest.substr(0, Utf8SequenceLength(rest));
    line += BreaksLine(character) ? kReplacement : character;
    at += character.size();
  }
  return line;
}

std::string Quoted(std::string_view text) {
  return std::string(kOpenQuote) + WithMarksAs(text, "\"") +
         std::string(kCloseQuote);
}

std::string WithoutQuotationMarks(std::string_view text) {
  return WithMarksAs(text, "");
}

}  // namespace dobby
