#include "cli/descriptor_streams.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string_view>
#include <utility>

namespace dobby::cli {
namespace {

/// Waits until a descriptor takes bytes, however long its reader sleeps: it
/// might be a pager. Returns false when there is no use in waiting.
bool WaitForRoom(int descriptor) {
  pollfd one = {descriptor, POLLOUT, 0};
  while (::poll(&one, 1, -1) < 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

/// Writes all of it. Returns the errno of what failed, or 0.
int WriteWaiting(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(descriptor, bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
      continue;
    }
    const int error = errno;
    const bool full = error == EAGAIN && WaitForRoom(descriptor);
    if (error != EINTR && !full) return error;
  }
  return 0;
}

}  // namespace

void DescriptorInput::Wake::operator()() const {
  const std::uint64_t one = 1;
  // A failure would only mean that the event is set already.
  [[maybe_unused]] const auto written = ::write(event, &one, sizeof one);
}

DescriptorInput::DescriptorInput(int descriptor, std::stop_token stop)
    : descriptor_(descriptor), event_(::eventfd(0, EFD_CLOEXEC)) {
  on_stop_.emplace(std::move(stop), Wake{event_});
}

DescriptorInput::~DescriptorInput() {
  on_stop_.reset();
  ::close(event_);
}

bool DescriptorInput::WaitForInput() const {
  pollfd both[] = {{descriptor_, POLLIN, 0}, {event_, POLLIN, 0}};
  while (::poll(both, 2, -1) < 0) {
    if (errno != EINTR) return false;
  }
  return both[1].revents == 0;
}

DescriptorInput::int_type DescriptorInput::underflow() {
  ssize_t n = 0;
  do {
    if (!WaitForInput()) return traits_type::eof();
    n = ::read(descriptor_, buffer_.data(), buffer_.size());
  } while (n < 0 && (errno == EINTR || errno == EAGAIN));
  if (n <= 0) return traits_type::eof();
  setg(buffer_.data(), buffer_.data(), buffer_.data() + n);
  return traits_type::to_int_type(*gptr());
}

DescriptorOutput::DescriptorOutput(int descriptor) : descriptor_(descriptor) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

DescriptorOutput::~DescriptorOutput() { sync(); }

DescriptorOutput::int_type DescriptorOutput::overflow(int_type c) {
  if (sync() != 0) return traits_type::eof();
  if (!traits_type::eq_int_type(c, traits_type::eof())) {
    sputc(traits_type::to_char_type(c));
  }
  return traits_type::not_eof(c);
}

int DescriptorOutput::sync() {
  if (failure_ == 0) {
    failure_ = WriteWaiting(
        descriptor_, {pbase(), static_cast<std::size_t>(pptr() - pbase())});
  }
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  return failure_ == 0 ? 0 : -1;
}

MessageOutput::MessageOutput(int descriptor, std::ostream& stream)
    : descriptor_(descriptor), stream_(stream), before_(stream.rdbuf(this)) {}

MessageOutput::~MessageOutput() { stream_.rdbuf(before_); }

MessageOutput::int_type MessageOutput::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return 0;
  const char byte = traits_type::to_char_type(c);
  return xsputn(&byte, 1) == 1 ? c : traits_type::eof();
}

std::streamsize MessageOutput::xsputn(const char* text, std::streamsize size) {
  const std::lock_guard lock(mutex_);
  const std::string_view bytes(text, static_cast<std::size_t>(size));
  return WriteWaiting(descriptor_, bytes) == 0 ? size : 0;
}

}  // namespace dobby::cli
