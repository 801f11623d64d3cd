#include "sandbox/landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/files.h"

namespace dobby {
namespace {

// The interface of the kernel, written down here because the headers of
// Debian bookworm end at ABI 2. Source: Documentation/userspace-api/landlock.
constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr std::uint32_t kCreateRulesetVersion = 1;
constexpr int kRulePathBeneath = 1;

constexpr std::uint64_t kWriteFile = 1u << 1;
constexpr std::uint64_t kReadFile = 1u << 2;
constexpr std::uint64_t kReadFolder = 1u << 3;
constexpr std::uint64_t kRemoveFolder = 1u << 4;
constexpr std::uint64_t kRemoveFile = 1u << 5;
constexpr std::uint64_t kMakeFolder = 1u << 7;
constexpr std::uint64_t kMakeFile = 1u << 8;
constexpr std::uint64_t kRefer = 1u << 13;     // Since ABI 2.
constexpr std::uint64_t kTruncate = 1u << 14;  // Since ABI 3.

constexpr std::uint64_t kRead = kReadFile | kReadFolder;
constexpr std::uint64_t kChange = kRead | kWriteFile | kRemoveFolder |
                                  kRemoveFile | kMakeFolder | kMakeFile |
                                  kRefer | kTruncate;
constexpr std::uint64_t kOfFiles = kReadFile | kWriteFile | kTruncate;

struct RulesetAttributes {
  std::uint64_t handled_files = 0;
  std::uint64_t handled_network = 0;
  std::uint64_t scoped = 0;
};

struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed = 0;
  std::int32_t parent = -1;
};

/// What the C library, ONNX Runtime and dobby read of the system: the state of
/// this process and the machine, libraries, the time zone. Other processes'
/// folders in /proc stay closed, since Landlock also forbids to trace them.
constexpr const char* kSystemPlaces[] = {
    "/proc",          "/sys/devices/system",
    "/sys/fs/cgroup", "/dev/null",
    "/dev/urandom",   "/usr/lib",
    "/usr/lib64",     "/lib",
    "/lib64",         "/etc/ld.so.cache",
    "/etc/localtime", "/usr/share/zoneinfo"};

/// Returns every right that the kernel knows: what is not named by a rule is
/// refused. Networks, signals and abstract sockets have no rule at all.
RulesetAttributes HandledBy(int abi) {
  // Rights to files of each ABI: 13 in the first one.
  const int files = abi >= 5 ? 16 : abi >= 3 ? 15 : abi == 2 ? 14 : 13;
  RulesetAttributes handled;
  handled.handled_files = (1u << files) - 1;
  // Listening is the filter's to refuse; connecting is refused by both.
  if (abi >= 4) handled.handled_network = 1u << 1;
  if (abi >= 6) handled.scoped = 3;
  return handled;
}

/// A descriptor that closes itself.
class Handle {
 public:
  explicit Handle(long fd) : fd_(static_cast<int>(fd)) {}
  ~Handle() {
    if (fd_ >= 0) ::close(fd_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Result<void> Allow(int ruleset, const std::string& path, std::uint64_t rights) {
  const Handle place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status{};
  // What is not there, or not for this user, needs no rule.
  if (place.get() < 0 || ::fstat(place.get(), &status) != 0) return {};
  if (!S_ISDIR(status.st_mode)) rights &= kOfFiles;
  PathBeneath rule;
  rule.allowed = rights;
  rule.parent = place.get();
  if (::syscall(kAddRule, ruleset, kRulePathBeneath, &rule, 0) == 0) return {};
  return SystemError(path, "Landlock takes no rule for this");
}

}  // namespace

int LandlockAbi() {
  const long abi = ::syscall(kCreateRuleset, nullptr, 0, kCreateRulesetVersion);
  return abi > 0 ? static_cast<int>(abi) : 0;
}

Result<void> RestrictFiles(const SandboxRules& rules, int abi) {
  const RulesetAttributes handled = HandledBy(abi);
  const Handle ruleset(::syscall(kCreateRuleset, &handled, sizeof handled, 0));
  if (ruleset.get() < 0) return SystemError("Landlock", "cannot make rules");
  const std::uint64_t known = handled.handled_files;
  for (const char* place : kSystemPlaces) {
    auto allowed = Allow(ruleset.get(), place, kRead & known);
    if (!allowed) return allowed;
  }
  for (const std::string& place : rules.read) {
    auto allowed = Allow(ruleset.get(), place, kRead & known);
    if (!allowed) return allowed;
  }
  for (const std::string& place : rules.write) {
    auto allowed = Allow(ruleset.get(), place, kChange & known);
    if (!allowed) return allowed;
  }
  if (::syscall(kRestrictSelf, ruleset.get(), 0) == 0) return {};
  return SystemError("Landlock", "cannot restrict the process");
}

}  // namespace dobby
