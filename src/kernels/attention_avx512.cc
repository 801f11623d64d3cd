// Attention with AVX-512 and VNNI. Four rows by four vectors of 16 keys, or of
// 16 dimensions, are 16 sums; the other registers are for the softmax of the
// tile before, which runs between the products of a tile and its keys: adds,
// maxima and conversions have units of their own, and no core looks far enough
// ahead to find work for them in the next loop.
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

constexpr std::size_t kTileRows = 4;
constexpr std::size_t kTileVectors = 4;
constexpr std::size_t kLanes = 16;

/// Rows of one pass and the block that they look at.
struct Tile {
  const AttentionRows* rows = nullptr;
  KvBlock block;
  std::size_t first_row = 0;
  std::size_t count = 0;                        ///< Of rows.
  std::size_t keys = 0;                         ///< That its last row sees.
  std::array<std::uint64_t, kTileRows> seen{};  ///< A bit for each key.

  Tile() = default;
  Tile(const AttentionRows& all, const KvBlock& keys_and_values,
       std::size_t first_key, std::size_t row)
      : rows(&all),
        block(keys_and_values),
        first_row(row),
        count(std::min(kTileRows, all.rows - row)),
        keys(all.KeysOf(row + count - 1, first_key)) {
    for (std::size_t r = 0; r < count; ++r) {
      const std::size_t some = all.KeysOf(row + r, first_key);
      seen[r] = some == 0 ? 0 : ~std::uint64_t{0} >> (kKvBlock - some);
    }
  }

  /// Keys that row `r` of the tile sees among those of vector `v`.
  __mmask16 Seen(std::size_t r, std::size_t v) const {
    return static_cast<__mmask16>(seen[r] >> v * kLanes);
  }
};

/// What is known of a tile before its values are added. Two tiles are under
/// way at a time: the scores of one are read before the other's are written.
struct Weights {
  alignas(64) std::array<float, kTileRows * kKvBlock> scores{};
  alignas(64) std::array<std::uint8_t, kTileRows * kKvBlock> codes{};
  std::array<float, kTileRows> tops{};   ///< Largest scores of the rows.
  std::array<float, kTileRows> parts{};  ///< Exp2(top - maximum).
};

/// Rows or columns, `stride` bytes from one (quad of columns) to the next.
template <typename T>
struct Strided {
  const T* first = nullptr;
  std::size_t stride = 0;
};

