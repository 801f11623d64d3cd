// Which instruction set the kernels use; chosen once.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/simd.h"

namespace dobby {

struct SimdChoice {
  Simd simd = Simd::kScalar;
  /// For people: why it is neither what was wanted nor the best; mostly empty.
  std::string warning;
};

/// Returns the last of `supported` (kScalar first), or the one that `wanted`
/// names, if that is not empty; and if `failed_kernel` names a kernel that it
/// computes wrongly, the next lesser one that proves itself. kScalar is always
/// trusted.
SimdChoice ChooseSimd(
    const std::vector<Simd>& supported, std::string_view wanted,
    const std::function<std::string_view(Simd)>& failed_kernel);

/// Returns what ChooseSimd makes of this CPU, the environment variable
/// DOBBY_SIMD and the self-check, at the first call. Thread-safe.
const SimdChoice& TrustedSimd();

}  // namespace dobby
