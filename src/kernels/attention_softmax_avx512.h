// The softmax of a tile of rows with AVX-512, shared by the VNNI and AMX
// kernels. Each function is inlined into its callers.
#pragma once

#ifdef __x86_64__
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "kernels/attention_tile.h"

#define DOBBY_AVX512 \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))
#define DOBBY_AVX512_INLINE DOBBY_AVX512 __attribute__((always_inline)) inline

namespace dobby {

inline constexpr std::size_t kLanes = 16;  ///< Of a vector.
/// Rows of a tile, and vectors that hold the keys of a block.
inline constexpr std::size_t kTileRows = 4;
inline constexpr std::size_t kTileVectors = kKvBlock / kLanes;

/// A few rows and the block of keys that they attend to.
struct QueryTile {
  const AttentionRows* rows = nullptr;
  KvBlock block;
  std::size_t first_row = 0;
  std::size_t count = 0;                        ///< Of rows.
  std::size_t keys = 0;                         ///< Seen by its last row.
  bool sees_all = false;                        ///< Each row sees the whole
                                                ///< block.
  std::array<std::uint64_t, kTileRows> seen{};  ///< A bit for each key.

  QueryTile() = default;
  QueryTile(const AttentionRows& all, const KvBlock& keys_and_values,
            std::size_t first_key, std::size_t row)
      : rows(&all),
        block(keys_and_values),
        first_row(row),
        count(std::min(kTileRows, all.rows - row)),
        keys(all.KeysOf(row + count - 1, first_key)),
        sees_all(all.KeysOf(row, first_key) == kKvBlock) {
    for (std::size_t r = 0; r < count; ++r) {
      const std::size_t some =
          sees_all ? kKvBlock : all.KeysOf(row + r, first_key);
      seen[r] = some == 0 ? 0 : ~std::uint64_t{0} >> (kKvBlock - some);
    }
  }

  /// Returns the keys that row `r` of the tile sees among those of vector `v`;
  /// kAll: `sees_all` is known.
  template <bool kAll>
  __mmask16 Seen(std::size_t r, std::size_t v) const {
    return kAll ? 0xffff : static_cast<__mmask16>(seen[r] >> v * kLanes);
  }
};

/// The state of a tile before its values are added. Two tiles are in progress
/// at a time: the scores of one are read before those of the other are written.
struct TileScores {
  alignas(64) std::array<float, kTileRows * kKvBlock> values{};
  std::uint8_t* codes = nullptr;  ///< [4, 64] weights, from a multiple of 64.
  std::array<float, kTileRows> tops{};   ///< Largest scores of the rows.
  std::array<float, kTileRows> parts{};  ///< Exp2(top - maximum).
};

/// Exp2() of 16.
DOBBY_AVX512_INLINE __m512 Exp2(__m512 x) {
  x = _mm512_max_ps(x, _mm512_set1_ps(kLeastExponent));
  const __m512 whole = _mm512_add_ps(x, _mm512_set1_ps(kWhole));
  const __m512 f =
      _mm512_sub_ps(x, _mm512_sub_ps(whole, _mm512_set1_ps(kWhole)));
  __m512 y = _mm512_set1_ps(kExp2Power[0]);
#pragma GCC unroll 3
  for (std::size_t i = 1; i < std::size(kExp2Power); ++i) {
    y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(kExp2Power[i]));
  }
  return _mm512_castsi512_ps(
      _mm512_add_epi32(_mm512_castps_si512(y),
                       _mm512_slli_epi32(_mm512_castps_si512(whole), 23)));
}

/// Turns the scores of row `r` of the tile into weights and sums them. For kAll
/// see QueryTile::Seen().
template <bool kAll>
DOBBY_AVX512_INLINE void WeighRow(const QueryTile& tile, std::size_t r,
                                  TileScores& scores) {
  const __m512 zero = _mm512_set1_ps(scores.tops[r] - kLogWeight);
  __m512 sum = _mm512_setzero_ps();
  __m512i whole[kTileVectors];
#pragma GCC unroll 4
  for (std::size_t v = 0; v < kTileVectors; ++v) {
    const __mmask16 seen = tile.Seen<kAll>(r, v);
    const __m512 score =
        _mm512_load_ps(&scores.values[r * kKvBlock + v * kLanes]);
    const __m512 weight = Exp2(_mm512_sub_ps(score, zero));
    sum = _mm512_mask3_fmadd_ps(
        weight, _mm512_loadu_ps(tile.block.value_inverses + v * kLanes), sum,
        seen);
    whole[v] = _mm512_maskz_cvtps_epi32(seen, weight);
  }
  // Packing leaves keys 16 v + 4 l to 16 v + 4 l + 3 at quad 4 l + v.
  const __m512i order =
      _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i packed =
      _mm512_packus_epi16(_mm512_packus_epi32(whole[0], whole[1]),
                          _mm512_packus_epi32(whole[2], whole[3]));
  _mm512_store_si512(&scores.codes[r * kKvBlock],
                     _mm512_permutexvar_epi32(order, packed));
  float* sums = tile.rows->sums + (tile.first_row + r) * kSumLanes;
  _mm512_storeu_ps(sums, _mm512_fmadd_ps(sum, _mm512_set1_ps(scores.parts[r]),
                                         _mm512_loadu_ps(sums)));
}

