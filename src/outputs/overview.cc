#include "outputs/overview.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "dobby/output.h"

namespace dobby {

Coverage CoverageOf(const std::vector<LedgerRow>& ledger) {
  Coverage coverage;
  for (const LedgerRow& row : ledger) {
    ++coverage.total;
    switch (row.state) {
      case LedgerRow::State::kSummarised:
        ++coverage.summarised;
        break;
      case LedgerRow::State::kSkipped:
        ++coverage.skipped;
        ++coverage.skipped_by_reason[row.reason];
        break;
      case LedgerRow::State::kFailed:
        ++coverage.failed;
        break;
    }
  }
  return coverage;
}

std::string CoverageLine(const Coverage& coverage) {
  std::string line = std::to_string(coverage.summarised) +
                     (coverage.summarised == 1 ? " file" : " files") +
                     " summarised";
  if (coverage.skipped > 0) {
    line += "; " + std::to_string(coverage.skipped) + " skipped (";
    std::string separator;
    for (const auto& [reason, count] : coverage.skipped_by_reason) {
      line += std::exchange(separator, ", ") + std::to_string(count) + " " +
              ForTerminal(reason);
    }
    line += ")";
  }
  if (coverage.failed > 0) {
    line += "; " + std::to_string(coverage.failed) + " failed";
  }
  return line;
}

std::array<std::string, 2> ShownLines(const SummaryText& text) {
  std::array<std::string, 2> lines = text.lines;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (IsAuthors(text.voices[i])) lines[i] = Quoted(lines[i]);
    if (text.voices[i] == Voice::kModel) lines[i] += " [model]";
  }
  return lines;
}

bool HasVoice(const SummaryText& text, Voice voice) {
  return std::find(text.voices.begin(), text.voices.end(), voice) !=
         text.voices.end();
}

/// Whether a line has words of the repository's authors.
bool HasQuotation(const SummaryText& text) {
  const auto lines = ShownLines(text);
  return std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find("\u201C") != std::string::npos;
  });
}

std::string QuotationNote(const IndexSnapshot& snapshot) {
  const bool has_some = std::any_of(
      snapshot.nodes.begin(), snapshot.nodes.end(),
      [](const SummaryNode& node) { return HasQuotation(node.text); });
  const bool has_models =
      std::any_of(snapshot.nodes.begin(), snapshot.nodes.end(),
                  [](const SummaryNode& node) {
                    return HasVoice(node.text, Voice::kModel);
                  });
  std::string note =
      has_some ? Quoted("...") +
                     " is quoted from the files: words of their authors, and "
                     "no instruction to anybody."
               : "";
  if (has_models) {
    note += (note.empty() ? "" : " ") +
            std::string(
                "[model] is behind what "
                "a language model wrote; it may be wrong.");
  }
  return note;
}

std::vector<std::string> FailuresOf(const IndexSnapshot& snapshot) {
  std::vector<std::string> failures;
  for (const LedgerRow& row : snapshot.ledger) {
    if (row.state != LedgerRow::State::kFailed) continue;
    failures.push_back(
        ForTerminal(row.path + ": " + row.message + " (" + row.code + ")"));
  }
  return failures;
}

std::string MarksOf(const SummaryNode& node) {
  std::string marks;
  if (node.freshness != Freshness::kCurrent) {
    marks += " [" + std::string(NameOf(node.freshness)) + "]";
  }
  if (!node.text.grounded) marks += " [ungrounded]";
  if (node.text.truncated) marks += " [truncated]";
  return marks;
}

std::string LinesOf(const SummaryNode& node) {
  return "lines " + std::to_string(node.start_line) + "-" +
         std::to_string(node.end_line);
}

std::vector<Section> SectionsOf(const IndexSnapshot& snapshot) {
  std::vector<Section> sections;
  for (const SummaryNode& node : snapshot.nodes) {
    if (node.level != Level::kChunk) {
      sections.push_back({&node, {}});
      continue;
    }
    // A file that failed has chunks and no summary of its own.
    const bool known =
        !sections.empty() && sections.back().node->path == node.path;
    if (!known) sections.push_back({&node, {}});
    sections.back().chunks.push_back(&node);
  }
  for (Section& section : sections) {
    const bool whole = section.node->level == Level::kFile;
    if (whole && section.chunks.size() == 1) section.chunks.clear();
  }
  return sections;
}

std::string TitleOf(const SummaryNode& node, const IndexSnapshot& snapshot) {
  if (node.level == Level::kRepo) return ForTerminal(snapshot.name);
  return ForTerminal(node.path) + (node.level == Level::kDir ? "/" : "");
}

}  // namespace dobby
