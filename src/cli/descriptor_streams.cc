#include "cli/descriptor_streams.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace dobby::cli {

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
  if (!WaitForInput()) return traits_type::eof();
  ssize_t n = 0;
  do {
    n = ::read(descriptor_, buffer_.data(), buffer_.size());
  } while (n < 0 && errno == EINTR);
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
  const char* at = pbase();
  while (failure_ == 0 && at < pptr()) {
    const ssize_t n =
        ::write(descriptor_, at, static_cast<std::size_t>(pptr() - at));
    if (n >= 0) {
      at += n;
    } else if (errno != EINTR) {
      failure_ = errno;
    }
  }
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  return failure_ == 0 ? 0 : -1;
}

}  // namespace dobby::cli