/// Returns the largest of each row's lanes.
DOBBY_AVX512_INLINE __m128 LargestOf(const __m512 (&rows)[kTileRows]) {
  __m512 pairs[2];  // Of rows 2p: 8 lanes, of 2p + 1: 8 lanes.
#pragma GCC unroll 2
  for (std::size_t p = 0; p < 2; ++p) {
    pairs[p] =
        _mm512_max_ps(_mm512_shuffle_f32x4(rows[2 * p], rows[2 * p + 1], 0x44),
                      _mm512_shuffle_f32x4(rows[2 * p], rows[2 * p + 1], 0xee));
  }
  __m512 all = _mm512_max_ps(_mm512_shuffle_f32x4(pairs[0], pairs[1], 0x88),
                             _mm512_shuffle_f32x4(pairs[0], pairs[1], 0xdd));
  all = _mm512_max_ps(all, _mm512_permute_ps(all, 0x4e));
  all = _mm512_max_ps(all, _mm512_permute_ps(all, 0xb1));
  return _mm512_castps512_ps128(_mm512_permutexvar_ps(
      _mm512_setr_epi32(0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), all));
}

/// Turns the sums of R rows and V * 16 keys, which include the keys' offsets,
/// into scores.
template <std::size_t R, std::size_t V, bool kAll>
DOBBY_AVX512_INLINE void ScoreDots(const QueryTile& tile,
                                   const __m512i (&dots)[R][V],
                                   TileScores& scores) {
  __m512 largest[kTileRows];
#pragma GCC unroll 4
  for (std::size_t r = 0; r < kTileRows; ++r) {
    largest[r] = _mm512_set1_ps(kMaskedScore);
  }
  const float* queries_scales = tile.rows->scales + tile.first_row;
#pragma GCC unroll 4
  for (std::size_t v = 0; v < V; ++v) {
    const __m512 scale = _mm512_loadu_ps(tile.block.key_scales + v * kLanes);
    const __m512 log = _mm512_loadu_ps(tile.block.value_logs + v * kLanes);
#pragma GCC unroll 4
    for (std::size_t r = 0; r < R; ++r) {
      const __m512 query = _mm512_set1_ps(queries_scales[r]);
      const __m512 score = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots[r][v]),
                                           _mm512_mul_ps(query, scale), log);
      largest[r] = _mm512_mask_max_ps(largest[r], tile.Seen<kAll>(r, v),
                                      largest[r], score);
      _mm512_store_ps(&scores.values[r * kKvBlock + v * kLanes], score);
    }
  }
  _mm_storeu_ps(scores.tops.data(), LargestOf(largest));
}

/// Raises the maxima of the rows where a larger score was found.
DOBBY_AVX512_INLINE void CompareTops(const QueryTile& tile,
                                     TileScores& scores) {
  const auto rows = static_cast<__mmask8>((1 << tile.count) - 1);
  float* max = tile.rows->max + tile.first_row;
  const __m128 tops = _mm_loadu_ps(scores.tops.data());
  const __m128 limits =
      _mm_add_ps(_mm_maskz_loadu_ps(rows, max), _mm_set1_ps(kMaxSlack));
  const __mmask8 above = _mm_mask_cmp_ps_mask(rows, tops, limits, _CMP_GT_OQ);
  if (above != 0) [[unlikely]] {
    for (std::size_t r = 0; r < tile.count; ++r) {
      if (above >> r & 1) {
        RaiseMax(*tile.rows, tile.first_row + r, scores.tops[r]);
      }
    }
  }
  const __m128 over = _mm_sub_ps(tops, _mm_maskz_loadu_ps(rows, max));
  _mm_storeu_ps(scores.parts.data(),
                _mm512_castps512_ps128(Exp2(_mm512_castps128_ps512(over))));
}

/// Prefetches part `part` of `parts` of a block. This saves 4 % of the time of
/// 512 tokens after 2,048.
inline void PrefetchPart(const KvBlock& block, std::size_t bytes,
                         std::size_t part, std::size_t parts) {
  const auto* first = reinterpret_cast<const char*>(block.keys);
  for (std::size_t i = part * bytes / parts; i < (part + 1) * bytes / parts;
       i += 64) {
    _mm_prefetch(first + i, _MM_HINT_T1);
  }
}

}  // namespace dobby
#endif
