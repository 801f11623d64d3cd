// Attention with AMX. The products of 16 rows with a block are few
// instructions, so the softmax, which is that of the AVX-512 kernel, bounds it.
// A pass goes through four stages, and the tiles work beside the vectors:
//   tiles     values of the pass before       keys of the next pass
//   vectors   scores of this pass             outputs of the pass before, then
//                                             weights of this pass
// Each stage's sums go through memory, and are read a stage after they were
// stored. Written without such a CPU: it has run in an emulator only. What is
// left of it without the instructions of tiles takes 0.54 of the time of the
// AVX-512 kernel (512 tokens after 2,048, Zen 4): so much at least.
#ifdef __x86_64__
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "kernels/amx_tiles.h"
#include "kernels/attention_softmax_avx512.h"

#define DOBBY_AMX        \
  __attribute__((target( \
      "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,amx-tile,amx-int8")))

namespace dobby {
namespace {

/// With fewer rows the AVX-512 kernel is used. Estimated, never timed: at head
/// size 64 a row and a block cost AVX-512 64 cycles of products (128 VPDPBUSD
/// on two ports) and 50 of softmax (llvm-mca, Ice Lake); a pass here costs that
/// softmax, and what its rows do not hide of some 300 cycles of waiting for
/// tiles. That breaks even at 3 rows; this is well above.
constexpr std::size_t kLeastRows = 8;

constexpr std::size_t kPassTiles = kAmxRows / kTileRows;
static_assert(kAmxRows == kCodeRows && kAmxRowBytes == 4 * kLanes);

/// Sums of 16 rows and 16 keys, or 16 dimensions.
using SumTile = std::int32_t[kAmxRows][kLanes];

/// Up to 16 rows and the block that they look at.
struct Pass {
  std::array<QueryTile, kPassTiles> tiles;
  std::size_t count = 0;  ///< Of tiles.
  std::size_t keys = 0;   ///< That its last row sees; 0: there is no pass.

  /// Becomes that of the rows from `row` on. In place: a copy would wait for
  /// what was just stored.
  void Set(const AttentionRows& rows, const KvBlock& block,
           std::size_t first_key, std::size_t row) {
    for (count = 0; count < kPassTiles && row < rows.rows; ++count) {
      std::construct_at(&tiles[count], rows, block, first_key, row);
      keys = tiles[count].keys;
      row += kTileRows;
    }
  }

  std::size_t head_size() const { return tiles[0].rows->head_size; }
  const KvBlock& block() const { return tiles[0].block; }
  const std::uint8_t* queries() const {
    return tiles[0].rows->codes + tiles[0].first_row * head_size();
  }
};

/// The passes over all blocks, all rows of a block one after another.
class Passes {
 public:
  Passes(const AttentionRows& rows, const KvBlocks& blocks)
      : rows_(rows), blocks_(blocks) {}

  /// Makes `pass` the next one with keys; at the end, one without.
  void Next(Pass& pass) {
    pass.keys = 0;
    while (pass.keys == 0 && key_ < rows_.EndOfKeys()) {
      PrefetchPart(blocks_.At(key_ + kKvBlock), blocks_.block_bytes,
                   row_ / kAmxRows, (rows_.rows + kAmxRows - 1) / kAmxRows);
      pass.Set(rows_, blocks_.At(key_), key_, row_);
      row_ += kAmxRows;
      if (row_ >= rows_.rows) {
        row_ = 0;
        key_ += kKvBlock;
      }
    }
  }

 private:
  const AttentionRows& rows_;
  const KvBlocks& blocks_;
  std::size_t key_ = 0, row_ = 0;
};

/// What the stages hand on. Each is read before the next pass overwrites it.
struct Stages {
  alignas(64) SumTile keys[kTileVectors];
  alignas(64) SumTile values[kMaxHeadSize / kLanes];
  alignas(64) std::uint8_t codes[kAmxRows * kKvBlock] = {};
  std::array<TileScores, kPassTiles> scores;

