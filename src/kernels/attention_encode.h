// Rounding a head to 8 bits: one source, in the compiler's own vectors, that
// the file of each instruction set compiles for itself.
#pragma once

#include <bit>
#include <cstring>
#include <utility>

#include "kernels/attention_tile.h"

#define DOBBY_INLINE __attribute__((always_inline)) inline

namespace dobby {

using FloatLanes __attribute__((vector_size(64))) = float;
using IntLanes __attribute__((vector_size(64))) = std::int32_t;
using ByteLanes __attribute__((vector_size(16))) = std::int8_t;

/// Swaps lanes that are `kStep` apart. By reference: g++ warns about vectors as
/// results in code that is not compiled for AVX-512.
template <std::size_t kStep, typename Lanes, std::size_t... kLane>
DOBBY_INLINE void Swap(const Lanes& v, Lanes& swapped,
                       std::index_sequence<kLane...>) {
  swapped = __builtin_shufflevector(v, v, (kLane ^ kStep)...);
}

/// One step of a transform: two lanes that are `kStep` apart become their sum
/// and their difference.
template <std::size_t kStep, std::size_t... kLane>
DOBBY_INLINE void HadamardStep(FloatLanes& v,
                               std::index_sequence<kLane...> lanes) {
  constexpr FloatLanes kSigns = {((kLane & kStep) == 0 ? 1.0f : -1.0f)...};
  FloatLanes swapped;
  Swap<kStep>(v, swapped, lanes);
  v = swapped + v * kSigns;
}

/// Replaces 16 `count` values by their products with the rows of Hadamard
/// matrices of this order, times sqrt(order). The order is a power of two of
/// at least 16.
DOBBY_INLINE void Hadamard(FloatLanes* v, std::size_t count,
                           std::size_t order) {
  constexpr std::make_index_sequence<16> kLanes;
  for (std::size_t step = order / 32; step > 0; step /= 2) {
    for (std::size_t i = 0; i < count; ++i) {
      if ((i & step) != 0) continue;
      const FloatLanes a = v[i], b = v[i + step];
      v[i] = a + b;
      v[i + step] = a - b;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    HadamardStep<8>(v[i], kLanes);
    HadamardStep<4>(v[i], kLanes);
    HadamardStep<2>(v[i], kLanes);
    HadamardStep<1>(v[i], kLanes);
  }
}

/// Rotates a head by its position. Halves are rotated, as GroupQueryAttention
/// does by default.
DOBBY_INLINE void Rotate(const HeadTurn& turn, const float* x, std::size_t size,
                         float* y) {
  const std::size_t half = size / 2;
  for (std::size_t i = 0; i < half; ++i) {
    const float a = x[i], b = x[i + half];
    y[i] = a * turn.cosines[i] - b * turn.sines[i];
    y[i + half] = b * turn.cosines[i] + a * turn.sines[i];
  }
}

/// Combines each lane with the one `kStep` from it.
template <std::size_t kStep>
DOBBY_INLINE void LargestStep(FloatLanes& v) {
  FloatLanes other;
  Swap<kStep>(v, other, std::make_index_sequence<16>());
  v = v > other ? v : other;
}
template <std::size_t kStep>
DOBBY_INLINE void SumStep(IntLanes& v) {
  IntLanes other;
  Swap<kStep>(v, other, std::make_index_sequence<16>());
  v += other;
}

/// Rounds 16 `count` values.
DOBBY_INLINE EncodedHead Round(const FloatLanes* v, std::size_t count,
                               std::int8_t* codes) {
  FloatLanes most = {};
  IntLanes sums = {};
  for (std::size_t i = 0; i < count; ++i) {
    const FloatLanes magnitude = v[i] < 0 ? -v[i] : v[i];
    most = magnitude > most ? magnitude : most;
  }
  LargestStep<8>(most);
  LargestStep<4>(most);
  LargestStep<2>(most);
  LargestStep<1>(most);
  const float inverse = most[0] > 0 ? 127.0f / most[0] : 0.0f;
  for (std::size_t i = 0; i < count; ++i) {
    const FloatLanes rounded = v[i] * inverse + kWhole;
    IntLanes whole;
    std::memcpy(&whole, &rounded, sizeof(whole));
    whole -= std::bit_cast<std::int32_t>(kWhole);
    sums += whole;
    const ByteLanes bytes = __builtin_convertvector(whole, ByteLanes);
    std::memcpy(codes + 16 * i, &bytes, sizeof(bytes));
  }
  SumStep<8>(sums);
  SumStep<4>(sums);
  SumStep<2>(sums);
  SumStep<1>(sums);
  return {inverse, sums[0]};
}

/// See AttentionKernel::encode; a `size` that is known at compile time is
/// faster.
DOBBY_INLINE EncodedHead EncodeSize(const HeadTurn* turn, const float* x,
                                    std::size_t size, std::int8_t* codes) {
  float rotated[kMaxHeadSize];
  FloatLanes v[kMaxHeadSize / 16];
  if (turn != nullptr) {
    Rotate(*turn, x, size, rotated);
    x = rotated;
  }
  const std::size_t count = size / 16;
  for (std::size_t i = 0; i < count; ++i) {
    std::memcpy(&v[i], x + 16 * i, sizeof(v[i]));
  }
  if (turn != nullptr) Hadamard(v, count, HadamardOrder(size));
  return Round(v, count, codes);
}

DOBBY_INLINE EncodedHead EncodeHead(const HeadTurn* turn, const float* x,
                                    std::size_t size, std::int8_t* codes) {
  switch (size) {
    case 64:
      return EncodeSize(turn, x, 64, codes);
    case 128:
      return EncodeSize(turn, x, 128, codes);
    default:
      return EncodeSize(turn, x, size, codes);
  }
}

}  // namespace dobby
