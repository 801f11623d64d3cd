// One writer at a time, for as long as a run takes.
#pragma once

#include <string>
#include <utility>

#include "base/descriptor.h"
#include "base/folder.h"
#include "dobby/result.h"

namespace dobby {

/// An flock(2) on a file beside the database. The kernel releases it when the
/// process ends, however it ends, so no lock is ever left over. The file
/// stays: removing it would let two writers lock two files of one name.
class WriterLock {
 public:
  /// Takes the lock on the file `name` of a folder, without waiting. Errors:
  /// kUsage (another process has it: the message has its id); kIo, for a link
  /// too.
  static Result<WriterLock> Take(const Folder& folder, const std::string& name);

 private:
  explicit WriterLock(Descriptor file) : file_(std::move(file)) {}

  Descriptor file_;
};

}  // namespace dobby
