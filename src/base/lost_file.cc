#include "base/lost_file.h"

#include <signal.h>
#include <unistd.h>

#include <cstring>

namespace dobby {
namespace {

const char* lost_message = "";
int lost_status = 1;

/// Only calls what a signal handler may call.
void EndProcess(int signal, siginfo_t* info, void* /*context*/) {
  if (info->si_code != BUS_ADRERR) {
    ::signal(signal, SIG_DFL);
    ::raise(signal);
    return;
  }
  // Nothing can be done when this fails too.
  const ssize_t written =
      ::write(STDERR_FILENO, lost_message, std::strlen(lost_message));
  (void)written;
  ::_exit(lost_status);
}

}  // namespace

void ExitOnLostFile(const char* message, int status) {
  lost_message = message;
  lost_status = status;
  struct sigaction action{};
  action.sa_sigaction = EndProcess;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGBUS, &action, nullptr);
}

}  // namespace dobby
