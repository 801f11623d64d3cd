// Landlock: a process gives up rights to files, for itself and its children.
#pragma once

#include "dobby/sandbox.h"

namespace dobby {

/// Returns the version of Landlock's interface in this kernel; 0: none, or
/// switched off.
int LandlockAbi();

/// Leaves this thread the places of `rules` and those that every program
/// reads. The kernel is one of `abi` (1 or more), and PR_SET_NO_NEW_PRIVS is
/// set. Errors: kIo.
Result<void> RestrictFiles(const SandboxRules& rules, int abi);

}  // namespace dobby
