#include "base/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <random>

#include "base/files.h"

namespace dobby {
namespace {

constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

bool IsPart(const std::string& name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

Error NotAPart(const std::string& path) {
  return {ErrorCode::kIo, "is not a name inside a folder", path};
}

Error IsALink(const std::string& path) {
  return {ErrorCode::kIo,
          "is a link, and links are not followed here: remove it, or give the "
          "path that it leads to",
          path};
}

/// The error of openat(2): a link is named as what it is.
Error OpenError(int folder, const std::string& name, const std::string& path,
                const char* what) {
  const int error = errno;
  struct stat status{};
  if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISLNK(status.st_mode)) {
    return IsALink(path);
  }
  errno = error;
  return SystemError(path, what);
}

/// Errors: kIo for what is no regular file, or has several names.
Result<void> CheckRegular(int fd, const std::string& path) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return SystemError(path, "cannot open");
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorCode::kIo, "is not a regular file", path};
  }
  if (status.st_nlink > 1) {
    return Error{ErrorCode::kIo,
                 "has a second name (a hard link): remove one of them", path};
  }
  return {};
}

}  // namespace

std::string RandomName() {
  std::uint64_t words[2] = {};
  if (::getrandom(words, sizeof words, 0) != sizeof words) {
    std::random_device device;  // Kernels before 3.17.
    for (std::uint64_t& word : words) {
      word = (std::uint64_t{device()} << 32) | device();
    }
  }
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx",
                static_cast<unsigned long long>(words[0]),
                static_cast<unsigned long long>(words[1]));
  return text;
}

Result<std::string> ReadAll(int fd, std::uint64_t max_bytes,
                            const std::string& path) {
  std::string bytes;
  char buffer[1 << 16];
  while (true) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError(path, "cannot read");
    if (n == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(n));
    if (bytes.size() > max_bytes) {
      return Error{ErrorCode::kTooLarge,
                   "is over " + std::to_string(max_bytes) + " bytes", path};
    }
  }
}

