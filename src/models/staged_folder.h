// A folder that appears under its name only when it is complete.
#pragma once

#include <string>

#include "dobby/result.h"

namespace dobby {

/// A folder being filled beside its final place, with the sole right to do
/// so: other processes wait in Begin. Given up, or left by a killed process,
/// it is removed; the lock goes with the process. The object may move.
class StagedFolder {
 public:
  /// Waits for the right to make `final_path`, and makes an empty folder to
  /// fill. Errors: kIo.
  static Result<StagedFolder> Begin(const std::string& final_path);

  ~StagedFolder();
  StagedFolder(StagedFolder&& other) noexcept;
  StagedFolder& operator=(StagedFolder&&) = delete;

  /// Where to put the files.
  const std::string& path() const { return staging_; }

  /// Gives the folder its name, in the place of one that is there.
  /// Errors: kIo; then what was there is still there.
  Result<void> Commit();

 private:
  StagedFolder() = default;

  std::string final_;
  std::string staging_;
  int lock_ = -1;
};

}  // namespace dobby
