#include "chunks/headings.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "base/text.h"
#include "chunks/author_words.h"
#include "prose/document.h"

namespace dobby {
namespace {

/// A line of a Markdown text.
struct Line {
  std::string_view text;    ///< Trimmed.
  std::size_t begin = 0;    ///< Byte of the text.
  bool is_code = false;     ///< In a fence, one itself, or indented.
  std::size_t heading = 0;  ///< Level; 0: none.
};

std::size_t HeadingLevel(std::string_view line) {
  const std::size_t level = std::min(line.find_first_not_of('#'), line.size());
  const bool is_one =
      level > 0 && level <= 6 && level < line.size() && line[level] == ' ';
  return is_one ? level : 0;
}

/// Whether a line, untrimmed, goes on with indented code, or begins it: behind
/// a paragraph it would belong to that.
bool IsIndentedCode(std::string_view line, const std::vector<Line>& before) {
  const bool is_indented = line.starts_with("    ") || line.starts_with("\t");
  return is_indented && (before.empty() || before.back().text.empty() ||
                         before.back().is_code);
}

std::vector<Line> LinesOf(std::string_view text) {
  std::vector<Line> lines;
  bool fenced = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view whole = text.substr(at, end - at);
    Line line{Trim(whole), at};
    const bool fence =
        line.text.starts_with("```") || line.text.starts_with("~~~");
    line.is_code = fenced || fence || IsIndentedCode(whole, lines);
    if (fence) fenced = !fenced;
    if (!line.is_code) line.heading = HeadingLevel(line.text);
    lines.push_back(line);
    at = end + 1;
  }
  return lines;
}

/// Whether a line is text that a reader would call a sentence.
bool IsProse(const Line& line) {
  if (line.is_code || line.heading > 0 || line.text.empty()) return false;
  // Lists, tables, pictures and badges, HTML, rules, front matter.
  if (std::string_view("-*+|!<=>~:").find(line.text[0]) !=
      std::string_view::npos) {
    return line.text.starts_with("**");
  }
  return !line.text.starts_with("[![") && !line.text.starts_with("[!");
}

/// Removes "*", and of links all but their texts.
std::string WithoutMarks(std::string_view text) {
  std::string plain;
  std::size_t close = 0;  // The first "]" at or behind the place that is read.
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[' && close <= i) close = text.find(']', i);
    const bool is_link =
        text[i] == '[' && close < text.size() - 1 && text[close + 1] == '(';
    const std::size_t shown = is_link ? i + 1 : i;
    const std::size_t end = is_link ? close : i + 1;
    std::copy_if(text.begin() + shown, text.begin() + end,
                 std::back_inserter(plain), [](char c) { return c != '*'; });
    if (is_link) i = std::min(text.find(')', close), text.size() - 1);
  }
  return plain;
}

/// Returns the first paragraph of prose among `lines` before a heading, the
/// title not counted.
std::string ProseIn(const std::vector<Line>& lines, std::size_t begin,
                    bool past_headings) {
  std::string prose;
  for (std::size_t i = begin; i < lines.size(); ++i) {
    const Line& line = lines[i];
    if (line.heading > 0 && !past_headings) break;
    if (IsProse(line)) {
      prose += (prose.empty() ? "" : " ") + WithoutMarks(line.text);
    } else if (!prose.empty()) {
      break;
    }
  }
  return prose;
}

/// Returns the first paragraph under each heading, one an index.
std::vector<std::string> OpeningsIn(const Document& document) {
  std::vector<std::string> openings(document.headings.size());
  for (const Paragraph& paragraph : document.paragraphs) {
    if (paragraph.heading < 0) continue;
    auto& opening = openings[static_cast<std::size_t>(paragraph.heading)];
    if (opening.empty()) opening = paragraph.text;
  }
  return openings;
}

}  // namespace

std::vector<Definition> HeadingsOf(std::string_view text) {
  const Document document = ReadDocument(text, {"markdown", "Markdown"});
  const auto titles =
      std::count_if(document.headings.begin(), document.headings.end(),
                    [](const Heading& heading) { return heading.level == 1; });
  const std::vector<std::string> openings = OpeningsIn(document);
  std::vector<Definition> definitions;
  for (std::size_t i = 0; i < document.headings.size(); ++i) {
    const Heading& heading = document.headings[i];
    if (heading.level == 1 && titles == 1) continue;
    // HTML may have several on one line.
    const bool is_second =
        !definitions.empty() && definitions.back().begin >= heading.begin;
    if (is_second) continue;
    Definition definition;
    definition.begin = heading.begin;
    Symbol& symbol = definition.symbol;
    symbol.kind = "section";
    symbol.name = heading.text;
    symbol.line = heading.line;
    symbol.depth = heading.level > 2 ? 1 : 0;
    symbol.doc = SentenceOfProse(openings[i]);
    definitions.push_back(std::move(definition));
    if (definitions.size() > kMostDefinitions) return {};
  }
  return definitions;
}

std::string FirstProse(std::string_view text) {
  return ProseIn(LinesOf(text), 0, /*past_headings=*/true);
}

}  // namespace dobby
