// Definitions shared by the attention kernels of all instruction sets.
//
// Products of 8-bit codes are summed exactly, and each float operation and its
// order are given here, so all kernels give the same bits. For row r, in the
// block of keys j whose codes, scales and offsets are those of KvBlock:
//   t[j]   = fma(dot[j], query scale * key scale[j], value log[j])
//   top    = max t[j]; raises the row's maximum m when it is above it by more
//            than kMaxSlack
//   w[j]   = Exp2(t[j] - (top - kLogWeight)), in [0, 255]
//   part   = Exp2(top - m)
//   sums  += part * lane sums of w[j] * value inverse[j]
//   out[d] = fma(sum of round(w[j]) * value code[j, d], part, out[d])
// A weight is thus relative to the largest of its own block (that of its value
// included), so that rounding it to 8 bits costs little wherever the large
// weights of the row are. Method: SageAttention (Zhang et al., 2024,
// arXiv:2410.02367) with scales of values moved into the weights.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "kernels/attention.h"

namespace dobby {

/// Float lanes over which the sum of a row's weights is spread.
inline constexpr std::size_t kSumLanes = 16;

/// How far, in powers of two, a score may exceed the maximum of its row before
/// the row is scaled anew. Sums are in floating point, which loses nothing by
/// being large.
inline constexpr float kMaxSlack = 32.0f;

/// A score of no weight. It is finite, so that differences are not NaN.
inline constexpr float kMaskedScore = -1e30f;

/// Kernels may read query codes up to the next multiple of this many rows.
inline constexpr std::size_t kCodeRows = 16;

/// Added to a query's code to make it unsigned.
inline constexpr std::int32_t kCodeZero = 128;

/// log2 of the largest weight.
inline constexpr float kLogWeight = 7.99435344f;

/// 2^x is 2^n 2^f with n whole and |f| <= 1/2: adding kWhole rounds x to n and
/// leaves n in the low bits; 2^f by a polynomial, highest power first, the
/// minimax one by Remez' algorithm: its relative error is below 8e-5, a
/// twentieth of a weight's rounding.
inline constexpr float kWhole = 12582912.0f;  // 1.5 * 2^23
inline constexpr float kLeastExponent = -125.0f;
inline constexpr float kExp2Power[] = {5.5171669e-02f, 2.4261112e-01f,
                                       6.9326099e-01f, 9.9992807e-01f};

/// Rows (query heads at positions) that share a KV head, and their state
/// between blocks of keys. Row r stands at first_position + r / group.
struct AttentionRows {
  std::size_t rows = 0;
  std::size_t group = 0;
  std::size_t head_size = 0;
  std::size_t first_position = 0;
  /// [rows, head_size], code + kCodeZero; rows up to kCodeRows hold anything.
  const std::uint8_t* codes = nullptr;
  /// [rows]; holds log2(e) / sqrt(head_size) too.
  const float* scales = nullptr;
  float* out = nullptr;   ///< [rows, head_size], sums of weighted values.
  float* max = nullptr;   ///< [rows], what sums are relative to.
  float* sums = nullptr;  ///< [rows, kSumLanes], sums of weights.

  /// Returns how many keys the last row sees.
  std::size_t EndOfKeys() const {
    return first_position + (rows - 1) / group + 1;
  }

  /// Returns how many keys of the block at `first_key` row `r` sees.
  std::size_t KeysOf(std::size_t r, std::size_t first_key) const {
    const std::size_t position = first_position + r / group;
    if (position < first_key) return 0;
    const std::size_t keys = position - first_key + 1;
    return keys < kKvBlock ? keys : kKvBlock;
  }
};

/// 64 tokens of one KV head in the cache, AttentionShape::BlockBytes() in all.
/// Tokens not yet written may hold anything.
struct KvBlock {
  std::int8_t* keys = nullptr;    ///< [head_size / 4, 64, 4]
  std::int8_t* values = nullptr;  ///< [16, head_size, 4]: 4 tokens together.
  float* key_scales = nullptr;    ///< [64]
  std::int32_t* key_offsets = nullptr;  ///< [64], -kCodeZero * sum of codes.
  float* value_logs = nullptr;          ///< [64], log2 of a value's scale.
  float* value_inverses = nullptr;      ///< [64], one over it.

  KvBlock() = default;
  KvBlock(std::byte* bytes, std::size_t head_size)
      : keys(reinterpret_cast<std::int8_t*>(bytes)),
        values(keys + head_size * kKvBlock),
        key_scales(reinterpret_cast<float*>(values + head_size * kKvBlock)),
        key_offsets(reinterpret_cast<std::int32_t*>(key_scales + kKvBlock)),
        value_logs(reinterpret_cast<float*>(key_offsets + kKvBlock)),
        value_inverses(value_logs + kKvBlock) {}
};

/// All blocks of one KV head, one after another.
struct KvBlocks {
  std::byte* first = nullptr;
  std::size_t block_bytes = 0;
  std::size_t head_size = 0;

  /// Returns the block of the token at `position`.
  KvBlock At(std::size_t position) const {
    return {first + position / kKvBlock * block_bytes, head_size};
  }
};

/// Cosines and sines of a position, [head_size / 2] each.
struct HeadTurn {
  const float* cosines = nullptr;
  const float* sines = nullptr;
};

/// A head as codes: value = code / inverse. If all are zero, the inverse is 0.
struct EncodedHead {
  float inverse = 0;
  std::int32_t sum = 0;  ///< Of the codes.
};

/// Returns the order of the Hadamard matrix that multiplies each piece of a
/// head.
constexpr std::size_t HadamardOrder(std::size_t head_size) {
  return head_size & -head_size;
}

/// The kernel of one instruction set.
struct AttentionKernel {
  /// Rounds x[size] to codes in [-127, 127]. If `turn` is given, rotates and
  /// transforms x first, which makes it sqrt(order) times larger.
  EncodedHead (*encode)(const HeadTurn* turn, const float* x, std::size_t size,
                        std::int8_t* codes) = nullptr;
  /// Adds all keys that the rows see, one block after another.
  void (*attend)(const AttentionRows& rows, const KvBlocks& blocks) = nullptr;
};

AttentionKernel ScalarAttention();
#ifdef __x86_64__
AttentionKernel Avx2Attention();
AttentionKernel AvxVnniAttention();
AttentionKernel Avx512VnniAttention();
AttentionKernel AmxInt8Attention();
#endif

/// Attend() with a given kernel.
void AttendWith(const AttentionKernel& kernel, const AttentionShape& shape,
                std::span<const AttentionSegment> segments,
                const ParallelFor& parallel);

/// Returns 2^x as all kernels compute it; x is at most 64.
float Exp2(float x);

/// Scales what row `r` holds to a new maximum.
void RaiseMax(const AttentionRows& rows, std::size_t r, float max);

}  // namespace dobby