/// sums[r][v] += a[r] b[v]; a: rows of quads, b: [quads, columns, 4].
template <std::size_t R, std::size_t V>
DOBBY_AVX512_INLINE void AddProducts(Strided<std::uint8_t> a,
                                     Strided<std::int8_t> b, std::size_t quads,
                                     __m512i (&sums)[R][V]) {
  for (std::size_t quad = 0; quad < quads; ++quad) {
    __m512i columns[V];
#pragma GCC unroll 4
    for (std::size_t v = 0; v < V; ++v) {
      columns[v] =
          _mm512_loadu_si512(b.first + quad * b.stride + v * 4 * kLanes);
    }
#pragma GCC unroll 4
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

/// Turns the scores of row `r` of the tile into weights and adds them up.
DOBBY_AVX512_INLINE void WeighRow(const Tile& tile, std::size_t r,
                                  Weights& weights) {
  const __m512 zero = _mm512_set1_ps(weights.tops[r] - kLogWeight);
  __m512 sum = _mm512_setzero_ps();
  __m512i whole[kTileVectors];
#pragma GCC unroll 4
  for (std::size_t v = 0; v < kTileVectors; ++v) {
    const __mmask16 seen = tile.Seen(r, v);
    const __m512 score =
        _mm512_load_ps(&weights.scores[r * kKvBlock + v * kLanes]);
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
  _mm512_store_si512(&weights.codes[r * kKvBlock],
                     _mm512_permutexvar_epi32(order, packed));
  float* sums = tile.rows->sums + (tile.first_row + r) * kSumLanes;
  _mm512_storeu_ps(sums, _mm512_fmadd_ps(sum, _mm512_set1_ps(weights.parts[r]),
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

/// Computes the scores of R rows and V * 16 keys, and meanwhile the weights of
/// the tile `before`.
template <std::size_t R, std::size_t V>
DOBBY_AVX512 void Score(const Tile& tile, const Tile& before,
                        Weights& weights) {
  const KvBlock& block = tile.block;
  const std::size_t size = tile.rows->head_size;
  __m512i dots[R][V];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < R * V; ++i) {
    dots[i / V][i % V] = _mm512_loadu_si512(block.key_offsets + i % V * kLanes);
  }
  const std::uint8_t* queries = tile.rows->codes + tile.first_row * size;
  for (std::size_t r = 0; r < kTileRows; ++r) {
    const std::size_t from = r * (size / kTileRows);
    AddProducts<R, V>({queries + from, size},
                      {block.keys + from * kKvBlock, 4 * kKvBlock},
                      size / kTileRows / 4, dots);
    if (r < before.count) WeighRow(before, r, weights);
  }
  __m512 largest[kTileRows];
#pragma GCC unroll 4
  for (std::size_t r = 0; r < kTileRows; ++r) {
    largest[r] = _mm512_set1_ps(kMaskedScore);
  }
  const float* queries_scales = tile.rows->scales + tile.first_row;
#pragma GCC unroll 4
  for (std::size_t v = 0; v < V; ++v) {
    const __m512 scale = _mm512_loadu_ps(block.key_scales + v * kLanes);
    const __m512 log = _mm512_loadu_ps(block.value_logs + v * kLanes);
#pragma GCC unroll 4
    for (std::size_t r = 0; r < R; ++r) {
      const __m512 query = _mm512_set1_ps(queries_scales[r]);
      const __m512 score = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots[r][v]),
                                           _mm512_mul_ps(query, scale), log);
      largest[r] =
          _mm512_mask_max_ps(largest[r], tile.Seen(r, v), largest[r], score);
      _mm512_store_ps(&weights.scores[r * kKvBlock + v * kLanes], score);
    }
  }
  _mm_storeu_ps(weights.tops.data(), LargestOf(largest));
}

/// Compares the largest scores of the rows with their maxima, and raises these
/// if need be.
DOBBY_AVX512 void CompareTops(const Tile& tile, Weights& weights) {
  const auto rows = static_cast<__mmask8>((1 << tile.count) - 1);
  float* max = tile.rows->max + tile.first_row;
  const __m128 tops = _mm_loadu_ps(weights.tops.data());
  const __m128 limits =
      _mm_add_ps(_mm_maskz_loadu_ps(rows, max), _mm_set1_ps(kMaxSlack));
  const __mmask8 above = _mm_mask_cmp_ps_mask(rows, tops, limits, _CMP_GT_OQ);
  if (above != 0) [[unlikely]] {
    for (std::size_t r = 0; r < tile.count; ++r) {
      if (above >> r & 1) {
        RaiseMax(*tile.rows, tile.first_row + r, weights.tops[r]);
      }
    }
  }
  const __m128 over = _mm_sub_ps(tops, _mm_maskz_loadu_ps(rows, max));
  _mm_storeu_ps(weights.parts.data(),
                _mm512_castps512_ps128(Exp2(_mm512_castps128_ps512(over))));
}

/// Adds the weighted values of V * 16 dimensions from `dimension` on.
template <std::size_t R, std::size_t V>
DOBBY_AVX512 void AddValues(const Tile& tile, const Weights& weights,
                            std::size_t dimension) {
  const std::size_t size = tile.rows->head_size;
  __m512i sums[R][V];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < R * V; ++i) {
    sums[i / V][i % V] = _mm512_setzero_si512();
  }
  // Values beyond the last key's quad were perhaps never written.
  AddProducts<R, V>({weights.codes.data(), kKvBlock},
                    {tile.block.values + 4 * dimension, 4 * size},
                    (tile.keys + 3) / 4, sums);
  float* out = tile.rows->out + tile.first_row * size + dimension;
#pragma GCC unroll 4
  for (std::size_t r = 0; r < R; ++r) {
    const __m512 part = _mm512_set1_ps(weights.parts[r]);
#pragma GCC unroll 4
    for (std::size_t v = 0; v < V; ++v) {
      float* lanes = out + r * size + v * kLanes;
      _mm512_storeu_ps(lanes, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[r][v]),
                                              part, _mm512_loadu_ps(lanes)));
    }
  }
}

