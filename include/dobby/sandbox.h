// The sandbox: what the kernel still lets this process do.
#pragma once

#include <string>
#include <vector>

#include "dobby/result.h"

namespace dobby {

/// What a process keeps in its sandbox. A folder stands for everything below
/// it. A place that does not exist is left out, so make it first.
struct SandboxRules {
  std::vector<std::string> read;   ///< Files and folders it may read.
  std::vector<std::string> write;  ///< The same, to read and change.
  /// Whether TCP sockets may listen and accept. Nothing ever connects.
  bool serves = false;
};

/// What this kernel offers.
struct SandboxSupport {
  int landlock_abi = 0;       ///< 0: no Landlock, so files are not guarded.
  bool system_calls = false;  ///< seccomp-bpf, on x86-64.
};

/// Returns what the kernel offers, without using it.
SandboxSupport FindSandboxSupport();

/// Puts this process and everything it starts into a sandbox, for good.
/// Returns what the kernel offered. From then on:
/// - Files: only those of `rules`, and what every program reads (/proc, /sys,
///   libraries, time zones). None can be executed. Open files keep working.
/// - System calls: no programs, processes, sockets or signals to others, no
///   access to other processes, no system settings, and no change of owners,
///   permissions or times. Such a call fails with EPERM.
///
/// Call it while the process has one thread, because Landlock does not reach
/// threads that exist already. A second call can only take more away.
/// Errors: kInternal if there is a second thread; kIo if the kernel offers a
/// part but refuses to apply it.
Result<SandboxSupport> EnterSandbox(const SandboxRules& rules);

/// One thing that a sandboxed process tried.
struct SandboxTrial {
  std::string name;          ///< "a socket", "a program", ...
  bool is_of_files = false;  ///< Landlock refuses it; otherwise seccomp.
  bool refused = false;
};

/// Starts a child that enters a sandbox and tries what must be refused, and
/// returns how each attempt ended. `folder` must be writable; the child's
/// sandbox leaves it out. Call it with one thread.
/// Errors: kIo if there is no child, or it could not enter.
Result<std::vector<SandboxTrial>> TrySandbox(const std::string& folder);

}  // namespace dobby
