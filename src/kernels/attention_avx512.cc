// Attention with AVX-512 and VNNI. Six rows by four vectors of 16 keys, or of
// 16 dimensions, are 24 sums; with four vectors of the other operand and a
// broadcast they fill the 32 registers.
#ifdef __x86_64__
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "kernels/attention_encode.h"

// g++ 12 keeps the sums of a loop in memory too, unless told not to look for
// partial redundancies: attention then takes 1.4 times as long.
#ifndef __clang__
#pragma GCC optimize("no-tree-pre")
#endif

#define DOBBY_AVX512 \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))
#define DOBBY_AVX512_INLINE DOBBY_AVX512 __attribute__((always_inline)) inline

namespace dobby {
namespace {

constexpr std::size_t kTileRows = 6;
constexpr std::size_t kTileVectors = 4;
constexpr std::size_t kLanes = 16;

/// Rows of one pass and the block that they look at.
struct Tile {
  const AttentionRows& rows;
  const KvBlock& block;
  std::size_t first_key = 0;
  std::size_t first_row = 0;
  std::size_t keys = 0;             ///< That its last row sees.
  std::uint8_t* weights = nullptr;  ///< [6, 64], at a multiple of 64 bytes.
  float* tops = nullptr;            ///< [8], largest scores of the rows.
  float* parts = nullptr;           ///< [8], Exp2(top - maximum).

  /// Keys that row `r` of the tile sees among those of vector `v`.
  __mmask16 Seen(std::size_t r, std::size_t v) const {
    const std::size_t seen = rows.KeysOf(first_row + r, first_key);
    const std::uint64_t mask =
        seen == kKvBlock ? ~std::uint64_t{0} : (std::uint64_t{1} << seen) - 1;
    return static_cast<__mmask16>(mask >> v * kLanes);
  }
};

template <std::size_t R, std::size_t V>
struct Sums {
  __m512i of[R][V];
};

/// Rows or columns, `stride` bytes from one (quad of columns) to the next.
template <typename T>
struct Strided {
  const T* first = nullptr;
  std::size_t stride = 0;
};

/// Returns start[r][v] + a[r] b[v]; a: rows of quads, b: [quads, columns, 4].
template <std::size_t R, std::size_t V>
DOBBY_AVX512_INLINE Sums<R, V> MultiplyQuads(Strided<std::uint8_t> a,
                                             Strided<std::int8_t> b,
                                             std::size_t quads,
                                             const Sums<R, V>& start) {
  __m512i sums[R][V];  // Of this function alone: they stay in registers.
#pragma GCC unroll 24
  for (std::size_t i = 0; i < R * V; ++i) {
    sums[i / V][i % V] = start.of[i / V][i % V];
  }
  for (std::size_t quad = 0; quad < quads; ++quad) {
    __m512i columns[V];
#pragma GCC unroll 4
    for (std::size_t v = 0; v < V; ++v) {
      columns[v] =
          _mm512_loadu_si512(b.first + quad * b.stride + v * 4 * kLanes);
    }
#pragma GCC unroll 6
    for (std::size_t r = 0; r < R; ++r) {
      std::int32_t codes;
      std::memcpy(&codes, a.first + r * a.stride + 4 * quad, sizeof(codes));
      const __m512i row = _mm512_set1_epi32(codes);
#pragma GCC unroll 4
      for (std::size_t v = 0; v < V; ++v) {
        sums[r][v] = _mm512_dpbusd_epi32(sums[r][v], row, columns[v]);
      }
    }
  }
  Sums<R, V> end;
#pragma GCC unroll 24
  for (std::size_t i = 0; i < R * V; ++i) {
    end.of[i / V][i % V] = sums[i / V][i % V];
  }
  return end;
}

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

/// Turns sums of products into scores. `kAll`: every row sees every key.
template <bool kAll, std::size_t R, std::size_t V>
DOBBY_AVX512_INLINE void Score(const Tile& tile, const __m512i (&dots)[R][V],
                               __m512 (&scores)[R][V]) {
#pragma GCC unroll 4
  for (std::size_t v = 0; v < V; ++v) {
    const __m512 scale = _mm512_loadu_ps(tile.block.key_scales + v * kLanes);
    const __m512 log = _mm512_loadu_ps(tile.block.value_logs + v * kLanes);
#pragma GCC unroll 6
    for (std::size_t r = 0; r < R; ++r) {
      const __m512 query = _mm512_set1_ps(tile.rows.scales[tile.first_row + r]);
      scores[r][v] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots[r][v]),
                                     _mm512_mul_ps(query, scale), log);
      if constexpr (!kAll) {
        scores[r][v] = _mm512_mask_blend_ps(
            tile.Seen(r, v), _mm512_set1_ps(kMaskedScore), scores[r][v]);
      }
    }
  }
}