using ScoreFunction = void (*)(const Tile&, const Tile&, Weights&);
using AddFunction = void (*)(const Tile&, const Weights&, std::size_t);

/// Functions of R rows and 1, 2, 3, 4 vectors.
struct Functions {
  ScoreFunction score[kTileVectors];
  AddFunction add[kTileVectors];
};

template <std::size_t R>
constexpr Functions FunctionsOf() {
  return {{Score<R, 1>, Score<R, 2>, Score<R, 3>, Score<R, 4>},
          {AddValues<R, 1>, AddValues<R, 2>, AddValues<R, 3>, AddValues<R, 4>}};
}

constexpr std::array<Functions, kTileRows> kFunctions = {
    FunctionsOf<1>(), FunctionsOf<2>(), FunctionsOf<3>(), FunctionsOf<4>()};

/// Adds the weighted values of a tile, if there is one.
void AddAllValues(const Tile& tile, const Weights& weights) {
  if (tile.count == 0) return;
  // 5 vectors are 3 and 2: few sums wait for one another.
  std::size_t vectors = tile.rows->head_size / kLanes;
  std::size_t dimension = 0;
  while (vectors > 0) {
    const std::size_t passes = (vectors + kTileVectors - 1) / kTileVectors;
    const std::size_t width = (vectors + passes - 1) / passes;
    kFunctions[tile.count - 1].add[width - 1](tile, weights, dimension);
    dimension += width * kLanes;
    vectors -= width;
  }
}

/// Asks for part `part` of `parts` of a block: 4 % of the time of 512 tokens
/// after 2,048.
void Prefetch(const KvBlock& block, std::size_t bytes, std::size_t part,
              std::size_t parts) {
  const auto* first = reinterpret_cast<const char*>(block.keys);
  for (std::size_t i = part * bytes / parts; i < (part + 1) * bytes / parts;
       i += 64) {
    _mm_prefetch(first + i, _MM_HINT_T1);
  }
}

DOBBY_AVX512 void Attend(const AttentionRows& rows, const KvBlocks& blocks) {
  Weights weights;
  Tile before;
  const std::size_t tiles = (rows.rows + kTileRows - 1) / kTileRows;
  for (std::size_t key = 0; key < rows.EndOfKeys(); key += kKvBlock) {
    const KvBlock block = blocks.At(key), next = blocks.At(key + kKvBlock);
    for (std::size_t r = 0; r < rows.rows; r += kTileRows) {
      Prefetch(next, blocks.block_bytes, r / kTileRows, tiles);
      const Tile tile(rows, block, key, r);
      if (tile.keys == 0) continue;
      const Functions& functions = kFunctions[tile.count - 1];
      functions.score[(tile.keys - 1) / kLanes](tile, before, weights);
      AddAllValues(before, weights);
      CompareTops(tile, weights);  // May scale what the tile before added to.
      before = tile;
    }
  }
  for (std::size_t r = 0; r < before.count; ++r) WeighRow(before, r, weights);
  AddAllValues(before, weights);
}

DOBBY_AVX512 EncodedHead Encode(const HeadTurn* turn, const float* x,
                                std::size_t size, std::int8_t* codes) {
  return EncodeHead(turn, x, size, codes);
}

}  // namespace

AttentionKernel Avx512VnniAttention() { return {Encode, Attend}; }

}  // namespace dobby

#endif  // __x86_64__
