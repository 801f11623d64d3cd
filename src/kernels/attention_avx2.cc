// Attention with AVX2 and FMA, in float: bfloat16 of the cache is widened by a
// shift. Four rows by two vectors of 8 lanes are the accumulators.
#ifdef __x86_64__
#include <immintrin.h>

#include <algorithm>
#include <array>

#include "kernels/attention_tile.h"

#define DOBBY_AVX2 __attribute__((target("avx2,fma")))

namespace dobby {
namespace {

constexpr std::size_t kTileRows = 4;
constexpr std::size_t kLanes = 8;
constexpr std::size_t kPassColumns = 2 * kLanes;

/// Rows of floats, `stride` apart.
struct RowsOf {
  const float* first = nullptr;
  std::size_t stride = 0;
};

/// Columns of pairs in bfloat16, `stride` values from pair to pair.
struct PairsOf {
  const std::uint16_t* first = nullptr;
  std::size_t stride = 0;
  std::size_t count = 0;
};

/// c[r][16 columns] += a[r] b.
template <std::size_t R>
DOBBY_AVX2 void MultiplyPairs(RowsOf a, PairsOf b, float* c,
                              std::size_t c_stride) {
  const __m256i high = _mm256_set1_epi32(static_cast<int>(0xffff0000u));
  __m256 sums[R][2];
  for (std::size_t r = 0; r < R; ++r) {
    sums[r][0] = _mm256_loadu_ps(c + r * c_stride);
    sums[r][1] = _mm256_loadu_ps(c + r * c_stride + kLanes);
  }
  for (std::size_t p = 0; p < b.count; ++p) {
    const auto* pairs =
        reinterpret_cast<const __m256i*>(b.first + p * b.stride);
    const __m256i left = _mm256_loadu_si256(pairs);
    const __m256i right = _mm256_loadu_si256(pairs + 1);
    const __m256 left0 = _mm256_castsi256_ps(_mm256_slli_epi32(left, 16));
    const __m256 left1 = _mm256_castsi256_ps(_mm256_and_si256(left, high));
    const __m256 right0 = _mm256_castsi256_ps(_mm256_slli_epi32(right, 16));
    const __m256 right1 = _mm256_castsi256_ps(_mm256_and_si256(right, high));
    for (std::size_t r = 0; r < R; ++r) {
      const float* row = a.first + r * a.stride + 2 * p;
      const __m256 x = _mm256_broadcast_ss(row);
      sums[r][0] = _mm256_fmadd_ps(x, left0, sums[r][0]);
      sums[r][1] = _mm256_fmadd_ps(x, right0, sums[r][1]);
      const __m256 y = _mm256_broadcast_ss(row + 1);
      sums[r][0] = _mm256_fmadd_ps(y, left1, sums[r][0]);
      sums[r][1] = _mm256_fmadd_ps(y, right1, sums[r][1]);
    }
  }
  for (std::size_t r = 0; r < R; ++r) {
    _mm256_storeu_ps(c + r * c_stride, sums[r][0]);
    _mm256_storeu_ps(c + r * c_stride + kLanes, sums[r][1]);
  }
}

/// Returns 2^x, x <= kMaxSlack, as attention_avx512.cc does; 0 below 2^-126.
DOBBY_AVX2 inline __m256 Exp2(__m256 x) {
  const __m256 least = _mm256_set1_ps(-126.0f);
  const __m256 seen = _mm256_cmp_ps(x, least, _CMP_GE_OQ);
  x = _mm256_max_ps(x, least);
  const __m256 whole = _mm256_floor_ps(x);
  const __m256 f = _mm256_sub_ps(x, whole);
  __m256 y = _mm256_set1_ps(1.3534167912e-2f);
  y = _mm256_fmadd_ps(y, f, _mm256_set1_ps(5.2011460619e-2f));
  y = _mm256_fmadd_ps(y, f, _mm256_set1_ps(2.4144275669e-1f));
  y = _mm256_fmadd_ps(y, f, _mm256_set1_ps(6.9300383447e-1f));
  y = _mm256_fmadd_ps(y, f, _mm256_set1_ps(1.0000025934f));
  const __m256i exponent = _mm256_slli_epi32(_mm256_cvtps_epi32(whole), 23);
  y = _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(y), exponent));
  return _mm256_and_ps(y, seen);
}

/// Turns the scores of row `r`, of which `keys` count, into weights.
DOBBY_AVX2 void Weigh(const AttentionRows& rows, std::size_t r,
                      std::size_t keys, float* scores) {
  std::fill(scores + keys, scores + kKvBlock, kMaskedScore);
  __m256 max = _mm256_loadu_ps(scores);
  for (std::size_t j = kLanes; j < keys; j += kLanes) {
    max = _mm256_max_ps(max, _mm256_loadu_ps(scores + j));
  }
  const __m256 limit = _mm256_set1_ps(rows.max[r] + kMaxSlack);
  if (_mm256_movemask_ps(_mm256_cmp_ps(max, limit, _CMP_GT_OQ)) != 0) {
    RaiseMax(rows, r, *std::max_element(scores, scores + keys));
  }
  max = _mm256_set1_ps(rows.max[r]);
  float* sums = rows.sums + r * kSumLanes;
  for (std::size_t j = 0; j < kKvBlock; j += kLanes) {
    const __m256 weights =
        Exp2(_mm256_sub_ps(_mm256_loadu_ps(scores + j), max));
    _mm256_storeu_ps(scores + j, weights);
    float* sum = sums + j % kSumLanes;
    _mm256_storeu_ps(sum, _mm256_add_ps(_mm256_loadu_ps(sum), weights));
  }
}

template <std::size_t R>
DOBBY_AVX2 void AttendTile(const AttentionRows& rows, const KvBlock& block,
                           std::size_t first_row) {
  const std::size_t size = rows.head_size;
  const std::size_t keys = rows.KeysOf(first_row + R - 1, block.first_key);
  if (keys == 0) return;
  float scores[R * kKvBlock] = {};
  const float* q = static_cast<const float*>(rows.queries) + first_row * size;
  for (std::size_t j = 0; j < keys; j += kPassColumns) {
    MultiplyPairs<R>({q, size}, {block.keys + 2 * j, 2 * kKvBlock, size / 2},
                     scores + j, kKvBlock);
  }
  for (std::size_t r = 0; r < R; ++r) {
    float* row = scores + r * kKvBlock;
    const std::size_t seen = rows.KeysOf(first_row + r, block.first_key);
    if (seen > 0) {
      Weigh(rows, first_row + r, seen, row);
    } else {
      std::fill(row, row + kKvBlock, 0.0f);
    }
  }
  // Pairs beyond the last key were perhaps never written.
  for (std::size_t d = 0; d < size; d += kPassColumns) {
    MultiplyPairs<R>({scores, kKvBlock},
                     {block.values + 2 * d, 2 * size, (keys + 1) / 2},
                     rows.out + first_row * size + d, size);
  }
}

using TileFunction = void (*)(const AttentionRows&, const KvBlock&,
                              std::size_t);
constexpr std::array<TileFunction, kTileRows> kTiles = {
    AttendTile<1>, AttendTile<2>, AttendTile<3>, AttendTile<4>};

void AttendAvx2(const AttentionRows& rows, const KvBlock& block) {
  for (std::size_t r = 0; r < rows.rows; r += kTileRows) {
    kTiles[std::min(kTileRows, rows.rows - r) - 1](rows, block, r);
  }
}

}  // namespace

AttentionKernel Avx2Attention() { return {false, AttendAvx2}; }

}  // namespace dobby

#endif  // __x86_64__