Result<void> WriteAll(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError(path, "cannot write");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<Descriptor> OpenForWriting(const std::string& path, int flags) {
  const auto folder = Folder::OpenParentOf(path);
  if (!folder) return folder.error();
  return folder->OpenFile(std::filesystem::path(path).filename().string(),
                          flags | O_CREAT, 0644);
}

Result<void> MakeDirsOfMode(const std::string& path, mode_t mode) {
  // Every prefix that ends before a '/', then the whole.
  for (std::size_t end = path.find('/', 1); !path.empty();
       end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    struct stat status{};
    if (::mkdir(part.c_str(), mode) != 0 && errno != EEXIST &&
        ::stat(part.c_str(), &status) != 0) {
      Error error = SystemError(path, "cannot make the folder");
      error.code = ErrorCode::kIo;
      return error;
    }
    if (end == std::string::npos) break;
  }
  struct stat status{};
  if (!path.empty() && ::stat(path.c_str(), &status) == 0 &&
      !S_ISDIR(status.st_mode)) {
    return Error{ErrorCode::kIo,
                 "cannot make the folder: something else has its name", path};
  }
  return {};
}

Result<Folder> Folder::Open(const std::string& path) {
  Descriptor fd(::open(path.c_str(), kFolder));
  if (!fd) return SystemError(path, "cannot open the folder");
  return Folder(std::move(fd), path);
}

Result<Folder> Folder::OpenParentOf(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return Open(parent.empty() ? "." : parent);
}

Result<Folder> Folder::Enter(const std::string& name) const {
  const std::string path = PathOf(name);
  if (!IsPart(name)) return NotAPart(path);
  Descriptor fd(::openat(fd_.get(), name.c_str(), kFolder | O_NOFOLLOW));
  if (!fd) return OpenError(fd_.get(), name, path, "cannot open the folder");
  return Folder(std::move(fd), path);
}

Result<Folder> Folder::Make(const std::string& name, mode_t mode) const {
  const std::string path = PathOf(name);
  if (!IsPart(name)) return NotAPart(path);
  if (::mkdirat(fd_.get(), name.c_str(), mode) != 0) {
    Error error = SystemError(path, "cannot make the folder");
    error.code = ErrorCode::kIo;
    return error;
  }
  return Enter(name);
}

Result<Descriptor> Folder::OpenFile(const std::string& name, int flags,
                                    mode_t mode) const {
  const std::string path = PathOf(name);
  if (!IsPart(name)) return NotAPart(path);
  // Opening a fifo would wait for its other end.
  constexpr int kAlways = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  // Nothing is cut before it is known what the file is.
  Descriptor fd(
      ::openat(fd_.get(), name.c_str(), (flags & ~O_TRUNC) | kAlways, mode));
  if (!fd) return OpenError(fd_.get(), name, path, "cannot open");
  if (auto regular = CheckRegular(fd.get(), path); !regular) {
    return regular.error();
  }
  if ((flags & O_TRUNC) != 0 && ::ftruncate(fd.get(), 0) != 0) {
    return SystemError(path, "cannot write");
  }
  return fd;
}

Result<std::string> Folder::ReadFile(const std::string& name,
                                     std::uint64_t max_bytes) const {
  const auto file = OpenFile(name, O_RDONLY);
  if (!file) return file.error();
  return ReadAll(file->get(), max_bytes, PathOf(name));
}

std::vector<std::string> Folder::Names(std::size_t max) const {
  std::vector<std::string> names;
  const int again = ::openat(fd_.get(), ".", kFolder);
  DIR* const folder = again < 0 ? nullptr : ::fdopendir(again);
  if (folder == nullptr) {
    if (again >= 0) ::close(again);
    return names;
  }
  while (const dirent* entry = ::readdir(folder)) {
    if (names.size() == max) break;
    if (IsPart(entry->d_name)) names.emplace_back(entry->d_name);
  }
  ::closedir(folder);
  return names;
}

Result<void> Folder::CheckReplaceable(const std::string& name) const {
  const auto status = StatusOf(name);
  if (!status && status.error().code == ErrorCode::kNotFound) return {};
  if (!status) return status.error();
  if (S_ISLNK(status->st_mode)) return IsALink(PathOf(name));
  if (S_ISREG(status->st_mode)) return {};
  return Error{ErrorCode::kIo, "is not a regular file", PathOf(name)};
}

Result<void> Folder::WriteFile(const std::string& name, std::string_view bytes,
                               mode_t mode) const {
  if (auto replaceable = CheckReplaceable(name); !replaceable) {
    return replaceable;
  }
  const std::string part = "." + RandomName() + ".part";
  auto file = OpenFile(part, O_WRONLY | O_CREAT | O_EXCL, mode);
  if (!file) {
    file.error().context = PathOf(name);
    return file.error();
  }
  auto written = WriteAll(file->get(), bytes, PathOf(name));
  if (written &&
      (::fsync(file->get()) != 0 || file->Close() != 0 ||
       ::renameat(fd_.get(), part.c_str(), fd_.get(), name.c_str()) != 0)) {
    written = SystemError(PathOf(name), "cannot write");
  }
  if (!written) ::unlinkat(fd_.get(), part.c_str(), 0);
  return written;
}

Result<struct stat> Folder::StatusOf(const std::string& name) const {
  struct stat status{};
  if (!IsPart(name)) return NotAPart(PathOf(name));
  if (::fstatat(fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return SystemError(PathOf(name), "cannot look at");
  }
  return status;
}

Result<void> Folder::CheckPrivate(bool secret) const {
  struct stat status{};
  if (::fstat(fd_.get(), &status) != 0) {
    return SystemError(path_, "cannot open the folder");
  }
  if (status.st_uid != ::geteuid()) {
    return Error{ErrorCode::kIo,
                 "belongs to another user: remove it, or set XDG_STATE_HOME "
                 "to a folder of your own",
                 path_};
  }
  const mode_t refused = secret ? 077 : 022;
  if ((status.st_mode & refused) != 0) {
    return Error{ErrorCode::kIo,
                 "is open to other users: `chmod 700` it, if what is in it is "
                 "yours",
                 path_};
  }
  return {};
}

std::string Folder::PathOf(const std::string& name) const {
  if (path_ == ".") return name;
  return path_ + (path_.ends_with('/') ? "" : "/") + name;
}

std::string Folder::PinnedPathOf(const std::string& name) const {
  const std::string pinned = "/proc/self/fd/" + std::to_string(fd_.get());
  if (::access((pinned + "/.").c_str(), X_OK) != 0) return PathOf(name);
  return pinned + "/" + name;
}

}  // namespace dobby
