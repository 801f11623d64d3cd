// Pages, in which the system maps memory and files.
#pragma once

#include <cstdint>

namespace dobby {

/// Bytes of a page on x86-64.
inline constexpr std::uint64_t kPageBytes = 4096;

/// Returns `bytes`, rounded up to whole pages.
constexpr std::uint64_t RoundUpToPages(std::uint64_t bytes) {
  return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}

}  // namespace dobby
