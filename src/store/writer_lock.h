// One writer at a time, for as long as a run takes.
#pragma once

#include <string>

#include "dobby/result.h"

namespace dobby {

/// An flock(2) on a file beside the database. The kernel releases it when the
/// process ends, however it ends, so no lock is ever left over. The file
/// stays: removing it would let two writers lock two files of one name.
class WriterLock {
 public:
  /// Takes the lock, without waiting. Errors: kUsage (another process has it:
  /// the message has its id), kIo.
  static Result<WriterLock> Take(const std::string& path);

  ~WriterLock();
  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&&) = delete;

 private:
  explicit WriterLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace dobby
