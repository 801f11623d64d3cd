// What must not be, tried in a child.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "base/files.h"
#include "dobby/sandbox.h"

namespace dobby {
namespace {

/// Returns whether a call failed, and because it is not permitted.
bool IsRefused(long result) {
  return result < 0 && (errno == EPERM || errno == EACCES);
}

bool TrySocket(const std::string&) {
  return IsRefused(::socket(AF_INET, SOCK_STREAM, 0)) &&
         IsRefused(::socket(AF_UNIX, SOCK_STREAM, 0));
}

bool TryProcess(const std::string&) {
  const long child = ::syscall(SYS_fork);
  if (child == 0) ::_exit(0);
  return IsRefused(child);
}

bool TrySignal(const std::string&) { return IsRefused(::kill(::getppid(), 0)); }

bool TryRing(const std::string&) {
  return IsRefused(::syscall(SYS_io_uring_setup, 1, nullptr));
}

bool TryList(const std::string& folder) {
  return IsRefused(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

bool TryWrite(const std::string& folder) {
  const std::string file =
      folder + "/dobby-sandbox-trial-" + std::to_string(::getpid());
  const int fd =
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool refused = IsRefused(fd);
  if (fd >= 0) ::unlink(file.c_str());
  return refused;
}

bool TryProgram(const std::string&) {
  char program[] = "/bin/true";
  char* arguments[] = {program, nullptr};
  char* environment[] = {nullptr};
  return IsRefused(::execve(program, arguments, environment));
}

struct Attempt {
  const char* name;
  bool is_of_files;
  bool (*refused)(const std::string& folder);
};

/// A program that could be started would end the row, so it comes last.
constexpr Attempt kAttempts[] = {
    {"a socket", false, TrySocket},      {"a process", false, TryProcess},
    {"a signal", false, TrySignal},      {"io_uring", false, TryRing},
    {"a foreign folder", true, TryList}, {"a foreign file", true, TryWrite},
    {"a program", false, TryProgram}};

/// Enters a sandbox and tells for each attempt, by a byte, how it ended.
[[noreturn]] void RunAttempts(const std::string& folder, int results) {
  if (!EnterSandbox({})) ::_exit(1);
  for (const Attempt& attempt : kAttempts) {
    const char refused = attempt.refused(folder) ? 'y' : 'n';
    if (::write(results, &refused, 1) != 1) ::_exit(1);
  }
  ::_exit(0);
}

std::string ReadAll(int fd) {
  std::string all;
  char buffer[64];
  while (true) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return all;
    all.append(buffer, static_cast<std::size_t>(n));
  }
}

}  // namespace

Result<std::vector<SandboxTrial>> TrySandbox(const std::string& folder) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return SystemError("sandbox", "no pipe");
  const pid_t child = ::fork();
  if (child == 0) RunAttempts(folder, ends[1]);
  ::close(ends[1]);
  const std::string results = child > 0 ? ReadAll(ends[0]) : "";
  ::close(ends[0]);
  if (child < 0) return SystemError("sandbox", "no child process");
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (results.empty()) {
    return Error{ErrorCode::kIo, "cannot be entered", "sandbox"};
  }
  std::vector<SandboxTrial> trials;
  for (const Attempt& attempt : kAttempts) {
    // Without a byte the program ran in the child's place.
    const std::size_t i = trials.size();
    trials.push_back({attempt.name, attempt.is_of_files,
                      i < results.size() && results[i] == 'y'});
  }
  return trials;
}

}  // namespace dobby
