#include "store/writer_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/files.h"

namespace dobby {
namespace {

/// Returns " (process 123)" from what the holder wrote, or nothing.
std::string HolderOf(int descriptor) {
  char digits[16];
  const ssize_t size = ::pread(descriptor, digits, sizeof digits, 0);
  if (size <= 0) return "";
  return " (process " + std::string(digits, static_cast<std::size_t>(size)) +
         ")";
}

}  // namespace

Result<WriterLock> WriterLock::Take(const std::string& path) {
  const int descriptor =
      ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644);
  if (descriptor < 0) {
    Error error = SystemError(path, "cannot make the lock file");
    error.code = ErrorCode::kIo;
    error.message += "; make its folder writable, or give another --db";
    return error;
  }
  WriterLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return SystemError(path, "cannot lock");
    return Error{ErrorCode::kUsage,
                 "another dobby" + HolderOf(descriptor) +
                     " is writing this index: wait for it to end, or give "
                     "another path with --db",
                 path};
  }
  const std::string holder = std::to_string(::getpid());
  // Only words for the other process: the lock holds without them.
  if (::ftruncate(descriptor, 0) == 0) {
    static_cast<void>(!::pwrite(descriptor, holder.data(), holder.size(), 0));
  }
  return lock;
}

WriterLock::~WriterLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

}  // namespace dobby
