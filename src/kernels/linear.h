// Products of activations with quantised weights, in 8-bit integers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/packed_matrix.h"
#include "kernels/parallel.h"
#include "kernels/simd.h"

namespace dobby {

/// What is done with the products.
enum class LinearOutput {
  kPlain,  ///< y = x W^T.
  /// Panels alternate between gate and up; y = silu(x G^T) * (x U^T), half
  /// as wide. Source: GLU Variants Improve Transformer (Shazeer 2020).
  kSwiGlu,
};

/// One product. Each group of 32 activations of a row is rounded to int8 with a
/// scale of its own (max |x| / 127). For each group in order, y = fma(sum of
/// integer products, x_scale * w_scale, y), in float. So every instruction set
/// gives the same bits, and the result of a row does not depend on the other
/// rows.
struct LinearCall {
  Simd simd = Simd::kScalar;
  LinearOutput output = LinearOutput::kPlain;
  PackedMatrix weights;
  const float* bias = nullptr;  ///< [rows of weights], or none; kPlain only.
  const float* x = nullptr;     ///< [rows, weights.columns]
  std::size_t rows = 0;
  /// 1, or 2 (kPlain only): the rest that the first rounding of x leaves is
  /// rounded and multiplied too. That makes the error 250 times smaller for
  /// twice the work.
  int roundings = 1;
  float* y = nullptr;  ///< [rows, width()]

  /// Returns the columns of y.
  std::size_t width() const {
    return output == LinearOutput::kSwiGlu ? weights.rows / 2 : weights.rows;
  }
};

/// Scratch memory to keep between calls.
struct LinearScratch {
  /// Of all rows, one tile after another, each rounding as a row of its own;
  /// see TileRows.
  std::vector<std::int8_t> codes;
  std::vector<float> scales;
  std::vector<std::int32_t> offsets;
};

/// Computes `call.y`.
void Linear(const LinearCall& call, LinearScratch& scratch,
            const ParallelFor& parallel);

}  // namespace dobby
