// What all formats for people say alike: marks, counts, coverage.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "dobby/summary.h"

namespace dobby {

/// How the files of a ledger came out.
struct Coverage {
  std::size_t total = 0, summarised = 0, skipped = 0, failed = 0;
  std::map<std::string, std::size_t> skipped_by_reason;
};

Coverage CoverageOf(const std::vector<LedgerRow>& ledger);

/// Returns one line: "3 files summarised; 2 skipped (1 binary, 1 empty)".
std::string CoverageLine(const Coverage& coverage);

/// Returns one line for each file that failed, made visible:
/// "src/a.c: took more than 30 s (timeout)".
std::vector<std::string> FailuresOf(const IndexSnapshot& snapshot);

/// Returns what a reader must know of a summary: " [stale]", " [ungrounded]",
/// " [truncated]", together or none of them.
std::string MarksOf(const SummaryNode& node);

/// Returns "lines 1-300".
std::string LinesOf(const SummaryNode& node);

/// A folder or file with its chunks, as lists for people show it: chunks only
/// where there are several, since one alone says what its file says.
struct Section {
  const SummaryNode* node;
  std::vector<const SummaryNode*> chunks;
};

/// Returns the repository, folders and files of the snapshot, in its order.
std::vector<Section> SectionsOf(const IndexSnapshot& snapshot);

/// Returns the path of a node for people, made visible: a folder ends in '/',
/// the repository is called by its name.
std::string TitleOf(const SummaryNode& node, const IndexSnapshot& snapshot);

}  // namespace dobby
