// Causal attention that also extends the KV cache.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/parallel.h"
#include "kernels/simd.h"

namespace dobby {

/// Tokens of a KV block, which is computed between two updates of the softmax.
inline constexpr std::size_t kKvBlock = 64;

inline constexpr std::size_t kMaxHeadSize = 256;

struct AttentionShape {
  std::size_t heads = 0;
  std::size_t kv_heads = 0;        ///< Divides heads.
  std::size_t head_size = 0;       ///< A multiple of 16, to kMaxHeadSize.
  const float* cosines = nullptr;  ///< [context, head_size / 2]
  const float* sines = nullptr;    ///< Likewise.

  /// Returns the bytes of the keys and values of 64 tokens of one KV head:
  /// 8-bit codes, and four numbers for each token (attention_tile.h).
  std::size_t BlockBytes() const {
    return kKvBlock * (2 * head_size + 4 * sizeof(float));
  }
};

/// New tokens of one sequence, and its cache. Rows of q, k, v and out are
/// `*_stride` floats apart; those of one token hold its heads in order.
struct AttentionSegment {
  const float* q = nullptr;  ///< [tokens, heads, head_size]
  const float* k = nullptr;  ///< [tokens, kv_heads, head_size]
  const float* v = nullptr;  ///< Likewise.
  std::size_t q_stride = 0, kv_stride = 0, out_stride = 0;
  std::size_t tokens = 0;
  std::size_t past = 0;  ///< Tokens in the cache.
  /// Earlier tokens only go into the cache.
  std::size_t first_query = 0;
  /// Block b of KV head h begins at cache + h * head_bytes + b * BlockBytes().
  std::byte* cache = nullptr;
  std::size_t head_bytes = 0;
  float* out = nullptr;  ///< [tokens - first_query, heads, head_size]
};

/// Rotates q and k by their positions (halves, as GroupQueryAttention does by
/// default), puts keys and values into the caches and computes softmax(q k^T /
/// sqrt(head_size)) v for each new token, over all tokens up to itself.
/// Queries, keys and values are rounded to 8 bits, with a scale for each token
/// and head. Queries and keys go through a Hadamard transform first: it keeps
/// their products and spreads the few large channels over all (QuaRot, Ashkboos
/// et al., 2024, arXiv:2404.00456). All instruction sets give the same bits.
/// The result of a token does not depend on how its sequence was cut into
/// segments, nor on the other segments.
void Attend(Simd simd, const AttentionShape& shape,
            std::span<const AttentionSegment> segments,
            const ParallelFor& parallel);

}  // namespace dobby