/// Returns the largest of each row's lanes: lanes 0 to R - 1 of the result.
template <std::size_t R>
DOBBY_AVX512_INLINE __m256 LargestOf(const __m512 (&rows)[R]) {
  __m256 half[kTileRows];
#pragma GCC unroll 6
  for (std::size_t r = 0; r < kTileRows; ++r) {
    const __m512 row = rows[r < R ? r : 0];
    half[r] = _mm256_max_ps(_mm512_castps512_ps256(row),
                            _mm512_extractf32x8_ps(row, 1));
  }
  __m256d pairs[3];  // Of each half: rows 2p, 2p + 1, 2p, 2p + 1.
#pragma GCC unroll 3
  for (std::size_t p = 0; p < 3; ++p) {
    pairs[p] = _mm256_castps_pd(
        _mm256_max_ps(_mm256_unpacklo_ps(half[2 * p], half[2 * p + 1]),
                      _mm256_unpackhi_ps(half[2 * p], half[2 * p + 1])));
  }
  const __m256 low =
      _mm256_max_ps(_mm256_castpd_ps(_mm256_unpacklo_pd(pairs[0], pairs[1])),
                    _mm256_castpd_ps(_mm256_unpackhi_pd(pairs[0], pairs[1])));
  const __m256 high =
      _mm256_max_ps(_mm256_castpd_ps(_mm256_unpacklo_pd(pairs[2], pairs[2])),
                    _mm256_castpd_ps(_mm256_unpackhi_pd(pairs[2], pairs[2])));
  return _mm256_max_ps(_mm256_permute2f128_ps(low, high, 0x20),
                       _mm256_permute2f128_ps(low, high, 0x31));
}

/// Finds the largest scores of the rows; raises their maxima if need be.
template <std::size_t R, std::size_t V>
DOBBY_AVX512_INLINE void FindTops(const Tile& tile,
                                  const __m512 (&scores)[R][V]) {
  __m512 rows[R];
#pragma GCC unroll 6
  for (std::size_t r = 0; r < R; ++r) {
    rows[r] = scores[r][0];
#pragma GCC unroll 4
    for (std::size_t v = 1; v < V; ++v) {
      rows[r] = _mm512_max_ps(rows[r], scores[r][v]);
    }
  }
  const __m256 tops = LargestOf<R>(rows);
  constexpr __mmask8 kRows = (1 << R) - 1;
  float* max = tile.rows.max + tile.first_row;
  const __m256 limits = _mm256_add_ps(_mm256_maskz_loadu_ps(kRows, max),
                                      _mm256_set1_ps(kMaxSlack));
  _mm256_storeu_ps(tile.tops, tops);
  const __mmask8 above = _mm256_cmp_ps_mask(tops, limits, _CMP_GT_OQ) & kRows;
  if (above != 0) [[unlikely]] {
    for (std::size_t r = 0; r < R; ++r) {
      if (above >> r & 1) RaiseMax(tile.rows, tile.first_row + r, tile.tops[r]);
    }
  }
  const __m256 over = _mm256_sub_ps(tops, _mm256_maskz_loadu_ps(kRows, max));
  _mm256_storeu_ps(tile.parts,
                   _mm512_castps512_ps256(Exp2(_mm512_castps256_ps512(over))));
}

