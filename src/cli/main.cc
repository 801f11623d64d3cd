// The program `dobby`: streams, signals and the exit status; the rest is in
// RunCli.
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <memory>
#include <new>
#include <stop_token>
#include <string>
#include <vector>

#include "base/lost_file.h"
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

/// Ends a process that has run out of memory with a message and the status of
/// an error. What is half written has no name yet, so the next run mends it.
/// Nothing is thrown: protobuf, for one, frees twice when it is unwound.
[[noreturn]] void EndWithoutMemory() {
  static constexpr char kWords[] =
      "dobby: out of memory; give it more, or fewer --agents\n";
  static_cast<void>(!::write(STDERR_FILENO, kWords, sizeof kWords - 1));
  ::_exit(dobby::cli::kFailed);
}

/// Fills the places of streams that the caller closed, so that no file opened
/// later takes them: stdin ends at once, writes fail.
void FillStandardStreams() {
  int fd;
  do {
    fd = ::open("/dev/null", O_RDONLY);
  } while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0) ::close(fd);
}

}  // namespace

int main(int argc, char** argv) {
  using dobby::cli::DescriptorInput;
  using dobby::cli::DescriptorOutput;
  using dobby::cli::Interrupts;
  using dobby::cli::Io;
  using dobby::cli::MessageOutput;
  std::set_new_handler(EndWithoutMemory);
  FillStandardStreams();
  // Both become errors of the write: a reader that went away, and a file over
  // the limit of `ulimit -f`.
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  dobby::ExitOnLostFile(
      "dobby: io: a file of the model, of its packed weights or of the code "
      "was cut while it was in use, or its disk failed; run it again\n",
      dobby::CodeInfoOf(dobby::ErrorCode::kIo).exit_status);
  std::stop_source stop;
  DescriptorInput input(STDIN_FILENO, stop.get_token());
  DescriptorOutput output(STDOUT_FILENO);
  std::istream in(&input);
  std::ostream out(&output);
  const MessageOutput messages(STDERR_FILENO, std::cerr);
  Io io{in, out, std::cerr};
  io.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  io.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
  io.columns = TerminalColumns;
  io.stop = stop.get_token();
  std::unique_ptr<Interrupts> interrupts;
  io.catch_interrupts = [&] {
    interrupts = std::make_unique<Interrupts>(stop, io.stop_within);
  };

  io.enter_sandbox = dobby::EnterSandbox;

  const int status = dobby::cli::RunCli({argv + 1, argv + argc}, io);
  out.flush();
  // A reader that went away, like `head`, is no failure.
  if (output.failure() != 0 && output.failure() != EPIPE) {
    std::cerr << "dobby: cannot write the output: "
              << std::strerror(output.failure()) << "\n";
    return dobby::cli::kFailed;
  }
  return status;
}
