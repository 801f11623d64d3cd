// Checks that an index is consistent, whether or not it is up to date.
#pragma once

#include <string>
#include <vector>

#include "dobby/summary.h"

namespace dobby::cli {

/// Returns a sentence for each problem: summaries that are not two lines or
/// have no key, files that are not summarised, skipped or failed exactly once,
/// chunks that leave lines out, folders without a summary.
std::vector<std::string> CheckIndex(const IndexSnapshot& snapshot);

}  // namespace dobby::cli
