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
#include "kernels/attention_softmax_avx512.h"

// g++ 12 keeps the sums of a loop in memory too, unless told not to look for
// partial redundancies: attention then takes 1.4 times as long.
#ifndef __clang__
#pragma GCC optimize("no-tree-pre")
#endif

namespace dobby {
namespace {

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

/// Computes the scores of R rows and V * 16 keys, and meanwhile the weights of
/// the tile `before`; kAll: both see all of their blocks.
template <std::size_t R, std::size_t V, bool kAll>
DOBBY_AVX512 void Score(const QueryTile& tile, const QueryTile& before,
                        TileScores& scores) {
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
    if (r < before.count) WeighRow<kAll>(before, r, scores);
  }
  ScoreDots<R, V, kAll>(tile, dots, scores);
}

/// Adds the weighted values of V * 16 dimensions from `dimension` on.
template <std::size_t R, std::size_t V>
DOBBY_AVX512 void AddValues(const QueryTile& tile, const TileScores& scores,
                            std::size_t dimension) {
  const std::size_t size = tile.rows->head_size;
  __m512i sums[R][V];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < R * V; ++i) {
    sums[i / V][i % V] = _mm512_setzero_si512();
  }
  // Values beyond the last key's quad were perhaps never written.
  AddProducts<R, V>({scores.codes, kKvBlock},
                    {tile.block.values + 4 * dimension, 4 * size},
                    (tile.keys + 3) / 4, sums);
  float* out = tile.rows->out + tile.first_row * size + dimension;
#pragma GCC unroll 4
  for (std::size_t r = 0; r < R; ++r) {
    const __m512 part = _mm512_set1_ps(scores.parts[r]);
#pragma GCC unroll 4
    for (std::size_t v = 0; v < V; ++v) {
      float* lanes = out + r * size + v * kLanes;
      _mm512_storeu_ps(lanes, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[r][v]),
                                              part, _mm512_loadu_ps(lanes)));
    }
  }
}

using ScoreFunction = void (*)(const QueryTile&, const QueryTile&, TileScores&);
using AddFunction = void (*)(const QueryTile&, const TileScores&, std::size_t);

/// Functions of R rows and 1, 2, 3, 4 vectors.
struct Functions {
  ScoreFunction score[kTileVectors];
  ScoreFunction score_all;
  AddFunction add[kTileVectors];
};

template <std::size_t R>
constexpr Functions FunctionsOf() {
  return {{Score<R, 1, false>, Score<R, 2, false>, Score<R, 3, false>,
           Score<R, 4, false>},
          Score<R, 4, true>,
          {AddValues<R, 1>, AddValues<R, 2>, AddValues<R, 3>, AddValues<R, 4>}};
}

constexpr std::array<Functions, kTileRows> kFunctions = {
    FunctionsOf<1>(), FunctionsOf<2>(), FunctionsOf<3>(), FunctionsOf<4>()};

/// Adds the weighted values of a tile, if there is one.
void AddAllValues(const QueryTile& tile, const TileScores& scores) {
  if (tile.count == 0) return;
  // 5 vectors are 3 and 2: few sums wait for one another.
  std::size_t vectors = tile.rows->head_size / kLanes;
  std::size_t dimension = 0;
  while (vectors > 0) {
    const std::size_t passes = (vectors + kTileVectors - 1) / kTileVectors;
    const std::size_t width = (vectors + passes - 1) / passes;
    kFunctions[tile.count - 1].add[width - 1](tile, scores, dimension);
    dimension += width * kLanes;
    vectors -= width;
  }
}

DOBBY_AVX512 void Attend(const AttentionRows& rows, const KvBlocks& blocks) {
  alignas(64) std::array<std::uint8_t, kTileRows * kKvBlock> codes{};
  TileScores scores;
  scores.codes = codes.data();
  QueryTile before;
  const std::size_t tiles = (rows.rows + kTileRows - 1) / kTileRows;
  for (std::size_t key = 0; key < rows.EndOfKeys(); key += kKvBlock) {
    const KvBlock block = blocks.At(key), next = blocks.At(key + kKvBlock);
    for (std::size_t r = 0; r < rows.rows; r += kTileRows) {
      PrefetchPart(next, blocks.block_bytes, r / kTileRows, tiles);
      const QueryTile tile(rows, block, key, r);
      if (tile.keys == 0) continue;
      const Functions& functions = kFunctions[tile.count - 1];
      const ScoreFunction score =
          tile.sees_all && before.sees_all
              ? functions.score_all
              : functions.score[(tile.keys - 1) / kLanes];
      score(tile, before, scores);
      AddAllValues(before, scores);
      CompareTops(tile, scores);  // May scale what the tile before added to.
      before = tile;
    }
  }
  for (std::size_t r = 0; r < before.count; ++r) {
    WeighRow<false>(before, r, scores);
  }
  AddAllValues(before, scores);
}

DOBBY_AVX512 EncodedHead Encode(const HeadTurn* turn, const float* x,
                                std::size_t size, std::int8_t* codes) {
  return EncodeHead(turn, x, size, codes);
}

}  // namespace

AttentionKernel Avx512VnniAttention() { return {Encode, Attend}; }

}  // namespace dobby

#endif  // __x86_64__
