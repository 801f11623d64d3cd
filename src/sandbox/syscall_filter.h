// seccomp-bpf: system calls that the process gives up.
#pragma once

#include "dobby/result.h"

namespace dobby {

/// Returns whether this kernel accepts filters and the machine is x86-64.
bool HasSyscallFilters();

/// Makes calls that dobby does not need fail with EPERM, in this thread and
/// those that it starts. With `serves`, the calls of a TCP server work. Calls
/// of another architecture or of x32 kill the process. PR_SET_NO_NEW_PRIVS must
/// be set. Errors: kIo.
Result<void> RestrictSyscalls(bool serves);

}  // namespace dobby