/// Rounds weights to bytes, 64 of a row.
template <std::size_t V>
DOBBY_AVX512_INLINE void StoreWeights(const __m512 (&weights)[V],
                                      std::uint8_t* bytes) {
  __m512i whole[kTileVectors];
#pragma GCC unroll 4
  for (std::size_t v = 0; v < kTileVectors; ++v) {
    whole[v] = v < V ? _mm512_cvtps_epi32(weights[v]) : _mm512_setzero_si512();
  }
  // Packing works in quarters of a register: fours of bytes come transposed.
  const __m512i transposed =
      _mm512_packus_epi16(_mm512_packus_epi32(whole[0], whole[1]),
                          _mm512_packus_epi32(whole[2], whole[3]));
  const __m512i in_order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13,  //
                                             2, 6, 10, 14, 3, 7, 11, 15);
  _mm512_store_si512(bytes, _mm512_permutexvar_epi32(in_order, transposed));
}

/// Turns the scores of row `r` of the tile into weights and adds them up.
template <bool kAll, std::size_t V>
DOBBY_AVX512_INLINE void WeighRow(const Tile& tile, std::size_t r,
                                  const __m512 (&scores)[V]) {
  const __m512 zero = _mm512_set1_ps(tile.tops[r] - kLogWeight);
  __m512 sum = _mm512_setzero_ps();
  __m512 weights[V];
#pragma GCC unroll 4
  for (std::size_t v = 0; v < V; ++v) {
    const __mmask16 seen = kAll ? __mmask16{0xffff} : tile.Seen(r, v);
    weights[v] =
        _mm512_maskz_mov_ps(seen, Exp2(_mm512_sub_ps(scores[v], zero)));
    const __m512 inverse =
        _mm512_maskz_loadu_ps(seen, tile.block.value_inverses + v * kLanes);
    sum = _mm512_fmadd_ps(weights[v], inverse, sum);
  }
  StoreWeights<V>(weights, tile.weights + r * kKvBlock);
  float* sums = tile.rows.sums + (tile.first_row + r) * kSumLanes;
  _mm512_storeu_ps(sums, _mm512_fmadd_ps(sum, _mm512_set1_ps(tile.parts[r]),
                                         _mm512_loadu_ps(sums)));
}

/// Computes the weights of R rows and V * 16 keys.
template <bool kAll, std::size_t R, std::size_t V>
DOBBY_AVX512 void Weigh(const Tile& tile) {
  const std::size_t size = tile.rows.head_size;
  Sums<R, V> dots;
#pragma GCC unroll 4
  for (std::size_t v = 0; v < V; ++v) {
    dots.of[0][v] = _mm512_loadu_si512(tile.block.key_offsets + v * kLanes);
#pragma GCC unroll 6
    for (std::size_t r = 1; r < R; ++r) dots.of[r][v] = dots.of[0][v];
  }
  dots = MultiplyQuads<R, V>({tile.rows.codes + tile.first_row * size, size},
                             {tile.block.keys, 4 * kKvBlock}, size / 4, dots);
  __m512 scores[R][V];
  Score<kAll>(tile, dots.of, scores);
  FindTops(tile, scores);
#pragma GCC unroll 6
  for (std::size_t r = 0; r < R; ++r) WeighRow<kAll>(tile, r, scores[r]);
}

