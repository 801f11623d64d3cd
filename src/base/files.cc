#include "base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace dobby {
namespace {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int Close() { return ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

Result<void> WriteAll(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError(path, "cannot write");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

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
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(std::min(*size, max_bytes)));
  char buffer[1 << 16];
  while (true) {
    const ssize_t n = ::read(file.get(), buffer, sizeof buffer);
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

Result<void> WriteFileAtomically(const std::string& path,
                                 std::string_view bytes) {
  const std::string part = path + ".part" + std::to_string(::getpid());
  Descriptor file(
      ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.get() < 0) return SystemError(part, "cannot write");
  auto written = WriteAll(file.get(), bytes, path);
  if (written && (::fsync(file.get()) != 0 || file.Close() != 0 ||
                  ::rename(part.c_str(), path.c_str()) != 0)) {
    written = SystemError(path, "cannot write");
  }
  if (!written) ::unlink(part.c_str());
  return written;
}

Result<void> MakeDirs(const std::string& path) {
  std::error_code code;
  std::filesystem::create_directories(path, code);
  if (!code) return {};
  errno = code.value();
  Error error = SystemError(path, "cannot make the folder");
  error.code = ErrorCode::kIo;
  return error;
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
  const char* home = std::getenv("HOME");
  const std::string base = home && *home ? home : "/tmp";
  if (kind == "CACHE") return base + "/.cache/dobby";
  if (kind == "CONFIG") return base + "/.config/dobby";
  if (kind == "STATE") return base + "/.local/state/dobby";
  return base + "/.local/share/dobby";
}

}  // namespace dobby
