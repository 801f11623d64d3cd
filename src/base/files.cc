#include "base/files.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/folder.h"

namespace dobby {
namespace {

/// Opens a regular file and returns its size; a fifo or device is refused
/// without blocking on it.
Result<std::uint64_t> SizeOfRegular(int fd, const std::string& path) {
  struct stat status{};
  if (fd < 0 || ::fstat(fd, &status) != 0) {
    return SystemError(path, "cannot open");
  }
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorCode::kIo, "is not a regular file", path};
  }
  return static_cast<std::uint64_t>(status.st_size);
}

/// Returns the user's home folder. Without HOME it is the one of the password
/// file, never a folder that all users share.
std::string HomeDir() {
  const char* home = std::getenv("HOME");
  if (home && *home == '/') return home;
  passwd entry{};
  passwd* found = nullptr;
  char buffer[4096];
  ::getpwuid_r(::geteuid(), &entry, buffer, sizeof buffer, &found);
  const bool known = found && found->pw_dir && *found->pw_dir == '/';
  return known ? found->pw_dir : "/nonexistent";
}

}  // namespace

Error SystemError(const std::string& path, std::string_view what) {
  const int error = errno;
  std::string message = std::string(what) + ": " + std::strerror(error);
  if (error == ENOSPC || error == EDQUOT) message += "; free some space";
  const bool missing = error == ENOENT || error == ENOTDIR;
  return {missing ? ErrorCode::kNotFound : ErrorCode::kIo, std::move(message),
          path};
}

Result<std::string> ReadWholeFile(const std::string& path,
                                  std::uint64_t max_bytes) {
  const Descriptor file(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  const auto size = SizeOfRegular(file.get(), path);
  if (!size) return size.error();
  return ReadAll(file.get(), max_bytes, path);
}

Result<void> WriteFileAtomically(const std::string& path,
                                 std::string_view bytes) {
  const auto folder = Folder::OpenParentOf(path);
  if (!folder) return folder.error();
  return folder->WriteFile(std::filesystem::path(path).filename().string(),
                           bytes);
}

Result<void> MakeDirs(const std::string& path) {
  return MakeDirsOfMode(path, 0777);
}

Result<MappedFile> MappedFile::Open(const std::string& path) {
  const Descriptor file(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  const auto size = SizeOfRegular(file.get(), path);
  if (!size) return size.error();
  MappedFile mapped;
  mapped.size_ = static_cast<std::size_t>(*size);
  if (mapped.size_ == 0) return mapped;
  void* data =
      ::mmap(nullptr, mapped.size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (data == MAP_FAILED) return SystemError(path, "cannot map");
  mapped.data_ = data;
  return mapped;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Result<ContentHash> HashFile(const std::string& path) {
  auto mapped = MappedFile::Open(path);
  if (!mapped) return mapped.error();
  return HashOf(mapped->bytes());
}

std::string XdgDir(std::string_view kind) {
  const std::string variable = "XDG_" + std::string(kind) + "_HOME";
  if (const char* set = std::getenv(variable.c_str()); set && *set == '/') {
    return std::string(set) + "/dobby";
  }
  const std::string base = HomeDir();
  if (kind == "CACHE") return base + "/.cache/dobby";
  if (kind == "CONFIG") return base + "/.config/dobby";
  if (kind == "STATE") return base + "/.local/state/dobby";
  return base + "/.local/share/dobby";
}

}  // namespace dobby
