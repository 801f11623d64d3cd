// Shared by all formats for people: marks, counts, coverage.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "dobby/summary.h"

namespace dobby {

/// The outcome of the files in a ledger.
struct Coverage {
  std::size_t total = 0, summarised = 0, skipped = 0, failed = 0;
  std::map<std::string, std::size_t> skipped_by_reason;
};

Coverage CoverageOf(const std::vector<LedgerRow>& ledger);

/// Returns one line: "3 files summarised; 2 skipped (1 binary, 1 empty)".
std::string CoverageLine(const Coverage& coverage);

/// Says what “...” around words means; empty where no summary has it.
std::string QuotationNote(const IndexSnapshot& snapshot);

/// Returns one line for each file that failed, made visible:
/// "src/a.c: took more than 30 s (timeout)".
std::vector<std::string> FailuresOf(const IndexSnapshot& snapshot);

/// Returns the marks of a summary: any of " [stale]", " [ungrounded]", "
/// [truncated]".
std::string MarksOf(const SummaryNode& node);

/// Returns "lines 1-300".
std::string LinesOf(const SummaryNode& node);

/// A folder or file with its chunks, as lists for people show it: chunks only
/// if there are several, since a single chunk says what its file says.
struct Section {
  const SummaryNode* node;
  std::vector<const SummaryNode*> chunks;
};

/// Returns the repository, folders and files of the snapshot, in its order.
std::vector<Section> SectionsOf(const IndexSnapshot& snapshot);

/// Returns the path of a node for people, with control characters made visible.
/// A folder ends in '/'; the repository is shown by its name.
std::string TitleOf(const SummaryNode& node, const IndexSnapshot& snapshot);

}  // namespace dobby
