#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <vector>

#include "kernels/attention_tile.h"

namespace dobby {
namespace {

/// Rows that share a look at a block: with their queries, outputs and the
/// block they fit into 48 KB at head size 64, and blocks that come from far
/// away are used often enough.
constexpr std::size_t kUnitRows = 48;

/// Positions of a segment whose query heads of one KV head are computed
/// together.
struct Unit {
  const AttentionSegment* segment = nullptr;
  std::size_t kv_head = 0;
  std::size_t first = 0;  ///< Token of the segment.
  std::size_t tokens = 0;
};

/// Memory of a thread, kept between calls.
struct Scratch {
  std::vector<float> rotated;  ///< [head_size]
  std::vector<float> queries;  ///< [rows, head_size], half used as bfloat16.
  std::vector<float> out, max, sums;
};

AttentionKernel KernelOf(Simd simd) {
  switch (simd) {
    case Simd::kScalar:
      break;
#ifdef __x86_64__
    case Simd::kAvx2:
    case Simd::kAvxVnni:
    case Simd::kAvx512Vnni:
      return Avx2Attention();
    case Simd::kAvx512Bf16:
      return Avx512Attention();
#else
    default:
      break;
#endif
  }
  return ScalarAttention();
}

/// One call: what all its units share.
class Attention {
 public:
  Attention(Simd simd, const AttentionShape& shape)
      : kernel_(KernelOf(simd)),
        shape_(shape),
        group_(shape.heads / shape.kv_heads),
        unit_tokens_(std::max<std::size_t>(1, kUnitRows / group_)),
        query_scale_(std::numbers::log2e_v<float> /
                     std::sqrt(static_cast<float>(shape.head_size))) {}

  void Run(std::span<const AttentionSegment> segments,
           const ParallelFor& parallel) const;

 private:
  void Rotate(const float* x, std::size_t position, float scale,
              float* y) const;
  void Write(const Unit& unit) const;
  void Compute(const Unit& unit) const;
  void PutQueries(const Unit& unit, Scratch& scratch) const;
  void PutOut(const Unit& unit, const Scratch& scratch) const;

  std::byte* Cache(const Unit& unit, std::size_t position) const {
    return unit.segment->cache + unit.kv_head * unit.segment->head_bytes +
           position / kKvBlock * shape_.BlockBytes();
  }

