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
/// block they fit into 32 KB at head size 64, and blocks that come from far
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

/// How many tokens ahead a head is fetched: rows of q, k, v and out are pages
/// apart, which the hardware does not look beyond. Rounding heads takes two
/// thirds of the time so, 1 % of all.
constexpr std::size_t kTokensAhead = 3;

/// Asks for `count` values of the row `kTokensAhead` behind `row`.
template <bool kToWrite>
void PrefetchAhead(const float* row, std::size_t stride, std::size_t count) {
  for (std::size_t i = 0; i < count; i += 64 / sizeof(float)) {
    __builtin_prefetch(row + kTokensAhead * stride + i, kToWrite ? 1 : 0);
  }
}

/// Memory of a thread, kept between calls.
struct Scratch {
  std::vector<std::uint8_t> codes;  ///< See AttentionRows.
  std::vector<float> scales, out, max, sums;
};

AttentionKernel KernelOf(Simd simd) {
  switch (simd) {
#ifdef __x86_64__
    case Simd::kAvx2:
      return Avx2Attention();
    case Simd::kAvxVnni:
      return AvxVnniAttention();
    case Simd::kAvx512Vnni:
      return Avx512VnniAttention();
    case Simd::kAmxInt8:
      return AmxInt8Attention();
#endif
    default:
      return ScalarAttention();
  }
}

/// One call: what all its units share.
class Attention {
 public:
  Attention(const AttentionKernel& kernel, const AttentionShape& shape)
      : kernel_(kernel),
        shape_(shape),
        group_(shape.heads / shape.kv_heads),
        unit_tokens_(std::max<std::size_t>(1, kUnitRows / group_)),
        query_scale_(std::numbers::log2e_v<float> /
                     (std::sqrt(static_cast<float>(shape.head_size)) *
                      static_cast<float>(HadamardOrder(shape.head_size)))) {}

  void Run(std::span<const AttentionSegment> segments,
           const ParallelFor& parallel) const;

 private:
  void Write(const Unit& unit) const;
  void WriteKey(const KvBlock& block, std::size_t position,
                const float* key) const;
  void WriteValue(const KvBlock& block, std::size_t slot,
                  const float* value) const;
  void Compute(const Unit& unit) const;
  void PutQueries(const Unit& unit, Scratch& scratch) const;
  void PutOut(const Unit& unit, const Scratch& scratch) const;

  /// Returns where the outputs of a token's query heads go.
  float* OutOf(const Unit& unit, std::size_t token) const {
    const AttentionSegment& segment = *unit.segment;
    return segment.out + (token - segment.first_query) * segment.out_stride +
           unit.kv_head * group_ * shape_.head_size;
  }

  HeadTurn TurnAt(std::size_t position) const {
    const std::size_t at = position * (shape_.head_size / 2);
    return {shape_.cosines + at, shape_.sines + at};
  }

