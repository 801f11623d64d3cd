// Landlock: a process gives up rights to files, for itself and its children.
#pragma once

#include "dobby/sandbox.h"

namespace dobby {

/// Returns the version of Landlock's interface in this kernel; 0 if it is
/// missing or switched off.
int LandlockAbi();

/// Restricts this thread to the places of `rules` and those that every program
/// reads. `abi`: that of the kernel, 1 or more. PR_SET_NO_NEW_PRIVS must be
/// set. Errors: kIo.
Result<void> RestrictFiles(const SandboxRules& rules, int abi);

}  // namespace dobby
