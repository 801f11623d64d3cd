#include "kernels/simd.h"

#include <iterator>

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace dobby {
namespace {

constexpr std::string_view kNames[] = {"scalar", "avx2", "avxvnni",
                                       "avx512vnni", "amxint8"};

#if defined(__x86_64__) && defined(__linux__)
/// Whether threads of this process may use the 8 KB of tile registers, which
/// Linux saves only for who asks. Source: Documentation/arch/x86/xstate.rst.
bool TilesAllowed() {
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;               // XFEATURE_XTILEDATA
  return ::syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

/// Whether there is a palette to configure tiles with. Some virtual machines
/// name AMX and have none: LDTILECFG is then no instruction.
/// Source: https://github.com/uxlfoundation/oneDNN/pull/5801
bool HasPalette() {
  constexpr unsigned kTileInformation = 0x1d;
  unsigned last = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid_count(kTileInformation, 0, &last, &ebx, &ecx, &edx) != 0 &&
         last >= 1;
}
#else
bool TilesAllowed() { return false; }
bool HasPalette() { return false; }
#endif

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
    case Simd::kAmxInt8:
      return Has(Simd::kAvx512Vnni) && __builtin_cpu_supports("amx-tile") &&
             __builtin_cpu_supports("amx-int8") && HasPalette() &&
             TilesAllowed();
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
