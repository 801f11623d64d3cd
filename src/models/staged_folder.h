// A folder that appears under its name only when it is complete.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/descriptor.h"
#include "base/folder.h"
#include "dobby/result.h"

namespace dobby {

/// A folder that is filled beside its final place. Only one process may do so;
/// others wait in Begin. If it is given up, or left by a killed process, it is
/// removed; the lock ends with the process. Its name is random, and no link
/// beside the final place is followed. The object may move.
class StagedFolder {
 public:
  /// Waits until this process may make `final_path`, then makes an empty folder
  /// to fill. It and its missing parents get `mode`, less the umask. Errors:
  /// kIo.
  static Result<StagedFolder> Begin(const std::string& final_path,
                                    mode_t mode = 0777);

  ~StagedFolder();
  StagedFolder(StagedFolder&& other) noexcept = default;
  StagedFolder& operator=(StagedFolder&&) = delete;

  /// Where to put the files.
  const std::string& path() const { return path_; }

  /// Gives the folder its final name. If a folder of that name exists, the two
  /// are swapped in one step. Errors: kIo; the old folder is still there then.
  Result<void> Commit();

  /// What Commit does on a file system that cannot swap: it renames the old
  /// folder first. If the process is killed in between, the next Begin restores
  /// it. Errors: as in Commit.
  Result<void> CommitInTwoSteps();

 private:
  StagedFolder(Folder parent, std::string name);

  /// Restores what a killed CommitInTwoSteps moved away, and removes what
  /// killed processes left.
  void CleanUp();

  Folder parent_;
  std::string name_;     ///< The final one, in `parent_`.
  std::string staging_;  ///< The name until then; "" when there is none.
  std::string path_;     ///< Of the staging folder.
  Descriptor lock_;
};

}  // namespace dobby