  Stages() {
    for (std::size_t t = 0; t < kPassTiles; ++t) {
      scores[t].codes = codes + t * kTileRows * kKvBlock;
    }
  }
};

/// Tiles 0 to 3 are sums; codes of rows times those of a block, in steps of 64
/// dimensions or keys; the last dimensions, if the head size is no multiple.
constexpr int kLeft = 4, kRight = 5, kLastLeft = 6, kLastRight = 7;

TileConfig ConfigOf(std::size_t head_size) {
  TileConfig config;
  config.palette = 1;
  for (int tile = 0; tile <= kRight; ++tile) {
    config.row_bytes[tile] = kAmxRowBytes;
    config.rows[tile] = kAmxRows;
  }
  const std::size_t last = head_size % kAmxRowBytes;
  if (last > 0) {
    config.row_bytes[kLastLeft] = static_cast<std::uint16_t>(last);
    config.rows[kLastLeft] = kAmxRows;
    config.row_bytes[kLastRight] = kAmxRowBytes;
    config.rows[kLastRight] = static_cast<std::uint8_t>(last / 4);
  }
  return config;
}

/// Bytes of a matrix, rows `stride` bytes apart.
struct Matrix {
  const void* first = nullptr;
  std::size_t stride = 0;
};

/// Adds the products of `left` and columns 16 kSum to 16 kSum + 15 of `right`.
template <int kA, int kB, int... kSum>
DOBBY_AMX inline void AddProducts(Matrix left, Matrix right) {
  const auto* columns = static_cast<const std::int8_t*>(right.first);
  AmxTiles::Load<kA>(left.first, left.stride);
  ((AmxTiles::Load<kB>(columns + kSum * kAmxRowBytes, right.stride),
    AmxTiles::MultiplyAddUnsigned<kSum, kA, kB>()),
   ...);
}

/// Multiplies the queries with 16 keys for each kSum.
template <int... kSum>
DOBBY_AMX void MultiplyKeys(const Pass& pass, SumTile* sums) {
  const std::size_t size = pass.head_size();
  const KvBlock& block = pass.block();
  // The offsets in every row: a stride of 0.
  (AmxTiles::Load<kSum>(block.key_offsets + kSum * kLanes, 0), ...);
  std::size_t d = 0;
  for (; d + kAmxRowBytes <= size; d += kAmxRowBytes) {
    AddProducts<kLeft, kRight, kSum...>(
        {pass.queries() + d, size}, {block.keys + d * kKvBlock, 4 * kKvBlock});
  }
  if (d < size) {
    AddProducts<kLastLeft, kLastRight, kSum...>(
        {pass.queries() + d, size}, {block.keys + d * kKvBlock, 4 * kKvBlock});
  }
  (AmxTiles::Store<kSum>(sums[kSum], kAmxRowBytes), ...);
}

/// Multiplies the weights with 16 dimensions of the values for each kSum, from
/// `dimension` on. Keys that no row sees weigh 0.
template <int... kSum>
DOBBY_AMX void MultiplyValues(const Pass& pass, std::size_t dimension,
                              Stages& stages) {
  (AmxTiles::Zero<kSum>(), ...);
  AddProducts<kLeft, kRight, kSum...>(
      {stages.codes, kKvBlock},
      {pass.block().values + 4 * dimension, 4 * pass.head_size()});
  SumTile* sums = stages.values + dimension / kLanes;
  (AmxTiles::Store<kSum>(sums[kSum], kAmxRowBytes), ...);
}

void MultiplyAllKeys(const Pass& pass, Stages& stages) {
  static constexpr void (*kFunctions[])(const Pass&, SumTile*) = {
      MultiplyKeys<0>, MultiplyKeys<0, 1>, MultiplyKeys<0, 1, 2>,
      MultiplyKeys<0, 1, 2, 3>};
  if (pass.keys == 0) return;
  kFunctions[(pass.keys - 1) / kLanes](pass, stages.keys);
}

void MultiplyAllValues(const Pass& pass, Stages& stages) {
  static constexpr void (*kFunctions[])(const Pass&, std::size_t, Stages&) = {
      MultiplyValues<0>, MultiplyValues<0, 1>, MultiplyValues<0, 1, 2>,
      MultiplyValues<0, 1, 2, 3>};
  if (pass.keys == 0) return;
  const std::size_t size = pass.head_size();
  for (std::size_t d = 0; d < size; d += std::size(kFunctions) * kLanes) {
    const std::size_t tiles =
        std::min((size - d) / kLanes, std::size(kFunctions));
    kFunctions[tiles - 1](pass, d, stages);
  }
}

/// Scores of R rows and V * 16 keys.
template <std::size_t R, std::size_t V, bool kAll = false>
DOBBY_AMX void Score(const QueryTile& tile, std::size_t row,
                     const SumTile* sums, TileScores& scores) {
  __m512i dots[R][V];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < R * V; ++i) {
    dots[i / V][i % V] = _mm512_load_si512(sums[i % V][row + i / V]);
  }
  ScoreDots<R, V, kAll>(tile, dots, scores);
}

using ScoreFunction = void (*)(const QueryTile&, std::size_t, const SumTile*,
                               TileScores&);
template <std::size_t R>
constexpr std::array<ScoreFunction, kTileVectors + 1> kScoreRows = {
    Score<R, 1>, Score<R, 2>, Score<R, 3>, Score<R, 4>, Score<R, 4, true>};

void ScorePass(const Pass& pass, Stages& stages) {
  static constexpr std::array<ScoreFunction, kTileVectors + 1> kFunctions[] = {
      kScoreRows<1>, kScoreRows<2>, kScoreRows<3>, kScoreRows<4>};
  for (std::size_t t = 0; t < pass.count; ++t) {
    const QueryTile& tile = pass.tiles[t];
    if (tile.keys == 0) continue;
    const std::size_t keys =
        tile.sees_all ? kTileVectors : (tile.keys - 1) / kLanes;
    kFunctions[tile.count - 1][keys](tile, t * kTileRows, stages.keys,
                                     stages.scores[t]);
  }
}

/// Weighs the scores of a pass, after its rows have the outputs of all before.
DOBBY_AMX void Weigh(const Pass& pass, Stages& stages) {
  for (std::size_t t = 0; t < pass.count; ++t) {
    const QueryTile& tile = pass.tiles[t];
    if (tile.keys == 0) continue;
    CompareTops(tile, stages.scores[t]);
    for (std::size_t r = 0; r < tile.count; ++r) {
      if (tile.sees_all) {
        WeighRow<true>(tile, r, stages.scores[t]);
      } else {
        WeighRow<false>(tile, r, stages.scores[t]);
      }
    }
  }
}

/// Adds the sums of the values of a pass to the outputs of its rows.
DOBBY_AMX void AddValues(const Pass& pass, const Stages& stages) {
  for (std::size_t t = 0; t < pass.count; ++t) {
    const QueryTile& tile = pass.tiles[t];
    if (tile.keys == 0) continue;
    const std::size_t size = pass.head_size();
    for (std::size_t r = 0; r < tile.count; ++r) {
      const __m512 part = _mm512_set1_ps(stages.scores[t].parts[r]);
      float* out = tile.rows->out + (tile.first_row + r) * size;
      for (std::size_t v = 0; v < size / kLanes; ++v, out += kLanes) {
        const __m512 sums = _mm512_cvtepi32_ps(
            _mm512_load_si512(stages.values[v][t * kTileRows + r]));
        _mm512_storeu_ps(out,
                         _mm512_fmadd_ps(sums, part, _mm512_loadu_ps(out)));
      }
    }
  }
}

DOBBY_AMX void AttendWithTiles(const AttentionRows& rows,
                               const KvBlocks& blocks) {
  const BorrowedTiles borrowed;
  AmxTiles::LoadConfig(ConfigOf(rows.head_size));
  Stages stages;
  Passes passes(rows, blocks);
  std::array<Pass, 3> ring;
  Pass *before = &ring[0], *now = &ring[1], *next = &ring[2];
  passes.Next(*now);
  MultiplyAllKeys(*now, stages);
  while (now->keys > 0) {
    passes.Next(*next);
    MultiplyAllValues(*before, stages);
    ScorePass(*now, stages);
    MultiplyAllKeys(*next, stages);
    AddValues(*before, stages);
    Weigh(*now, stages);
    std::swap(before, now);
    std::swap(now, next);
  }
  MultiplyAllValues(*before, stages);
  AddValues(*before, stages);
}

void Attend(const AttentionRows& rows, const KvBlocks& blocks) {
  if (rows.rows < kLeastRows) return Avx512VnniAttention().attend(rows, blocks);
  AttendWithTiles(rows, blocks);
}

}  // namespace

AttentionKernel AmxInt8Attention() {
  return {Avx512VnniAttention().encode, Attend};
}

}  // namespace dobby
#endif
