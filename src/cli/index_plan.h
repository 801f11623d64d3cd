// Finds out what `dobby index` would do, without a model.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
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
    bool known = false;  ///< In the index, with the same content, model and
                         ///< prompts.
  };
  std::vector<File> files;                     ///< Those to be summarised.
  std::map<std::string, std::size_t> skipped;  ///< Count by reason.
  std::vector<Error> errors;                   ///< Unreadable files.

  std::size_t ChunksToDo() const;
  std::size_t FilesToDo() const;
};

/// Decides which summaries a run would keep: those of the same model and
/// prompts, and those in an author's words unless the model has to write
/// everything.
struct SummaryOrigin {
  std::optional<std::string> model;  ///< Nothing if the model is not installed:
                                     ///< any counts.
  std::string prompt_version;
  bool only_model = false;

  bool Keeps(const SummaryText& text) const;
};

/// Returns the origin of what a run with these settings would write, without
/// loading a model. Errors: those of MakePromptKit.
Result<SummaryOrigin> OriginOf(const std::string& model_setting,
                               const SummariserOptions& options);

/// Reads and cuts the files of `repo`. `index` is what the index holds now,
/// empty without one.
IndexPlan PlanIndex(const Repo& repo, const RepoOptions& options,
                    const IndexSnapshot& index, const SummaryOrigin& origin);

}  // namespace dobby::cli
