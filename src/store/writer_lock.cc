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

Result<WriterLock> WriterLock::Take(const Folder& folder,
                                    const std::string& name) {
  const std::string path = folder.PathOf(name);
  auto file = folder.OpenFile(name, O_RDWR | O_CREAT, 0644);
  if (!file) {
    Error error = file.error();
    error.code = ErrorCode::kIo;
    error.message = "the lock file " + error.message +
                    "; make its folder writable, or give another --db";
    return error;
  }
  WriterLock lock(*std::move(file));
  const int descriptor = lock.file_.get();
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

}  // namespace dobby
