#include "prompts/thinned_code.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"
#include "chunks/author_words.h"

namespace dobby {
namespace {

constexpr std::size_t kLongLiteral = 64, kShownOfLiteral = 32;
constexpr std::size_t kTableLines = 8, kShownOfTable = 2;

using Lines = std::vector<std::string_view>;

Lines LinesOf(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Whether a line, trimmed, looks like one of a comment in some language.
bool LooksLikeComment(std::string_view line) {
  static constexpr std::array<std::string_view, 9> kMarks = {
      "//", "/*", "*", "#", "--", ";", "<!--", "%", "(*"};
  // Code, though it begins like a comment.
  static constexpr std::array<std::string_view, 9> kCode = {
      "#include", "#define", "#if",    "#pragma", "#!",
      "#[",       "#import", "#undef", "#endif"};
  const auto starts = [line](std::string_view mark) {
    return line.starts_with(mark);
  };
  return std::any_of(kMarks.begin(), kMarks.end(), starts) &&
         std::none_of(kCode.begin(), kCode.end(), starts);
}

/// Returns where the paragraph that begins at `first` ends: at a line without
/// a word, or where the comment does.
std::size_t EndOfParagraph(const Lines& lines, std::size_t first,
                           std::size_t end) {
  const auto has_word = [](std::string_view line) {
    return std::any_of(line.begin(), line.end(), IsWordByte);
  };
  std::size_t at = first;
  while (at < end && has_word(lines[at])) ++at;
  return std::max(at, first + 1);
}

/// Returns the lines without the paragraphs of licences in the comment that
/// they begin with.
Lines WithoutLicence(const Lines& lines) {
  std::size_t head = 0;
  while (head < lines.size() &&
         (Trim(lines[head]).empty() || LooksLikeComment(Trim(lines[head])))) {
    ++head;
  }
  Lines kept;
  for (std::size_t at = 0; at < head;) {
    const std::size_t end = EndOfParagraph(lines, at, head);
    std::string paragraph;
    for (std::size_t i = at; i < end; ++i) {
      paragraph.append(lines[i]) += ' ';
    }
    if (!IsLicence(paragraph)) {
      kept.insert(kept.end(), lines.begin() + at, lines.begin() + end);
    }
    at = end;
  }
  kept.insert(kept.end(), lines.begin() + head, lines.end());
  return kept;
}

/// Returns where the literal that opens at `open` closes: the place of its
/// second quote, or npos where the line has none.
std::size_t EndOfLiteral(std::string_view line, std::size_t open) {
  for (std::size_t i = open + 1; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == line[open]) {
      return i;
    }
  }
  return std::string_view::npos;
}

/// Returns a line with at most `shown` bytes of each literal longer than
/// `longest`.
std::string WithShortLiterals(std::string_view line, std::size_t longest,
                              std::size_t shown) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool opens = line[i] == '"' || line[i] == '\'' || line[i] == '`';
    const std::size_t close =
        opens ? EndOfLiteral(line, i) : std::string_view::npos;
    if (close == std::string_view::npos) {
      text += line[i];
      continue;
    }
    const std::string_view literal = line.substr(i + 1, close - i - 1);
    text += line[i];
    if (literal.size() > longest) {
      text += literal.substr(0, Utf8CutAt(literal, shown));
      text += "...";
    } else {
      text += literal;
    }
    text += line[close];
    i = close;
  }
  return text;
}

/// Whether a line has nothing but literals, numbers and punctuation, and one of
/// the first two.
bool IsData(std::string_view line) {
  const std::string bare = WithShortLiterals(line, 0, 0);
  bool has_value = false;
  for (std::size_t i = 0; i < bare.size(); ++i) {
    if (std::isdigit(static_cast<unsigned char>(bare[i])) != 0) {
      while (i + 1 < bare.size() &&
             (IsWordByte(bare[i + 1]) || bare[i + 1] == '.')) {
        ++i;
      }
      has_value = true;
    } else if (bare[i] == '"' || bare[i] == '\'' || bare[i] == '`') {
      has_value = true;
    } else if (IsWordByte(bare[i])) {
      return false;
    }
  }
  return has_value;
}

}  // namespace

std::string ThinnedCode(std::string_view code) {
  Lines lines = WithoutLicence(LinesOf(code));
  std::erase_if(lines, [](auto line) { return Trim(line).empty(); });
  std::string text;
  for (std::size_t at = 0; at < lines.size();) {
    std::size_t end = at;
    while (end < lines.size() && IsData(lines[end])) ++end;
    const bool is_table = end - at >= kTableLines;
    end = std::max(end, at + 1);
    const std::size_t shown = is_table ? at + kShownOfTable : end;
    for (; at < shown; ++at) {
      text.append(lines[at].substr(0, lines[at].find_first_not_of(kBlanks)));
      text += WithShortLiterals(Trim(lines[at]), kLongLiteral, kShownOfLiteral);
      text += '\n';
    }
    if (is_table) text += "...\n";
    at = end;
  }
  return text;
}

}  // namespace dobby
