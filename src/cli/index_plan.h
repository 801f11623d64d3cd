// Finds out what `dobby index` would do, without a model.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "dobby/repo.h"
#include "dobby/result.h"
#include "dobby/summary.h"

namespace dobby::cli {

/// The work of a run, by file.
struct IndexPlan {
  struct File {
    std::string path;
    std::size_t chunks = 0;
    bool known = false;  ///< In the index with the same content.
  };
  std::vector<File> files;                     ///< Those to be summarised.
  std::map<std::string, std::size_t> skipped;  ///< Count by reason.
  std::vector<Error> errors;                   ///< Unreadable files.

  std::size_t ChunksToDo() const;
  std::size_t FilesToDo() const;
};

/// Reads and cuts the files of `repo`. `ledger`: the current content of the
/// index, empty without one.
IndexPlan PlanIndex(const Repo& repo, const RepoOptions& options,
                    const std::vector<LedgerRow>& ledger);

}  // namespace dobby::cli
