// Attention in plain C++: what the other kernels are compared with.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "kernels/attention_encode.h"

namespace dobby {
namespace {

/// Writes t[j] of the keys that a row sees.
void Score(const AttentionRows& rows, std::size_t r, const KvBlock& block,
           std::size_t keys, float* scores) {
  const std::uint8_t* q = rows.codes + r * rows.head_size;
  for (std::size_t j = 0; j < keys; ++j) {
    std::int32_t dot = block.key_offsets[j];
    for (std::size_t d = 0; d < rows.head_size; ++d) {
      dot += q[d] * block.keys[d / 4 * 4 * kKvBlock + 4 * j + d % 4];
    }
    scores[j] =
        std::fma(static_cast<float>(dot), rows.scales[r] * block.key_scales[j],
                 block.value_logs[j]);
  }
}

void AttendRow(const AttentionRows& rows, std::size_t r, const KvBlock& block,
               std::size_t keys) {
  float scores[kKvBlock];
  Score(rows, r, block, keys, scores);
  const float top = *std::max_element(scores, scores + keys);
  if (top > rows.max[r] + kMaxSlack) RaiseMax(rows, r, top);
  const float part = Exp2(top - rows.max[r]);
  const float zero = top - kLogWeight;
  float sums[kSumLanes] = {};
  std::int32_t weights[kKvBlock];
  for (std::size_t j = 0; j < keys; ++j) {
    const float weight = Exp2(scores[j] - zero);
    float& sum = sums[j % kSumLanes];
    sum = std::fma(weight, block.value_inverses[j], sum);
    weights[j] = static_cast<std::int32_t>(std::nearbyint(weight));
  }
  float* row_sums = rows.sums + r * kSumLanes;
  for (std::size_t i = 0; i < kSumLanes; ++i) {
    row_sums[i] = std::fma(sums[i], part, row_sums[i]);
  }
  float* out = rows.out + r * rows.head_size;
  for (std::size_t d = 0; d < rows.head_size; ++d) {
    std::int32_t sum = 0;
    for (std::size_t j = 0; j < keys; ++j) {
      sum +=
          weights[j] * block.values[(j / 4 * rows.head_size + d) * 4 + j % 4];
    }
    out[d] = std::fma(static_cast<float>(sum), part, out[d]);
  }
}

void Attend(const AttentionRows& rows, const KvBlocks& blocks) {
  for (std::size_t first = 0; first < rows.EndOfKeys(); first += kKvBlock) {
    for (std::size_t r = 0; r < rows.rows; ++r) {
      const std::size_t keys = rows.KeysOf(r, first);
      if (keys > 0) AttendRow(rows, r, blocks.At(first), keys);
    }
  }
}

EncodedHead Encode(const HeadTurn* turn, const float* x, std::size_t size,
                   std::int8_t* codes) {
  return EncodeHead(turn, x, size, codes);
}

}  // namespace

float Exp2(float x) {
  x = std::max(x, kLeastExponent);
  const float whole = x + kWhole;
  const float f = x - (whole - kWhole);
  float y = kExp2Power[0];
  for (std::size_t i = 1; i < std::size(kExp2Power); ++i) {
    y = std::fma(y, f, kExp2Power[i]);
  }
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(y) +
                              (std::bit_cast<std::uint32_t>(whole) << 23));
}

void RaiseMax(const AttentionRows& rows, std::size_t r, float max) {
  const float scale = Exp2(rows.max[r] - max);
  rows.max[r] = max;
  float* out = rows.out + r * rows.head_size;
  for (std::size_t d = 0; d < rows.head_size; ++d) out[d] *= scale;
  float* sums = rows.sums + r * kSumLanes;
  for (std::size_t i = 0; i < kSumLanes; ++i) sums[i] *= scale;
}

AttentionKernel ScalarAttention() { return {Encode, Attend}; }

}  // namespace dobby
