// The instruction sets that the kernels know.
#pragma once

#include <string_view>
#include <vector>

namespace dobby {

/// Instruction sets, each including those above it.
enum class Simd {
  kScalar,
  kAvx2,        ///< AVX2, FMA, F16C.
  kAvxVnni,     ///< + VPDPBUSD on 256 bits.
  kAvx512Vnni,  ///< AVX-512 F, BW, DQ, VL, VNNI.
  kAmxInt8,     ///< + TDPBSSD and TDPBUSD on tiles.
};

/// Returns the name that DOBBY_SIMD takes: "avx512vnni".
std::string_view NameOf(Simd simd);

/// Returns what this CPU and its operating system can do, kScalar first. Asks
/// Linux for the registers of AMX, for the whole process.
std::vector<Simd> SupportedSimd();

}  // namespace dobby
