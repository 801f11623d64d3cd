// Attention with VDPBF16PS. Six rows by four vectors of 16 lanes are 24
// accumulators; with four vectors of the other operand and a broadcast they
// fill the 32 registers. Keys are in lanes, then dimensions.
#ifdef __x86_64__
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "kernels/attention_tile.h"

#define DOBBY_AVX512 \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")))

namespace dobby {
namespace {

constexpr std::size_t kTileRows = 6;
constexpr std::size_t kTileVectors = 4;
constexpr std::size_t kLanes = 16;

/// Rows of one pass and the block that they look at.
struct Tile {
  const AttentionRows& rows;
  const KvBlock& block;
  std::size_t first_row = 0;
  std::size_t keys = 0;  ///< That its last row sees.
  /// [6, 64] in bfloat16: the weights.
  std::uint16_t* weights = nullptr;
};

/// c[r][v] += a[r] b[v]; a: rows of pairs, b: [pairs, columns, 2].
template <std::size_t R, std::size_t V>
DOBBY_AVX512 __attribute__((always_inline)) inline void MultiplyPairs(
    std::pair<const std::uint16_t*, std::size_t> a,
    std::pair<const std::uint16_t*, std::size_t> b, std::size_t pairs,
    __m512 (&c)[R][V]) {
  for (std::size_t p = 0; p < pairs; ++p) {
    __m512i columns[V];
    for (std::size_t v = 0; v < V; ++v) {
      columns[v] = _mm512_loadu_si512(b.first + p * b.second + v * 2 * kLanes);
    }
    for (std::size_t r = 0; r < R; ++r) {
      std::int32_t pair;
      std::memcpy(&pair, a.first + r * a.second + 2 * p, sizeof(pair));
      const auto row = (__m512bh)_mm512_set1_epi32(pair);
      for (std::size_t v = 0; v < V; ++v) {
        c[r][v] = _mm512_dpbf16_ps(c[r][v], row, (__m512bh)columns[v]);
      }
    }
  }
}

/// Returns 2^x, x <= kMaxSlack. The polynomial is the minimax one of 2^f on
/// [0, 1); its relative error is below 3e-6.
DOBBY_AVX512 __attribute__((always_inline)) inline __m512 Exp2(__m512 x) {
  const __m512 f = _mm512_reduce_ps(x, _MM_FROUND_TO_NEG_INF);
  __m512 y = _mm512_set1_ps(1.3534167912e-2f);
  y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(5.2011460619e-2f));
  y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(2.4144275669e-1f));
  y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(6.9300383447e-1f));
  y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(1.0000025934f));
  return _mm512_scalef_ps(y, x);
}

/// Replaces the scores of keys that a row does not see.
template <std::size_t R, std::size_t V>
DOBBY_AVX512 __attribute__((always_inline)) inline void Mask(
    const Tile& tile, __m512 (&scores)[R][V]) {
  for (std::size_t r = 0; r < R; ++r) {
    const std::size_t keys =
        tile.rows.KeysOf(tile.first_row + r, tile.block.first_key);
    const std::uint64_t seen =
        keys == kKvBlock ? ~std::uint64_t{0} : (std::uint64_t{1} << keys) - 1;
    for (std::size_t v = 0; v < V; ++v) {
      scores[r][v] =
          _mm512_mask_blend_ps(static_cast<__mmask16>(seen >> v * kLanes),
                               _mm512_set1_ps(kMaskedScore), scores[r][v]);
    }
  }
}

/// Raises the maxima of rows whose scores left the slack behind.
template <std::size_t R, std::size_t V>
DOBBY_AVX512 __attribute__((always_inline)) inline void RaiseMaxima(
    const Tile& tile, const __m512 (&scores)[R][V]) {
  for (std::size_t r = 0; r < R; ++r) {
    __m512 max = scores[r][0];
    for (std::size_t v = 1; v < V; ++v) max = _mm512_max_ps(max, scores[r][v]);
    const std::size_t row = tile.first_row + r;
    const __m512 limit = _mm512_set1_ps(tile.rows.max[row] + kMaxSlack);
    if (_mm512_cmp_ps_mask(max, limit, _CMP_GT_OQ) != 0) [[unlikely]] {
      RaiseMax(tile.rows, row, _mm512_reduce_max_ps(max));
    }
  }
}

