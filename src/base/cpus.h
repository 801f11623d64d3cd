// How much of the machine this process may use.
#pragma once

#include <cstdint>

namespace dobby {

/// Returns the CPUs of this process: the affinity mask, bounded by the cgroup
/// quota (v2 `cpu.max`, v1 `cpu.cfs_quota_us`) of every ancestor, rounded up;
/// at least 1. Source: Linux, Documentation/admin-guide/cgroup-v2.rst.
int AvailableCpus();

/// Returns the bytes that this process may still allocate: free memory of the
/// machine (MemAvailable), bounded by what is left of the cgroup's limit.
std::uint64_t AvailableMemoryBytes();

/// Returns the largest resident set that this process ever had (VmHWM), in
/// bytes.
std::uint64_t PeakRssBytes();

/// Returns free heap memory to the system, if the C library can do that.
void ReturnFreedMemory();

}  // namespace dobby
