// Attention in plain C++: what the other kernels are compared with.
#include <algorithm>
#include <cmath>

#include "kernels/attention_tile.h"

namespace dobby {
namespace {

void AttendRow(const AttentionRows& rows, std::size_t r, const KvBlock& block) {
  const std::size_t size = rows.head_size;
  const std::size_t keys = rows.KeysOf(r, block.first_key);
  const float* q = static_cast<const float*>(rows.queries) + r * size;
  float weights[kKvBlock] = {};
  for (std::size_t d = 0; d < size; ++d) {
    const std::uint16_t* pairs = block.keys + d / 2 * 2 * kKvBlock + d % 2;
    for (std::size_t j = 0; j < keys; ++j) {
      weights[j] += q[d] * FromBfloat16(pairs[2 * j]);
    }
  }
  const float max = *std::max_element(weights, weights + keys);
  if (max > rows.max[r] + kMaxSlack) RaiseMax(rows, r, max);
  float* out = rows.out + r * size;
  for (std::size_t j = 0; j < keys; ++j) {
    const float weight = std::exp2(weights[j] - rows.max[r]);
    rows.sums[r * kSumLanes + j % kSumLanes] += weight;
    const std::uint16_t* values = block.values + j / 2 * 2 * size + j % 2;
    for (std::size_t d = 0; d < size; ++d) {
      out[d] += weight * FromBfloat16(values[2 * d]);
    }
  }
}

void AttendScalar(const AttentionRows& rows, const KvBlock& block) {
  for (std::size_t r = 0; r < rows.rows; ++r) {
    if (rows.KeysOf(r, block.first_key) > 0) AttendRow(rows, r, block);
  }
}

}  // namespace

AttentionKernel ScalarAttention() { return {false, AttendScalar}; }

}  // namespace dobby
