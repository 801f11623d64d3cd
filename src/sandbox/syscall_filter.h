// seccomp-bpf: system calls that the process gives up.
#pragma once

#include "dobby/result.h"

namespace dobby {

/// Returns whether this kernel takes filters, and this is x86-64.
bool HasSyscallFilters();

/// Makes the calls that dobby has no use for fail with EPERM, in this thread
/// and those that it starts; with `serves`, a TCP server's calls work. A
/// program of another architecture, or of the x32 calls, is killed.
/// PR_SET_NO_NEW_PRIVS is set. Errors: kIo.
Result<void> RestrictSyscalls(bool serves);

}  // namespace dobby
