// Makes the summaries of folders from those of their children.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "dobby/summary.h"
#include "summaries/folder_facts.h"
#include "summaries/roll_ups.h"
#include "summaries/run_ledger.h"
#include "summaries/run_progress.h"
#include "summaries/summary_writer.h"

namespace dobby {

/// Summarises each folder as soon as everything in it has ended. This recurses
/// up to the root, at most kMostFolders deep, which is the limit of a walk.
class FolderSummaries {
 public:
  /// All must outlive this.
  FolderSummaries(const Repo& repo, const SummaryWriter& writer,
                  RollUps& roll_ups, RunLedger& ledger, RunProgress& progress);

  /// Reports to a folder that one of its files or folders has ended, with or
  /// without a summary. Called once for each selected file.
  void EndChild(const std::string& path, std::optional<Child> child);

 private:
  /// A folder that waits for its children.
  struct OpenFolder {
    std::size_t pending = 0;
    FolderFacts facts;
  };

  void CountChildren();
  void EndFolder(const std::string& path);
  void RollUpChildren(const FolderFacts& facts, const SummaryNode& node,
                      Draft draft);
  void Record(const std::string& path, std::optional<SummaryNode> node);

  const Repo& repo_;
  const SummaryWriter& writer_;
  RollUps& roll_ups_;
  RunLedger& ledger_;
  RunProgress& progress_;
  std::map<std::string, OpenFolder> folders_;  ///< By path.
};

}  // namespace dobby
