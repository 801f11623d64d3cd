// Sequences and caches for tests of attention.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstring>
#include <random>
#include <span>
#include <vector>

#include "kernels/attention.h"

namespace dobby {

/// Positions in the RoPE tables.
inline constexpr std::size_t kContext = 800;

/// A sequence with its queries, keys and values, packed side by side like the
/// product of one matrix, and RoPE tables for its positions.
struct Sequence {
  AttentionShape shape;
  std::size_t tokens = 0;
  std::vector<float> qkv, cosines, sines;

  Sequence(std::size_t heads, std::size_t kv_heads, std::size_t head_size,
           std::size_t count)
      : tokens(count) {
    shape.heads = heads;
    shape.kv_heads = kv_heads;
    shape.head_size = head_size;
    std::mt19937 random(static_cast<unsigned>(heads * 1000 + count));
    std::normal_distribution<float> normal;
    qkv.resize(count * stride());
    for (float& x : qkv) x = normal(random);
    const std::size_t half = head_size / 2;
    for (std::size_t p = 0; p < kContext; ++p) {
      for (std::size_t i = 0; i < half; ++i) {
        const double angle =
            double(p) * std::pow(10000.0, -double(i) / double(half));
        cosines.push_back(static_cast<float>(std::cos(angle)));
        sines.push_back(static_cast<float>(std::sin(angle)));
      }
    }
    shape.cosines = cosines.data();
    shape.sines = sines.data();
  }
  Sequence(const Sequence&) = delete;

  std::size_t width() const { return shape.heads * shape.head_size; }
  std::size_t kv_width() const { return shape.kv_heads * shape.head_size; }
  std::size_t stride() const { return width() + 2 * kv_width(); }
};

/// A cache with old content: every float is a NaN.
class Cache {
 public:
  explicit Cache(const Sequence& sequence)
      : head_bytes_(sequence.shape.BlockBytes() *
                    (sequence.tokens / kKvBlock + 1)),
        bytes_(head_bytes_ * sequence.shape.kv_heads, std::byte{0xff}) {}

  /// Tokens [past, past + tokens) of `sequence`, rows of out beside others.
  AttentionSegment Segment(const Sequence& sequence, std::size_t past,
                           std::size_t tokens, std::vector<float>& out) {
    const float* row = sequence.qkv.data() + past * sequence.stride();
    AttentionSegment segment;
    segment.q = row;
    segment.k = row + sequence.width();
    segment.v = segment.k + sequence.kv_width();
    segment.q_stride = segment.kv_stride = sequence.stride();
    segment.out_stride = sequence.width();
    segment.tokens = tokens;
    segment.past = past;
    segment.cache = bytes_.data();
    segment.head_bytes = head_bytes_;
    out.resize(sequence.tokens * sequence.width());
    segment.out = out.data() + past * sequence.width();
    return segment;
  }

 private:
  std::size_t head_bytes_;
  std::vector<std::byte> bytes_;
};

/// Returns the result of attend(shape, segments) for a sequence that is cut at
/// `cuts`, one piece after another.
template <typename Attention>
std::vector<float> OutputsWith(const Attention& attend,
                               const Sequence& sequence,
                               std::vector<std::size_t> cuts) {
  Cache cache(sequence);
  std::vector<float> out;
  cuts.push_back(sequence.tokens);
  std::size_t past = 0;
  for (const std::size_t end : cuts) {
    if (end == past) continue;
    const AttentionSegment segment =
        cache.Segment(sequence, past, end - past, out);
    attend(sequence.shape, {&segment, 1});
    past = end;
  }
  return out;
}

/// Compares bits, so that a NaN equals itself.
inline bool Same(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

}  // namespace dobby
