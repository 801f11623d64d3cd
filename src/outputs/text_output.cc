#include "outputs/text_output.h"

#include "dobby/output.h"
#include "outputs/overview.h"

namespace dobby {
namespace {

/// Appends the two lines of a summary, indented.
void AddLines(const SummaryNode& node, const char* indent, std::string& out) {
  for (const std::string& line : ShownLines(node.text)) {
    out += indent + ForTerminal(line) + "\n";
  }
}

}  // namespace

std::string WriteText(const IndexSnapshot& snapshot) {
  std::string out;
  for (const Section& section : SectionsOf(snapshot)) {
    const SummaryNode& node = *section.node;
    out += TitleOf(node, snapshot);
    // A file that failed stands here by its first chunk.
    if (node.level != Level::kChunk) {
      out += MarksOf(node) + "\n";
      AddLines(node, "  ", out);
    } else {
      out += " [incomplete]\n";
    }
    for (const SummaryNode* chunk : section.chunks) {
      out += "  " + LinesOf(*chunk) + MarksOf(*chunk) + "\n";
      AddLines(*chunk, "    ", out);
    }
    out += "\n";
  }
  out += CoverageLine(CoverageOf(snapshot.ledger)) + "\n";
  const std::string note = QuotationNote(snapshot);
  if (!note.empty()) out += note + "\n";
  for (const auto& failure : FailuresOf(snapshot)) out += "  " + failure + "\n";
  return out;
}

}  // namespace dobby