  KvBlocks BlocksOf(const Unit& unit) const {
    return {unit.segment->cache + unit.kv_head * unit.segment->head_bytes,
            shape_.BlockBytes(), shape_.head_size};
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

/// Divides tokens [first, segment.tokens) of a segment, for every KV head.
void AddUnits(const AttentionSegment& segment, std::size_t first,
              std::size_t kv_heads, std::size_t unit_tokens,
              std::vector<Unit>& units) {
  for (std::size_t t = first; t < segment.tokens; t += unit_tokens) {
    const std::size_t tokens = std::min(unit_tokens, segment.tokens - t);
    for (std::size_t h = 0; h < kv_heads; ++h) {
      units.push_back({&segment, h, t, tokens});
    }
  }
}

/// Whether a unit is a whole segment: it reads nothing that others write.
bool IsAlone(const Unit& unit) { return unit.tokens == unit.segment->tokens; }

void Attention::Run(std::span<const AttentionSegment> segments,
                    const ParallelFor& parallel) const {
  std::vector<Unit> writers, units;
  for (const AttentionSegment& segment : segments) {
    AddUnits(segment, segment.first_query, shape_.kv_heads, unit_tokens_,
             units);
    const bool is_one_unit =
        segment.first_query == 0 && segment.tokens <= unit_tokens_;
    if (is_one_unit) continue;
    AddUnits(segment, 0, shape_.kv_heads, unit_tokens_, writers);
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
    if (IsAlone(units[i])) Write(units[i]);
    Compute(units[i]);
  });
}

void Attention::Write(const Unit& unit) const {
  for (std::size_t t = unit.first; t < unit.first + unit.tokens; ++t) {
    const std::size_t position = unit.segment->past + t;
    const std::size_t source =
        t * unit.segment->kv_stride + unit.kv_head * shape_.head_size;
    const KvBlock block = BlocksOf(unit).At(position);
    const float *key = unit.segment->k + source,
                *value = unit.segment->v + source;
    PrefetchAhead<false>(key, unit.segment->kv_stride, shape_.head_size);
    PrefetchAhead<false>(value, unit.segment->kv_stride, shape_.head_size);
    WriteKey(block, position, key);
    WriteValue(block, position % kKvBlock, value);
  }
}

void Attention::WriteKey(const KvBlock& block, std::size_t position,
                         const float* key) const {
  std::int8_t codes[kMaxHeadSize];
  const HeadTurn turn = TurnAt(position);
  const EncodedHead head = kernel_.encode(&turn, key, shape_.head_size, codes);
  const std::size_t slot = position % kKvBlock;
  for (std::size_t d = 0; d < shape_.head_size; d += 4) {
    std::memcpy(block.keys + d * kKvBlock + 4 * slot, codes + d, 4);
  }
  block.key_scales[slot] = head.inverse > 0 ? 1.0f / head.inverse : 0.0f;
  block.key_offsets[slot] = -kCodeZero * head.sum;
}

void Attention::WriteValue(const KvBlock& block, std::size_t slot,
                           const float* value) const {
  const std::size_t size = shape_.head_size;
  std::int8_t codes[kMaxHeadSize];
  const EncodedHead head = kernel_.encode(nullptr, value, size, codes);
  std::int8_t* quad = block.values + slot / 4 * 4 * size + slot % 4;
  for (std::size_t d = 0; d < size; ++d) quad[4 * d] = codes[d];
  // Nothing but zeros: any scale will do.
  block.value_inverses[slot] = head.inverse > 0 ? head.inverse : 1.0f;
  block.value_logs[slot] = -std::log2(block.value_inverses[slot]);
}

void Attention::PutQueries(const Unit& unit, Scratch& scratch) const {
  const std::size_t size = shape_.head_size;
  const std::size_t rows = unit.tokens * group_;
  scratch.codes.resize((rows + kCodeRows - 1) / kCodeRows * kCodeRows * size);
  scratch.scales.resize(rows);
  for (std::size_t r = 0; r < rows; ++r) {
    const std::size_t t = unit.first + r / group_;
    const float* heads = unit.segment->q + t * unit.segment->q_stride +
                         unit.kv_head * group_ * size;
    if (r % group_ == 0) {
      PrefetchAhead<false>(heads, unit.segment->q_stride, group_ * size);
      PrefetchAhead<true>(OutOf(unit, t), unit.segment->out_stride,
                          group_ * size);
    }
    const HeadTurn turn = TurnAt(unit.segment->past + t);
    std::int8_t codes[kMaxHeadSize];
    const EncodedHead head =
        kernel_.encode(&turn, heads + r % group_ * size, size, codes);
    scratch.scales[r] = head.inverse > 0 ? query_scale_ / head.inverse : 0.0f;
    for (std::size_t d = 0; d < size; ++d) {
      scratch.codes[r * size + d] =
          static_cast<std::uint8_t>(codes[d] + kCodeZero);
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
    float* out = OutOf(unit, t) + r % group_ * size;
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
                           .codes = scratch.codes.data(),
                           .scales = scratch.scales.data(),
                           .out = scratch.out.data(),
                           .max = scratch.max.data(),
                           .sums = scratch.sums.data()};
  kernel_.attend(rows, BlocksOf(unit));
  PutOut(unit, scratch);
}

}  // namespace

void Attend(Simd simd, const AttentionShape& shape,
            std::span<const AttentionSegment> segments,
            const ParallelFor& parallel) {
  AttendWith(KernelOf(simd), shape, segments, parallel);
}

void AttendWith(const AttentionKernel& kernel, const AttentionShape& shape,
                std::span<const AttentionSegment> segments,
                const ParallelFor& parallel) {
  Attention(kernel, shape).Run(segments, parallel);
}

}  // namespace dobby