  AttentionKernel kernel_;
  const AttentionShape& shape_;
  std::size_t group_;
  std::size_t unit_tokens_;
  float query_scale_;
};

Scratch& ThreadScratch() {
  thread_local Scratch scratch;
  return scratch;
}

/// Divides the tokens of every segment and KV head into units.
std::vector<Unit> UnitsOf(std::span<const AttentionSegment> segments,
                          std::size_t kv_heads, std::size_t unit_tokens) {
  std::vector<Unit> units;
  for (const AttentionSegment& segment : segments) {
    for (std::size_t t = 0; t < segment.tokens; t += unit_tokens) {
      const std::size_t tokens = std::min(unit_tokens, segment.tokens - t);
      for (std::size_t h = 0; h < kv_heads; ++h) {
        units.push_back({&segment, h, t, tokens});
      }
    }
  }
  return units;
}

void Attention::Run(std::span<const AttentionSegment> segments,
                    const ParallelFor& parallel) const {
  std::vector<Unit> units = UnitsOf(segments, shape_.kv_heads, unit_tokens_);
  // Units read what others write, unless they have a segment of their own.
  std::vector<Unit> writers;
  for (const Unit& unit : units) {
    if (unit.tokens < unit.segment->tokens) writers.push_back(unit);
  }
  if (!writers.empty()) {
    parallel(writers.size(), [&](std::size_t i) { Write(writers[i]); });
  }
  // The longest first, so that no thread is left with one at the end.
  std::stable_sort(
      units.begin(), units.end(), [](const Unit& a, const Unit& b) {
        const auto work = [](const Unit& unit) {
          return unit.tokens * (unit.segment->past + unit.first + unit.tokens);
        };
        return work(a) > work(b);
      });
  parallel(units.size(), [&](std::size_t i) {
    if (units[i].tokens == units[i].segment->tokens) Write(units[i]);
    Compute(units[i]);
  });
}

void Attention::Rotate(const float* x, std::size_t position, float scale,
                       float* y) const {
  const std::size_t half = shape_.head_size / 2;
  const float* cosines = shape_.cosines + position * half;
  const float* sines = shape_.sines + position * half;
  for (std::size_t i = 0; i < half; ++i) {
    const float a = x[i];
    const float b = x[i + half];
    y[i] = (a * cosines[i] - b * sines[i]) * scale;
    y[i + half] = (b * cosines[i] + a * sines[i]) * scale;
  }
}

void Attention::Write(const Unit& unit) const {
  const std::size_t size = shape_.head_size;
  std::vector<float>& rotated = ThreadScratch().rotated;
  rotated.resize(size);
  for (std::size_t t = unit.first; t < unit.first + unit.tokens; ++t) {
    const std::size_t position = unit.segment->past + t;
    const std::size_t slot = position % kKvBlock;
    const std::size_t source =
        t * unit.segment->kv_stride + unit.kv_head * size;
    auto* keys = reinterpret_cast<std::uint16_t*>(Cache(unit, position));
    Rotate(unit.segment->k + source, position, 1.0f, rotated.data());
    for (std::size_t d = 0; d < size; ++d) {
      keys[d / 2 * 2 * kKvBlock + 2 * slot + d % 2] = ToBfloat16(rotated[d]);
    }
    // A kernel multiplies both of a pair: the last token clears the one after
    // it. Any other's neighbour is written too, perhaps by another thread.
    const bool clears = slot % 2 == 0 && t + 1 == unit.segment->tokens;
    const float* v = unit.segment->v + source;
    std::uint16_t* values = keys + size * kKvBlock + slot / 2 * 2 * size;
    for (std::size_t d = 0; d < size; ++d) {
      values[2 * d + slot % 2] = ToBfloat16(v[d]);
      if (clears) values[2 * d + 1] = 0;
    }
  }
}

void Attention::PutQueries(const Unit& unit, Scratch& scratch) const {
  const std::size_t size = shape_.head_size;
  scratch.rotated.resize(size);
  scratch.queries.resize(unit.tokens * group_ * size);
  auto* rounded = reinterpret_cast<std::uint16_t*>(scratch.queries.data());
  for (std::size_t r = 0; r < unit.tokens * group_; ++r) {
    const std::size_t t = unit.first + r / group_;
    const float* q = unit.segment->q + t * unit.segment->q_stride +
                     (unit.kv_head * group_ + r % group_) * size;
    float* rotated = kernel_.bfloat16_queries ? scratch.rotated.data()
                                              : &scratch.queries[r * size];
    Rotate(q, unit.segment->past + t, query_scale_, rotated);
    if (!kernel_.bfloat16_queries) continue;
    for (std::size_t d = 0; d < size; ++d) {
      rounded[r * size + d] = ToBfloat16(rotated[d]);
    }
  }
}

void Attention::PutOut(const Unit& unit, const Scratch& scratch) const {
  const std::size_t size = shape_.head_size;
  for (std::size_t r = 0; r < unit.tokens * group_; ++r) {
    float sum = 0;
    for (std::size_t i = 0; i < kSumLanes; ++i) {
      sum += scratch.sums[r * kSumLanes + i];
    }
    const std::size_t t = unit.first + r / group_;
    float* out = unit.segment->out + t * unit.segment->out_stride +
                 (unit.kv_head * group_ + r % group_) * size;
    const float scale = 1.0f / sum;
    for (std::size_t d = 0; d < size; ++d) {
      out[d] = scratch.out[r * size + d] * scale;
    }
  }
}

void Attention::Compute(const Unit& unit) const {
  const std::size_t size = shape_.head_size;
  const std::size_t count = unit.tokens * group_;
  Scratch& scratch = ThreadScratch();
  PutQueries(unit, scratch);
  scratch.out.assign(count * size, 0.0f);
  scratch.max.assign(count, -std::numeric_limits<float>::infinity());
  scratch.sums.assign(count * kSumLanes, 0.0f);
  const std::size_t first_position = unit.segment->past + unit.first;
  const AttentionRows rows{.rows = count,
                           .group = group_,
                           .head_size = size,
                           .first_position = first_position,
                           .queries = scratch.queries.data(),
                           .out = scratch.out.data(),
                           .max = scratch.max.data(),
                           .sums = scratch.sums.data()};
  for (std::size_t key = 0; key < first_position + unit.tokens;
       key += kKvBlock) {
    const auto* keys = reinterpret_cast<const std::uint16_t*>(Cache(unit, key));
    kernel_.attend(rows, {key, keys, keys + size * kKvBlock});
  }
  PutOut(unit, scratch);
}

}  // namespace

void RaiseMax(const AttentionRows& rows, std::size_t r, float max) {
  const float scale = std::exp2(rows.max[r] - max);
  rows.max[r] = max;
  float* out = rows.out + r * rows.head_size;
  for (std::size_t d = 0; d < rows.head_size; ++d) out[d] *= scale;
  float* sums = rows.sums + r * kSumLanes;
  for (std::size_t i = 0; i < kSumLanes; ++i) sums[i] *= scale;
}

void Attend(Simd simd, const AttentionShape& shape,
            std::span<const AttentionSegment> segments,
            const ParallelFor& parallel) {
  Attention(simd, shape).Run(segments, parallel);
}

}  // namespace dobby
