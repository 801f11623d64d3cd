#include "cli/interrupts.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string_view>
#include <utility>

#include "cli/io.h"

namespace dobby::cli {
namespace {

sigset_t StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

void Say(std::string_view text) {
  // Nothing can be done when stderr is closed.
  [[maybe_unused]] const auto n =
      ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

Interrupts::Interrupts(std::stop_source source,
                       std::chrono::milliseconds within)
    : within_(within), end_(::eventfd(0, EFD_CLOEXEC)) {
  const sigset_t set = StopSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  thread_ =
      std::thread([this, stop = std::move(source)]() mutable { Wait(stop); });
}

Interrupts::~Interrupts() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(end_, &one, sizeof one);
  thread_.join();
  ::close(signals_);
  ::close(end_);
}

void Interrupts::Wait(std::stop_source& source) const {
  while (true) {
    const bool must_end = source.stop_requested() && within_.count() > 0;
    pollfd both[] = {{signals_, POLLIN, 0}, {end_, POLLIN, 0}};
    const int ready =
        ::poll(both, 2, must_end ? static_cast<int>(within_.count()) : -1);
    if (ready < 0 && errno == EINTR) continue;
    if (both[1].revents != 0) return;
    if (ready == 0) ::_exit(kInterrupted);
    signalfd_siginfo info;
    if (::read(signals_, &info, sizeof info) != sizeof info) return;
    if (!source.request_stop()) {
      Say("\n");
      ::_exit(kInterrupted);
    }
    Say(within_.count() > 0
            ? "\ndobby: stopping\n"
            : "\ndobby: stopping; finished work is kept (again to end at "
              "once)\n");
  }
}

}  // namespace dobby::cli
