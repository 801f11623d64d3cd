// Allows one writer at a time, for a whole run.
#pragma once

#include <string>
#include <utility>

#include "base/descriptor.h"
#include "base/folder.h"
#include "dobby/result.h"

namespace dobby {

/// An flock(2) on a file beside the database. The kernel releases it when the
/// process ends in any way, so no stale lock remains. The file stays: if it
/// were removed, two writers could lock two files of the same name.
class WriterLock {
 public:
  /// Takes the lock on the file `name` of a folder without waiting. Errors:
  /// kUsage (another process has it; the message has its id); kIo, also for a
  /// link.
  static Result<WriterLock> Take(const Folder& folder, const std::string& name);

 private:
  explicit WriterLock(Descriptor file) : file_(std::move(file)) {}

  Descriptor file_;
};

}  // namespace dobby
