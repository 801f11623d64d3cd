// What the attention kernels of the instruction sets have in common.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "kernels/attention.h"

namespace dobby {

/// Float lanes over which the sum of a row's weights is spread.
inline constexpr std::size_t kSumLanes = 16;

/// How far, in powers of two, a score may exceed the maximum of its row before
/// the row is scaled anew. Weights up to 2^8 cost no precision in floating
/// point, and most blocks then need neither a maximum across lanes nor a pass
/// over the outputs.
inline constexpr float kMaxSlack = 8.0f;

/// A score that weighs nothing: finite, so that no difference of it is NaN.
inline constexpr float kMaskedScore = -1e30f;

/// Rows (query heads at positions) that share a KV head, and what is kept of
/// them between blocks of keys. Row r stands at first_position + r / group.
struct AttentionRows {
  std::size_t rows = 0;
  std::size_t group = 0;
  std::size_t head_size = 0;
  std::size_t first_position = 0;
  /// [rows, head_size], scaled by log2(e) / sqrt(head_size); bfloat16 or float
  /// as the kernel takes it.
  void* queries = nullptr;
  float* out = nullptr;   ///< [rows, head_size], sums of weighted values.
  float* max = nullptr;   ///< [rows], what weights are relative to.
  float* sums = nullptr;  ///< [rows, kSumLanes], sums of weights.

  /// Returns how many keys of the block at `first_key` row `r` sees.
  std::size_t KeysOf(std::size_t r, std::size_t first_key) const {
    const std::size_t position = first_position + r / group;
    if (position < first_key) return 0;
    const std::size_t keys = position - first_key + 1;
    return keys < kKvBlock ? keys : kKvBlock;
  }
};

/// 64 tokens of one KV head in the cache.
struct KvBlock {
  std::size_t first_key = 0;              ///< Position of its first token.
  const std::uint16_t* keys = nullptr;    ///< [head_size / 2, 64, 2]
  const std::uint16_t* values = nullptr;  ///< [32, head_size, 2]
};

/// One way to compute. `attend` adds a block to the rows; what it adds to a
/// row depends on that row and the block only.
struct AttentionKernel {
  bool bfloat16_queries = false;
  void (*attend)(const AttentionRows& rows, const KvBlock& block) = nullptr;
};

AttentionKernel ScalarAttention();
AttentionKernel Avx2Attention();
AttentionKernel Avx512Attention();

/// Scales what row `r` holds to a new maximum.
void RaiseMax(const AttentionRows& rows, std::size_t r, float max);

/// Returns the nearest bfloat16, ties to even.
inline std::uint16_t ToBfloat16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if (value != value) return static_cast<std::uint16_t>(bits >> 16 | 0x40);
  return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

inline float FromBfloat16(std::uint16_t value) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16);
}

}  // namespace dobby
