#include "dobby/sandbox.h"

#include <sys/prctl.h>

#include <cerrno>
#include <filesystem>
#include <iterator>

#include "base/files.h"
#include "sandbox/landlock.h"
#include "sandbox/syscall_filter.h"

namespace dobby {
namespace {

/// Returns whether another thread runs, which Landlock would leave free. Where
/// /proc is not mounted the answer is no.
bool HasOtherThreads() {
  std::error_code code;
  const std::filesystem::directory_iterator tasks("/proc/self/task", code);
  return !code && std::distance(begin(tasks), end(tasks)) > 1;
}

}  // namespace

SandboxSupport FindSandboxSupport() {
  return {LandlockAbi(), HasSyscallFilters()};
}

Result<SandboxSupport> EnterSandbox(const SandboxRules& rules) {
  const SandboxSupport support = FindSandboxSupport();
  if (HasOtherThreads()) {
    return Error{ErrorCode::kInternal,
                 "the sandbox was entered after a thread was started", ""};
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return SystemError("sandbox", "cannot give up privileges");
  }
  if (support.landlock_abi > 0) {
    auto restricted = RestrictFiles(rules, support.landlock_abi);
    if (!restricted) return restricted.error();
  }
  if (support.system_calls) {
    auto restricted = RestrictSyscalls(rules.serves);
    if (!restricted) return restricted.error();
  }
  return support;
}

}  // namespace dobby
