// The instruction set that the kernels use, chosen once.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/simd.h"

namespace dobby {

struct SimdChoice {
  Simd simd = Simd::kScalar;
  /// Why it is not the wanted or the best one, as a message for the user;
  /// usually empty.
  std::string warning;
};

/// Returns the last of `supported` (kScalar first), or the one that `wanted`
/// names, if not empty. If `failed_kernel` reports a kernel that this set
/// computes wrongly, returns the next lesser set without such a kernel. kScalar
/// is always trusted.
SimdChoice ChooseSimd(
    const std::vector<Simd>& supported, std::string_view wanted,
    const std::function<std::string_view(Simd)>& failed_kernel);

/// Returns the result of ChooseSimd for this CPU, the environment variable
/// DOBBY_SIMD and the self-check. Computed at the first call. Thread-safe.
const SimdChoice& TrustedSimd();

}  // namespace dobby