/// Computes the weights of R rows and V * 16 keys.
template <std::size_t R, std::size_t V>
DOBBY_AVX512 void Weigh(const Tile& tile) {
  const AttentionRows& rows = tile.rows;
  const std::size_t size = rows.head_size;
  const auto* q =
      static_cast<const std::uint16_t*>(rows.queries) + tile.first_row * size;
  __m512 scores[R][V] = {};
  MultiplyPairs<R, V>({q, size}, {tile.block.keys, 2 * kKvBlock}, size / 2,
                      scores);
  if (rows.KeysOf(tile.first_row, tile.block.first_key) < V * kLanes) {
    Mask<R, V>(tile, scores);
  }
  RaiseMaxima<R, V>(tile, scores);
  const auto ones = (__m512bh)_mm512_set1_epi16(0x3f80);
  for (std::size_t r = 0; r < R; ++r) {
    const __m512 max = _mm512_set1_ps(rows.max[tile.first_row + r]);
    float* sums = rows.sums + (tile.first_row + r) * kSumLanes;
    __m512 sum = _mm512_loadu_ps(sums);
    for (std::size_t v = 0; v < V; v += 2) {
      const __m512 low = Exp2(_mm512_sub_ps(scores[r][v], max));
      const __m512 high = v + 1 < V ? Exp2(_mm512_sub_ps(scores[r][v + 1], max))
                                    : _mm512_setzero_ps();
      const __m512bh weights = _mm512_cvtne2ps_pbh(high, low);
      sum = _mm512_dpbf16_ps(sum, weights, ones);
      _mm512_storeu_si512(tile.weights + r * kKvBlock + v * kLanes,
                          (__m512i)weights);
    }
    _mm512_storeu_ps(sums, sum);
  }
}

/// Adds the weighted values of V * 16 dimensions from `dimension` on.
template <std::size_t R, std::size_t V>
DOBBY_AVX512 void AddValues(const Tile& tile, std::size_t dimension) {
  const std::size_t size = tile.rows.head_size;
  float* out = tile.rows.out + tile.first_row * size + dimension;
  __m512 sums[R][V];
  for (std::size_t r = 0; r < R; ++r) {
    for (std::size_t v = 0; v < V; ++v) {
      sums[r][v] = _mm512_loadu_ps(out + r * size + v * kLanes);
    }
  }
  // Pairs beyond the last key were perhaps never written.
  MultiplyPairs<R, V>({tile.weights, kKvBlock},
                      {tile.block.values + 2 * dimension, 2 * size},
                      (tile.keys + 1) / 2, sums);
  for (std::size_t r = 0; r < R; ++r) {
    for (std::size_t v = 0; v < V; ++v) {
      _mm512_storeu_ps(out + r * size + v * kLanes, sums[r][v]);
    }
  }
}

using WeighFunction = void (*)(const Tile&);
using AddFunction = void (*)(const Tile&, std::size_t);

/// Functions of R rows and 1, 2, 3, 4 vectors.
struct Functions {
  WeighFunction weigh[kTileVectors];
  AddFunction add[kTileVectors];
};

template <std::size_t R>
constexpr Functions FunctionsOf() {
  return {{Weigh<R, 1>, Weigh<R, 2>, Weigh<R, 3>, Weigh<R, 4>},
          {AddValues<R, 1>, AddValues<R, 2>, AddValues<R, 3>, AddValues<R, 4>}};
}

constexpr std::array<Functions, kTileRows> kFunctions = {
    FunctionsOf<1>(), FunctionsOf<2>(), FunctionsOf<3>(),
    FunctionsOf<4>(), FunctionsOf<5>(), FunctionsOf<6>()};

void AttendTile(const Tile& tile, const Functions& functions) {
  functions.weigh[(tile.keys - 1) / kLanes](tile);
  // 5 vectors are 3 and 2: few accumulators wait for one another.
  std::size_t vectors = tile.rows.head_size / kLanes;
  std::size_t dimension = 0;
  while (vectors > 0) {
    const std::size_t passes = (vectors + kTileVectors - 1) / kTileVectors;
    const std::size_t width = (vectors + passes - 1) / passes;
    functions.add[width - 1](tile, dimension);
    dimension += width * kLanes;
    vectors -= width;
  }
}

void AttendAvx512(const AttentionRows& rows, const KvBlock& block) {
  alignas(64) std::uint16_t weights[kTileRows * kKvBlock];
  for (std::size_t r = 0; r < rows.rows; r += kTileRows) {
    const std::size_t count = std::min(kTileRows, rows.rows - r);
    const std::size_t keys = rows.KeysOf(r + count - 1, block.first_key);
    if (keys == 0) continue;
    AttendTile({rows, block, r, keys, weights}, kFunctions[count - 1]);
  }
}

}  // namespace

AttentionKernel Avx512Attention() { return {true, AttendAvx512}; }

}  // namespace dobby

#endif  // __x86_64__
