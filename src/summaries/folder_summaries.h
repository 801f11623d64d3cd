// The summaries of folders, from those of what is in them.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "dobby/summary.h"
#include "summaries/roll_ups.h"
#include "summaries/run_ledger.h"
#include "summaries/run_progress.h"
#include "summaries/summary_writer.h"

namespace dobby {

/// Summarises each folder as soon as all in it has ended. A walk goes
/// kMostFolders deep at most, and so does a folder's end up to the root.
class FolderSummaries {
 public:
  /// All must outlive this.
  FolderSummaries(const Repo& repo, const SummaryWriter& writer,
                  RollUps& roll_ups, RunLedger& ledger, RunProgress& progress);

  /// Tells a folder that one of its files or folders has ended, with a summary
  /// or without. Called once for each selected file.
  void EndChild(const std::string& path, std::optional<SummaryNode> node);

 private:
  /// A folder that waits for what is in it.
  struct OpenFolder {
    std::size_t pending = 0;
    std::map<std::string, SummaryNode> children;  ///< By name.
  };

  void CountChildren();
  void EndFolder(const std::string& path);
  void Record(const std::string& path, std::optional<SummaryNode> node);

  const Repo& repo_;
  const SummaryWriter& writer_;
  RollUps& roll_ups_;
  RunLedger& ledger_;
  RunProgress& progress_;
  std::map<std::string, OpenFolder> folders_;  ///< By path.
};

}  // namespace dobby
