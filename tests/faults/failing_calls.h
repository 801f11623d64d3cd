// Calls of the system that fail when a test says so: a stand-in for a full
// disk, a broken one, a lack of memory, a power cut.
#pragma once

#include <cstdint>

namespace dobby::faults {

/// Kinds of calls that can fail.
enum class Call {
  kOpen,      ///< open and fopen, of files that are not the system's.
  kWrite,     ///< write and its kin, and ftruncate, on regular files.
  kSync,      ///< fsync, fdatasync.
  kRename,    ///< rename, link.
  kFolder,    ///< mkdir.
  kRemove,    ///< unlink, rmdir.
  kAllocate,  ///< operator new; in the library for LD_PRELOAD also malloc.
};

/// How they fail.
enum class Mode {
  kOnce,    ///< One call fails; the next ones do their work.
  kFromOn,  ///< So do all of its kind behind it.
  kShort,   ///< A write does half its work, the next ones none.
  kKill,    ///< The process ends before the call, with status 77.
};
inline constexpr int kKilledStatus = 77;

struct Fault {
  Call call = Call::kWrite;
  Mode mode = Mode::kOnce;
  std::int64_t at = 1;  ///< The number of the first call that fails, from 1.
};

/// From here on calls are counted and `fault` happens, on any thread.
void Arm(const Fault& fault);

/// Ends that; returns whether the fault has happened.
bool Disarm();

}  // namespace dobby::faults
