// Root mean square normalisation of a residual stream.
#pragma once

#include <cstddef>

#include "kernels/parallel.h"

namespace dobby {

/// Rows of a residual stream and the values to add, [rows, width] each.
struct AddRmsNormCall {
  const float* x = nullptr;
  const float* delta = nullptr;
  const float* weight = nullptr;  ///< [width]
  float epsilon = 0;
  std::size_t rows = 0;
  std::size_t width = 0;
  float* sum = nullptr;  ///< x + delta; may be x or delta.
  float* y = nullptr;    ///< sum / sqrt(mean of sum^2 + epsilon) * weight
};

/// Computes `sum` and `y`. Gives the same bits on every machine; rows do not
/// influence each other. Source: Root Mean Square Layer Normalization (Zhang
/// and Sennrich, 2019).
void AddRmsNorm(const AddRmsNormCall& call, const ParallelFor& parallel);

}  // namespace dobby