/// Adds the weighted values of V * 16 dimensions from `dimension` on.
template <std::size_t R, std::size_t V>
DOBBY_AVX512 void AddValues(const Tile& tile, std::size_t dimension) {
  const std::size_t size = tile.rows.head_size;
  // Values beyond the last key's quad were perhaps never written.
  const Sums<R, V> sums = MultiplyQuads<R, V>(
      {tile.weights, kKvBlock}, {tile.block.values + 4 * dimension, 4 * size},
      (tile.keys + 3) / 4, {});
  float* out = tile.rows.out + tile.first_row * size + dimension;
#pragma GCC unroll 6
  for (std::size_t r = 0; r < R; ++r) {
    const __m512 part = _mm512_set1_ps(tile.parts[r]);
#pragma GCC unroll 4
    for (std::size_t v = 0; v < V; ++v) {
      float* lanes = out + r * size + v * kLanes;
      _mm512_storeu_ps(lanes, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums.of[r][v]),
                                              part, _mm512_loadu_ps(lanes)));
    }
  }
}

using WeighFunction = void (*)(const Tile&);
using AddFunction = void (*)(const Tile&, std::size_t);

/// Functions of R rows and 1, 2, 3, 4 vectors.
struct Functions {
  WeighFunction weigh_all = nullptr;  ///< Every row sees 64 keys.
  WeighFunction weigh[kTileVectors];
  AddFunction add[kTileVectors];
};

template <std::size_t R>
constexpr Functions FunctionsOf() {
  return {Weigh<true, R, 4>,
          {Weigh<false, R, 1>, Weigh<false, R, 2>, Weigh<false, R, 3>,
           Weigh<false, R, 4>},
          {AddValues<R, 1>, AddValues<R, 2>, AddValues<R, 3>, AddValues<R, 4>}};
}

constexpr std::array<Functions, kTileRows> kFunctions = {
    FunctionsOf<1>(), FunctionsOf<2>(), FunctionsOf<3>(),
    FunctionsOf<4>(), FunctionsOf<5>(), FunctionsOf<6>()};

void AttendTile(const Tile& tile, const Functions& functions) {
  if (tile.rows.KeysOf(tile.first_row, tile.first_key) == kKvBlock) {
    functions.weigh_all(tile);
  } else {
    functions.weigh[(tile.keys - 1) / kLanes](tile);
  }
  // 5 vectors are 3 and 2: few sums wait for one another.
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

/// Asks for part `part` of `parts` of the next block, which follows this one:
/// 4 % of the time of 512 tokens after 2,048.
void PrefetchNext(const KvBlock& block, std::size_t head_size, std::size_t part,
                  std::size_t parts) {
  const std::size_t bytes = AttentionShape{.head_size = head_size}.BlockBytes();
  const char* next = reinterpret_cast<const char*>(block.keys) + bytes;
  for (std::size_t i = part * bytes / parts; i < (part + 1) * bytes / parts;
       i += 64) {
    _mm_prefetch(next + i, _MM_HINT_T1);
  }
}

void Attend(const AttentionRows& rows, const KvBlock& block,
            std::size_t first_key) {
  alignas(64) std::uint8_t weights[kTileRows * kKvBlock];
  float tops[8], parts[8];
  const std::size_t tiles = (rows.rows + kTileRows - 1) / kTileRows;
  for (std::size_t r = 0; r < rows.rows; r += kTileRows) {
    const std::size_t count = std::min(kTileRows, rows.rows - r);
    PrefetchNext(block, rows.head_size, r / kTileRows, tiles);
    const std::size_t keys = rows.KeysOf(r + count - 1, first_key);
    if (keys == 0) continue;
    AttendTile({rows, block, first_key, r, keys, weights, tops, parts},
               kFunctions[count - 1]);
  }
}

DOBBY_AVX512 EncodedHead Encode(const HeadTurn* turn, const float* x,
                                std::size_t size, std::int8_t* codes) {
  return EncodeHead(turn, x, size, codes);
}

}  // namespace

AttentionKernel Avx512VnniAttention() { return {Encode, Attend}; }

}  // namespace dobby

#endif  // __x86_64__
