// A file descriptor with an owner.
#pragma once

#include <unistd.h>

#include <utility>

namespace dobby {

/// A file descriptor that closes itself; -1: none. Moves, never copies.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

  /// Closes it now and returns the result of close(2).
  int Close() { return ::close(std::exchange(fd_, -1)); }

  /// Passes the descriptor to the caller, who must close it.
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

}  // namespace dobby
