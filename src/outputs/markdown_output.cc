// Markdown and llms.txt: text of others in it never acts as markup.
#include <map>

#include "dobby/output.h"
#include "outputs/overview.h"
#include "outputs/text_output.h"

namespace dobby {
namespace {

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || (static_cast<unsigned char>(c) & 0x80) != 0;
}

/// Whether the character at `at` could act as markup. An underscore between
/// letters never does, and names are full of them.
bool IsMarkup(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == '_') {
    return at == 0 || at + 1 == text.size() || !IsWordByte(text[at - 1]) ||
           !IsWordByte(text[at + 1]);
  }
  if (at == 0 && (c == '-' || c == '+' || c == '=')) return true;
  if (c == '.' || c == ')') {  // "1." begins a list.
    return at > 0 && text.find_first_not_of("0123456789") == at;
  }
  return std::string_view("\\`*[]<>&#|~!").find(c) != std::string_view::npos;
}

std::string EscapeMarkdown(std::string_view text) {
  const std::string shown = ForTerminal(text);
  std::string out;
  for (std::size_t at = 0; at < shown.size(); ++at) {
    if (IsMarkup(shown, at)) out += '\\';
    out += shown[at];
  }
  return out;
}

/// Like EscapeMarkdown, but code between single backticks stays code.
std::string EscapeProse(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t open = text.find('`');
    const std::size_t close =
        open == std::string_view::npos ? open : text.find('`', open + 1);
    // An empty span would be a longer delimiter.
    if (close == std::string_view::npos || close == open + 1) {
      return out + EscapeMarkdown(text);
    }
    out += EscapeMarkdown(text.substr(0, open));
    out += ForTerminal(text.substr(open, close + 1 - open));
    text.remove_prefix(close + 1);
    if (text.starts_with('`')) return out + EscapeMarkdown(text);
  }
}

/// Returns both lines of a summary as one paragraph of two lines.
std::string Paragraph(const SummaryNode& node, const std::string& indent) {
  const auto lines = ShownLines(node.text);
  return indent + EscapeProse(lines[0]) + "\\\n" + indent +
         EscapeProse(lines[1]) + "\n";
}

std::string MarkdownMarks(const SummaryNode& node) {
  const std::string marks = MarksOf(node);
  return marks.empty() ? "" : " _" + EscapeMarkdown(marks.substr(1)) + "_";
}

/// Returns a path as a relative URL. Source: RFC 3986, section 2.3.
std::string UrlOf(std::string_view path) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string url;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        (IsWordByte(c) && byte < 0x80) ||
        std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      url += c;
    } else {
      url += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return url;
}

}  // namespace

std::string WriteMarkdown(const IndexSnapshot& snapshot) {
  std::string out;
  const auto sections = SectionsOf(snapshot);
  if (sections.empty() || sections[0].node->level != Level::kRepo) {
    out += "# " + EscapeMarkdown(snapshot.name) + "\n\n";
  }
  for (const Section& section : sections) {
    const SummaryNode& node = *section.node;
    out += (node.level == Level::kRepo ? "# " : "## ") +
           EscapeMarkdown(TitleOf(node, snapshot));
    if (node.level != Level::kChunk) {
      out += MarkdownMarks(node) + "\n\n" + Paragraph(node, "");
    } else {
      out += " _\\[incomplete\\]_\n";
    }
    out += "\n";
    for (const SummaryNode* chunk : section.chunks) {
      out += "- " + LinesOf(*chunk) + MarkdownMarks(*chunk) + "\\\n" +
             Paragraph(*chunk, "  ");
    }
    if (!section.chunks.empty()) out += "\n";
  }
  out += "---\n\n" + CoverageLine(CoverageOf(snapshot.ledger)) + "\n";
  const std::string note = QuotationNote(snapshot);
  if (!note.empty()) out += "\n" + note + "\n";
  const auto failures = FailuresOf(snapshot);
  if (!failures.empty()) out += "\n";
  for (const auto& failure : failures) {
    out += "- " + EscapeMarkdown(failure) + "\n";
  }
  return out;
}

std::string WriteLlmsTxt(const IndexSnapshot& snapshot) {
  std::string out = "# " + EscapeMarkdown(snapshot.name) + "\n";
  std::map<std::string, std::string> links;  // By folder.
  for (const SummaryNode& node : snapshot.nodes) {
    if (node.level == Level::kRepo) {
      const auto lines = ShownLines(node.text);
      out += "\n" + ("> " + EscapeProse(lines[0])) + MarkdownMarks(node) +
             "\n> " + EscapeProse(lines[1]) + "\n";
    }
    if (node.level != Level::kFile) continue;
    const std::size_t slash = node.path.rfind('/');
    const bool top = slash == std::string::npos;
    const std::string name = top ? node.path : node.path.substr(slash + 1);
    links[top ? "./" : node.path.substr(0, slash + 1)] +=
        "- [" + EscapeMarkdown(name) + "](" + UrlOf(node.path) +
        "): " + EscapeProse(ShownLines(node.text)[0]) + MarkdownMarks(node) +
        "\n";
  }
  out += "\n" + CoverageLine(CoverageOf(snapshot.ledger)) + ".\n";
  const std::string note = QuotationNote(snapshot);
  if (!note.empty()) out += "\n" + note + "\n";
  for (const auto& [folder, list] : links) {
    out += "\n## " + EscapeMarkdown(folder) + "\n\n" + list;
  }
  return out;
}

}  // namespace dobby
