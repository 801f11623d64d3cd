// Each denial, tried in a child that entered the sandbox.
#include "dobby/sandbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

namespace dobby {
namespace {

namespace fs = std::filesystem;

/// A tree to read, an index to write, and another folder.
class Sandbox : public testing::Test {
 protected:
  Sandbox() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    top_ = fs::path(testing::TempDir()) /
           (std::string("dobby_sandbox_") + test->name());
    fs::remove_all(top_);
    for (const char* folder : {"tree/a", "index", "other"}) {
      fs::create_directories(top_ / folder);
      std::ofstream(top_ / folder / "file") << "text";
    }
    fs::create_symlink(top_ / "other" / "file", top_ / "tree" / "link");
    rules_.read = {Path("tree"), Path("missing")};
    rules_.write = {Path("index")};
  }
  ~Sandbox() override { fs::remove_all(top_); }

  std::string Path(const std::string& below) const {
    return (top_ / below).string();
  }

  /// Returns the exit status of a child that entered the sandbox and then did
  /// `body`; -signal when one ended it, 99 when it could not enter.
  int InChild(const std::function<int()>& body) const {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(EnterSandbox(rules_) ? body() : 99);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  bool HasLandlock() const {
    const bool has = FindSandboxSupport().landlock_abi > 0;
    if (!has) std::puts("this kernel has no Landlock: files are not guarded");
    return has;
  }

  SandboxRules rules_;
  fs::path top_;
};

/// Returns the errno of a call that must fail; 0 when it did not.
int ErrnoOf(long result) { return result < 0 ? errno : 0; }

TEST_F(Sandbox, RefusesSystemCallsWithEperm) {
  ASSERT_TRUE(FindSandboxSupport().system_calls);
  struct Case {
    const char* name;
    std::function<long()> call;
  };
  const std::string file = Path("index/file");
  for (const Case& c : std::vector<Case>{
           {"tcp socket", [] { return ::socket(AF_INET, SOCK_STREAM, 0); }},
           {"udp socket", [] { return ::socket(AF_INET6, SOCK_DGRAM, 0); }},
           {"unix socket", [] { return ::socket(AF_UNIX, SOCK_STREAM, 0); }},
           {"netlink", [] { return ::socket(AF_NETLINK, SOCK_RAW, 0); }},
           {"socketpair",
            [] {
              int pair[2];
              return ::socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
            }},
           {"connect", [] { return ::connect(0, nullptr, 0); }},
           {"bind", [] { return ::bind(0, nullptr, 0); }},
           {"sendto", [] { return ::send(0, "", 0, 0); }},
           {"sendmsg", [] { return ::syscall(SYS_sendmsg, 0, nullptr, 0); }},
           {"exec",
            [] {
              return ::syscall(SYS_execve, "/bin/true", nullptr, nullptr);
            }},
           {"execveat",
            [] {
              return ::syscall(SYS_execveat, AT_FDCWD, "/bin/true", nullptr,
                               nullptr, 0);
            }},
           {"fork", [] { return ::syscall(SYS_fork); }},
           {"vfork", [] { return ::syscall(SYS_vfork); }},
           {"clone of a process",
            [] { return ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }},
           {"fork of the C library", [] { return ::fork(); }},
           {"ptrace", [] { return ::ptrace(PTRACE_TRACEME, 0, 0, 0); }},
           {"read another's memory",
            [] {
              return ::syscall(SYS_process_vm_readv, ::getppid(), 0, 0, 0, 0,
                               0);
            }},
           {"signal another", [] { return ::kill(::getppid(), 0); }},
           {"signal another's thread",
            [] { return ::syscall(SYS_tgkill, ::getppid(), ::getppid(), 0); }},
           {"io_uring", [] { return ::syscall(SYS_io_uring_setup, 1, 0); }},
           {"bpf", [] { return ::syscall(SYS_bpf, 0, 0, 0); }},
           {"keyctl", [] { return ::syscall(SYS_keyctl, 0, 0, 0, 0, 0); }},
           {"perf", [] { return ::syscall(SYS_perf_event_open, 0, 0, 0, 0); }},
           {"mount", [] { return ::mount("", "/", "", 0, nullptr); }},
           {"unshare", [] { return ::unshare(CLONE_NEWUSER); }},
           {"chmod", [&] { return ::chmod(file.c_str(), 0777); }},
           {"chown", [&] { return ::chown(file.c_str(), 1, 1); }},
           {"setxattr",
            [&] { return ::setxattr(file.c_str(), "user.a", "", 0, 0); }},
           {"times", [&] { return ::utimensat(0, file.c_str(), nullptr, 0); }},
           {"typing into a terminal",
            [] { return ::ioctl(0, TIOCSTI, "x"); }}}) {
    EXPECT_EQ(InChild([&] { return ErrnoOf(c.call()); }), EPERM) << c.name;
  }
}

TEST_F(Sandbox, RefusesFilesOutside) {
  if (!HasLandlock()) return;
  struct Case {
    const char* name;
    std::function<long()> call;
  };
  const auto open = [this](const char* path, int flags) {
    return [path = Path(path), flags] {
      return static_cast<long>(::open(path.c_str(), flags, 0600));
    };
  };
  for (const Case& c : std::vector<Case>{
           {"read outside", open("other/file", O_RDONLY)},
           {"list outside", open("other", O_RDONLY | O_DIRECTORY)},
           {"read by a link", open("tree/link", O_RDONLY)},
           {"write outside", open("other/file", O_WRONLY)},
           {"make outside", open("other/new", O_WRONLY | O_CREAT)},
           {"make above", open("new", O_WRONLY | O_CREAT)},
           {"write what may be read", open("tree/a/file", O_WRONLY)},
           {"make in the tree", open("tree/a/new", O_WRONLY | O_CREAT)},
           {"nameless file outside", open("other", O_WRONLY | O_TMPFILE)},
           {"unlink outside",
            [&] { return ::unlink(Path("other/file").c_str()); }},
           {"rmdir in the tree",
            [&] { return ::rmdir(Path("tree/a").c_str()); }},
           {"rename out",
            [&] {
              return ::rename(Path("index/file").c_str(),
                              Path("other/b").c_str());
            }},
           {"rename over a file of the tree",
            [&] {
              return ::rename(Path("index/file").c_str(),
                              Path("tree/a/file").c_str());
            }},
           {"link in the tree",
            [&] { return ::symlink("/", Path("tree/new").c_str()); }},
           {"truncate in the tree",
            [&] { return ::truncate(Path("tree/a/file").c_str(), 0); }},
           {"memory of another process", [&] {
              const std::string path =
                  "/proc/" + std::to_string(::getppid()) + "/mem";
              return static_cast<long>(::open(path.c_str(), O_RDONLY));
            }}}) {
    const int error = InChild([&] { return ErrnoOf(c.call()); });
    EXPECT_TRUE(error == EACCES || error == EPERM || error == EXDEV)
        << c.name << ": " << error;
  }
  EXPECT_TRUE(fs::exists(Path("other/file")));
  EXPECT_EQ(fs::file_size(Path("tree/a/file")), 4u);
}

TEST_F(Sandbox, LeavesWhatIsNeeded) {
  const auto opens = [this](const char* path, int flags) {
    return ::open(Path(path).c_str(), flags, 0600) >= 0;
  };
  EXPECT_EQ(InChild([&] { return opens("tree/a/file", O_RDONLY); }), 1);
  EXPECT_EQ(InChild([&] { return opens("tree", O_RDONLY); }), 1);
  EXPECT_EQ(InChild([&] { return opens("index/new", O_RDWR | O_CREAT); }), 1);
  EXPECT_EQ(InChild([&] { return opens("index/file", O_WRONLY | O_TRUNC); }),
            1);
  EXPECT_EQ(InChild([&] {
              return ::mkdir(Path("index/d").c_str(), 0700) == 0 &&
                     ::rename(Path("index/file").c_str(),
                              Path("index/d/moved").c_str()) == 0 &&
                     ::unlink(Path("index/d/moved").c_str()) == 0 &&
                     ::rmdir(Path("index/d").c_str()) == 0;
            }),
            1);
  EXPECT_EQ(InChild([] { return std::ifstream("/proc/self/status").good(); }),
            1);
  EXPECT_EQ(InChild([] {
              int ran = 0;
              std::thread([&] { ran = 1; }).join();
              return ran;
            }),
            1);
  EXPECT_EQ(InChild([]() -> int { std::abort(); }), -SIGABRT);
}

TEST_F(Sandbox, OpenFilesKeepWorking) {
  const int fd = ::open(Path("other/file").c_str(), O_RDWR);
  EXPECT_EQ(InChild([fd] { return ::write(fd, "x", 1) == 1; }), 1);
  ::close(fd);
}

TEST_F(Sandbox, ASecondTimeTakesMoreAway) {
  if (!HasLandlock()) return;
  EXPECT_EQ(InChild([this] {
              SandboxRules wider;
              wider.read = {Path("tree/a"), Path("other")};
              if (!EnterSandbox(wider)) return 90;
              const auto error = [this](const char* path, int flags) {
                return ErrnoOf(::open(Path(path).c_str(), flags));
              };
              if (error("tree/a/file", O_RDONLY) != 0) return 91;
              if (error("tree", O_RDONLY) != EACCES) return 92;
              if (error("other/file", O_RDONLY) != EACCES) return 93;
              return error("index/file", O_WRONLY) == EACCES ? 0 : 94;
            }),
            0);
}

TEST_F(Sandbox, WantsOneThread) {
  EXPECT_EQ(InChild([] { return 7; }), 7);
  const pid_t child = ::fork();
  if (child == 0) {
    std::thread waits([] { ::pause(); });
    waits.detach();
    const auto entered = EnterSandbox({});
    ::_exit(!entered && entered.error().code == ErrorCode::kInternal ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(Sandbox, AServerListensAndNeverConnects) {
  rules_.serves = true;
  EXPECT_EQ(
      InChild([] {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* at = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        if (::bind(fd, at, size) != 0 || ::listen(fd, 1) != 0) return 90;
        ::getsockname(fd, at, &size);
        const int other = ::socket(AF_INET, SOCK_STREAM, 0);
        if (ErrnoOf(::connect(other, at, size)) != EPERM) return 91;
        if (ErrnoOf(::sendto(other, "x", 1, MSG_FASTOPEN, at, size)) != EPERM) {
          return 92;
        }
        msghdr message{};
        if (ErrnoOf(::sendmsg(other, &message, MSG_FASTOPEN)) != EPERM) {
          return 93;
        }
        const auto refused = [](int family, int type) {
          return ErrnoOf(::socket(family, type, 0)) == EPERM;
        };
        return refused(AF_INET, SOCK_DGRAM) && refused(AF_INET6, SOCK_STREAM) &&
                       refused(AF_UNIX, SOCK_STREAM)
                   ? 0
                   : 94;
      }),
      0);
}

TEST_F(Sandbox, TrialFindsEachRefusal) {
  const auto trials = TrySandbox(Path("other"));
  ASSERT_TRUE(trials) << trials.error().ToString();
  EXPECT_EQ(trials->size(), 7u);
  const bool files = HasLandlock();
  for (const SandboxTrial& trial : *trials) {
    EXPECT_EQ(trial.refused, files || !trial.is_of_files) << trial.name;
  }
  EXPECT_FALSE(TrySandbox(Path("other"))->empty());
  EXPECT_EQ(std::distance(fs::directory_iterator(Path("other")), {}), 1);
}

}  // namespace
}  // namespace dobby
