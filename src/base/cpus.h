// How much of the machine this process may use.
#pragma once

#include <cstdint>

namespace dobby {

/// Returns the CPUs of this process: the affinity mask, bounded by the cgroup
/// quota (v2 `cpu.max`, v1 `cpu.cfs_quota_us`) of every ancestor, rounded up;
/// at least 1. Source: Linux, Documentation/admin-guide/cgroup-v2.rst.
int AvailableCpus();

/// Returns the bytes this process may still take: free memory of the machine
/// (MemAvailable), bounded by what is left of the cgroup's limit.
std::uint64_t AvailableMemoryBytes();

/// Returns the largest resident set this process ever had (VmHWM).
std::uint64_t PeakRssBytes();

/// Gives the system what the heap holds free, where the C library can.
void ReturnFreedMemory();

}  // namespace dobby
