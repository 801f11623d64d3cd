// A folder that appears under its name only when it is complete.
#pragma once

#include <string>

#include "base/descriptor.h"
#include "base/folder.h"
#include "dobby/result.h"

namespace dobby {

/// A folder being filled beside its final place, with the sole right to do
/// so: other processes wait in Begin. Given up, or left by a killed process,
/// it is removed; the lock goes with the process. Its name is random, and no
/// link is followed beside the final place. The object may move.
class StagedFolder {
 public:
  /// Waits for the right to make `final_path`, and makes an empty folder to
  /// fill. Errors: kIo.
  static Result<StagedFolder> Begin(const std::string& final_path);

  ~StagedFolder();
  StagedFolder(StagedFolder&& other) noexcept = default;
  StagedFolder& operator=(StagedFolder&&) = delete;

  /// Where to put the files.
  const std::string& path() const { return path_; }

  /// Gives the folder its name, in the place of one that is there: both change
  /// places in one step. Errors: kIo; then what was there is still there.
  Result<void> Commit();

  /// What Commit does on a file system without such a step: the old folder
  /// waits under another name. A process that is killed in between leaves it
  /// there, and the next Begin brings it back. Errors: as Commit.
  Result<void> CommitInTwoSteps();

 private:
  StagedFolder(Folder parent, std::string name);

  /// Brings back what a killed CommitInTwoSteps moved away, and removes what
  /// killed processes left.
  void CleanUp();

  Folder parent_;
  std::string name_;     ///< The final one, in `parent_`.
  std::string staging_;  ///< The name until then; "" when there is none.
  std::string path_;     ///< Of the staging folder.
  Descriptor lock_;
};

}  // namespace dobby
