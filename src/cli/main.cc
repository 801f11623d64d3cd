// The program `dobby`: streams, signals and the exit status; the rest is in
// RunCli.
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "cli/cli.h"
#include "cli/descriptor_streams.h"
#include "cli/interrupts.h"

namespace {

int TerminalColumns() {
  winsize size{};
  for (const int descriptor : {STDERR_FILENO, STDOUT_FILENO}) {
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
      return size.ws_col;
    }
  }
  return 80;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace dobby::cli;
  ::signal(SIGPIPE, SIG_IGN);
  std::stop_source stop;
  DescriptorInput input(STDIN_FILENO, stop.get_token());
  DescriptorOutput output(STDOUT_FILENO);
  std::istream in(&input);
  std::ostream out(&output);
  Io io{in, out, std::cerr};
  io.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  io.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
  io.columns = TerminalColumns;
  io.stop = stop.get_token();
  std::unique_ptr<Interrupts> interrupts;
  io.catch_interrupts = [&] {
    interrupts = std::make_unique<Interrupts>(stop);
  };

  const int status = RunCli({argv + 1, argv + argc}, io);
  out.flush();
  // A reader that went away, like `head`, is no failure.
  if (output.failure() != 0 && output.failure() != EPIPE) {
    std::cerr << "dobby: cannot write the output: "
              << std::strerror(output.failure()) << "\n";
    return kFailed;
  }
  return status;
}
