#include "kernels/simd.h"

#include <iterator>

namespace dobby {
namespace {

constexpr std::string_view kNames[] = {"scalar", "avx2", "avxvnni",
                                       "avx512vnni", "avx512bf16"};

/// libgcc asks the CPU, and whether the operating system saves the registers.
bool Has(Simd simd) {
  switch (simd) {
    case Simd::kScalar:
      return true;
#ifdef __x86_64__
    case Simd::kAvx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("f16c");
    case Simd::kAvxVnni:
      return __builtin_cpu_supports("avxvnni");
    case Simd::kAvx512Vnni:
      return __builtin_cpu_supports("avx512f") &&
             __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512vnni");
    case Simd::kAvx512Bf16:
      return Has(Simd::kAvx512Vnni) && __builtin_cpu_supports("avx512bf16");
#endif
    default:
      return false;
  }
}

}  // namespace

std::string_view NameOf(Simd simd) {
  return kNames[static_cast<std::size_t>(simd)];
}

std::vector<Simd> SupportedSimd() {
  std::vector<Simd> supported;
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    const auto simd = static_cast<Simd>(i);
    if (Has(simd)) supported.push_back(simd);
  }
  return supported;
}

}  // namespace dobby
