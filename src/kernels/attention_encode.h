// Rounding a head to 8 bits: one source that each instruction set's file
// compiles for itself, by the compiler's own vectors.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "kernels/attention_tile.h"

#define DOBBY_INLINE __attribute__((always_inline)) inline

namespace dobby {

using FloatLanes __attribute__((vector_size(64))) = float;
using IntLanes __attribute__((vector_size(64))) = std::int32_t;
using ByteLanes __attribute__((vector_size(16))) = std::int8_t;

/// One step of a transform: lanes `kStep` apart become their sum and
/// difference.
template <std::size_t kStep, std::size_t... kLane>
DOBBY_INLINE void HadamardStep(FloatLanes& v, std::index_sequence<kLane...>) {
  constexpr FloatLanes kSigns = {((kLane & kStep) == 0 ? 1.0f : -1.0f)...};
  v = __builtin_shufflevector(v, v, (kLane ^ kStep)...) + v * kSigns;
}

/// The last four steps, of 16 values in place.
DOBBY_INLINE void HadamardOf16(float* x) {
  constexpr std::make_index_sequence<16> kLanes;
  FloatLanes v;
  std::memcpy(&v, x, sizeof(v));
  HadamardStep<8>(v, kLanes);
  HadamardStep<4>(v, kLanes);
  HadamardStep<2>(v, kLanes);
  HadamardStep<1>(v, kLanes);
  std::memcpy(x, &v, sizeof(v));
}

/// Replaces x by its products with the rows of a Hadamard matrix, times
/// sqrt(order). The order is a power of two of at least 16.
DOBBY_INLINE void Hadamard(float* x, std::size_t order) {
  for (std::size_t step = order / 2; step >= 16; step /= 2) {
    for (std::size_t i = 0; i < order; i += 2 * step) {
      float* low = x + i;
      float* high = low + step;
      for (std::size_t j = 0; j < step; ++j) {
        const float a = low[j], b = high[j];
        low[j] = a + b;
        high[j] = a - b;
      }
    }
  }
  for (std::size_t i = 0; i < order; i += 16) HadamardOf16(x + i);
}

/// Rotates a head by its position and transforms it. Halves are rotated, as
/// GroupQueryAttention does by default.
DOBBY_INLINE void Turn(const HeadTurn& turn, const float* x, std::size_t size,
                       float* y) {
  const std::size_t half = size / 2;
  for (std::size_t i = 0; i < half; ++i) {
    const float a = x[i], b = x[i + half];
    y[i] = a * turn.cosines[i] - b * turn.sines[i];
    y[i + half] = b * turn.cosines[i] + a * turn.sines[i];
  }
  const std::size_t order = HadamardOrder(size);
  for (std::size_t i = 0; i < size; i += order) Hadamard(y + i, order);
}

/// See AttentionKernel::encode.
DOBBY_INLINE EncodedHead EncodeHead(const HeadTurn* turn, const float* x,
                                    std::size_t size, std::int8_t* codes) {
  float turned[kMaxHeadSize];
  if (turn != nullptr) {
    Turn(*turn, x, size, turned);
    x = turned;
  }
  FloatLanes most = {};
  for (std::size_t i = 0; i < size; i += 16) {
    FloatLanes v;
    std::memcpy(&v, x + i, sizeof(v));
    v = v < 0 ? -v : v;
    most = v > most ? v : most;
  }
  float largest = 0;
  for (std::size_t i = 0; i < 16; ++i) largest = std::max(largest, most[i]);
  const float inverse = largest > 0 ? 127.0f / largest : 0.0f;
  IntLanes sums = {};
  for (std::size_t i = 0; i < size; i += 16) {
    FloatLanes v;
    std::memcpy(&v, x + i, sizeof(v));
    v = v * inverse + kWhole;
    IntLanes whole;
    std::memcpy(&whole, &v, sizeof(v));
    whole -= std::bit_cast<std::int32_t>(kWhole);
    sums += whole;
    const ByteLanes bytes = __builtin_convertvector(whole, ByteLanes);
    std::memcpy(codes + i, &bytes, sizeof(bytes));
  }
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < 16; ++i) sum += sums[i];
  return {inverse, sum};
}

}  // namespace dobby
