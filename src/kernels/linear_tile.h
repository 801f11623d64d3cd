// The internal interface that each instruction set of the linear kernel
// implements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/linear.h"

namespace dobby {

/// Rows of x that are multiplied with a panel while it is in the cache: few
/// enough to divide 512 rows among many threads, enough to pay for expanding
/// 4-bit weights.
inline constexpr std::size_t kTaskRows = 96;
/// Rows that a thread computes in one task: half of a prefill chunk.
inline constexpr std::size_t kBlockRows = 264;
/// The most tiles that a kernel takes at once.
inline constexpr std::size_t kMostTiles = 8;
/// Panels of weights in a tile; each gives 16 columns of y.
inline constexpr std::size_t kTilePanels = 2;

/// Two panels of weights and their scales.
struct TileWeights {
  int bits = 8;
  /// One byte per code, [groups, 8 quads, 16, 4], below 16 if `bits` is 4; or
  /// as in PackedMatrix, for a kernel that does not expand.
  const std::uint8_t* codes[kTilePanels];
  const Half* scales[kTilePanels];  ///< [groups, 16]
  std::size_t groups = 0;
};

/// A tile of quantised activations in reading order: the codes of all rows of a
/// group side by side. It has no initial values, because arrays of kMostTiles
/// often hold only one.
struct TileRows {
  const std::int8_t* codes;     ///< [groups, rows, 32]
  const float* scales;          ///< [groups, rows]
  const std::int32_t* offsets;  ///< [groups, rows]
  std::size_t rows;             ///< 1 to the kernel's tile_rows.
};

/// Where the sums of tiles go: [rows of all tiles, kTilePanels, 16], rows
/// `stride` floats apart.
struct TileSums {
  float* first = nullptr;
  std::size_t stride = kTilePanels * kPanel;

  float* Of(std::size_t row, std::size_t panel) const {
    return first + row * stride + panel * kPanel;
  }
  TileSums After(std::size_t rows) const {
    return {first + rows * stride, stride};
  }
};

/// Where a row's groups go: `stride` groups apart.
struct QuantisedRow {
  std::int8_t* codes = nullptr;
  float* scales = nullptr;
  std::int32_t* sums = nullptr;  ///< Sums of each group's codes.
  std::size_t stride = 1;

  /// Returns the next row of a tile of `stride` rows.
  QuantisedRow Next() const {
    return {codes + kGroup, scales + 1, sums + 1, stride};
  }
};

/// One instruction set's part of the product. `expand` and `multiply` agree on
/// the form of the expanded codes. The integer sum of a group is
/// offset + sum of weight code * activation code, the offset of a row's group
/// being -zero point * sum of its activation codes.
struct LinearKernel {
  /// Quantises a row of `groups` groups.
  void (*quantise)(const float* x, std::size_t groups, const QuantisedRow& to);
  /// Expands `groups` groups of 4-bit codes to bytes. Null if `multiply` takes
  /// them as they are.
  void (*expand)(const std::uint8_t* packed, std::size_t groups,
                 std::uint8_t* codes);
  void (*multiply)(const TileWeights& weights, std::span<const TileRows> tiles,
                   TileSums sums);
  /// out[i] = silu(gate[i]) * up[i] for 16 values.
  void (*swiglu)(const float* gate, const float* up, float* out);
  std::size_t tile_rows = 6;  ///< The most rows of a tile.
  /// The number of tiles at once that is best for `multiply`, up to kMostTiles.
  std::size_t tiles = 1;
  /// Copies `groups` groups of 8-bit codes to the form that `multiply` takes.
  /// Null if it takes them as they are.
  void (*expand8)(const std::uint8_t* packed, std::size_t groups,
                  std::uint8_t* codes) = nullptr;
};

/// exp(-x) of SiLU is 2^n * 2^f with n whole and |f| <= 1/2; 2^f by a
/// polynomial, highest power first: relative error below 2e-7. The same steps
/// in every instruction set, so that all give the same bits.
/// Source: coefficients ln(2)^k / k!, k = 7 to 0.
inline constexpr float kLog2E = 1.44269504088896341f;
inline constexpr float kMostExponent = 126.0f;
inline constexpr float kExp2[] = {
    1.52527338e-5f, 1.54035304e-4f, 1.33335581e-3f, 9.61812911e-3f,
    5.55041087e-2f, 2.40226507e-1f, 6.93147181e-1f, 1.0f};

LinearKernel ScalarLinear();
#ifdef __x86_64__
LinearKernel Avx2Linear();
LinearKernel AvxVnniLinear();
LinearKernel Avx512VnniLinear();
/// With fewer rows than this, AMX is no faster than AVX-512.
inline constexpr std::size_t kAmxLeastRows = 8;
LinearKernel AmxInt8Linear();
#endif

/// Linear with a given kernel; ignores call.simd.
void LinearWith(const LinearKernel& kernel, const LinearCall& call,
                LinearScratch& scratch, const ParallelFor& parallel);

}  // namespace dobby
