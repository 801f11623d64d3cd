// The instruction sets that the kernels know.
#pragma once

#include <string_view>
#include <vector>

namespace dobby {

/// Instruction sets. Each includes those above it.
enum class Simd {
  kScalar,
  kAvx2,        ///< AVX2, FMA, F16C.
  kAvxVnni,     ///< + VPDPBUSD on 256 bits.
  kAvx512Vnni,  ///< AVX-512 F, BW, DQ, VL, VNNI.
  kAmxInt8,     ///< + TDPBSSD and TDPBUSD on tiles.
};

/// Returns the name as DOBBY_SIMD takes it: "avx512vnni".
std::string_view NameOf(Simd simd);

/// Returns the sets that this CPU and operating system support, kScalar first.
/// Requests the AMX registers from Linux, for the whole process.
std::vector<Simd> SupportedSimd();

}  // namespace dobby
