#include "kernels/linear.h"

#include <algorithm>
#include <array>
#include <span>

#include "kernels/linear_tile.h"

namespace dobby {
namespace {

LinearKernel KernelFor(Simd simd, std::size_t rows) {
  switch (simd) {
#ifdef __x86_64__
    case Simd::kAvx2:
      return Avx2Linear();
    case Simd::kAvxVnni:
      return AvxVnniLinear();
    case Simd::kAvx512Vnni:
      return Avx512VnniLinear();
    case Simd::kAmxInt8:
      return rows < kAmxLeastRows ? Avx512VnniLinear() : AmxInt8Linear();
#endif
    default:
      return ScalarLinear();
  }
}

/// Returns the size of a part when `count` is divided into as few parts of at
/// most `most` as there can be, all of a size but the last: 13 of at most 12
/// are 7 and 6.
std::size_t EvenPart(std::size_t count, std::size_t most) {
  const std::size_t parts = (count + most - 1) / most;
  return (count + parts - 1) / parts;
}

/// The rows of x in tiles, a row of the tile for each rounding. They are even,
/// since few rows by themselves wait for their weights.
struct Tiles {
  std::size_t rows = 0;       ///< Of x.
  std::size_t roundings = 1;  ///< Rows of a tile to a row of x.
  std::size_t height = 0;     ///< Rows of x of all but the last.

  Tiles(const LinearCall& call, std::size_t most)
      : rows(call.rows),
        roundings(static_cast<std::size_t>(call.roundings)),
        height(EvenPart(rows, most / roundings)) {}
  std::size_t count() const { return (rows + height - 1) / height; }
  std::size_t first_row(std::size_t tile) const { return tile * height; }
  std::size_t rows_of(std::size_t tile) const {
    return std::min(height, rows - first_row(tile));
  }
  /// The same in rows of tiles.
  std::size_t first_tile_row(std::size_t tile) const {
    return first_row(tile) * roundings;
  }
  std::size_t tile_rows_of(std::size_t tile) const {
    return rows_of(tile) * roundings;
  }
};

/// Returns what rounding left of the values of a row, until the next call.
const float* RestOf(const float* x, std::size_t groups,
                    const QuantisedRow& rounded) {
  thread_local std::vector<float> rest;
  rest.resize(groups * kGroup);
  for (std::size_t g = 0; g < groups; ++g) {
    const std::int8_t* codes = rounded.codes + g * rounded.stride * kGroup;
    const float scale = rounded.scales[g * rounded.stride];
    for (std::size_t i = 0; i < kGroup; ++i) {
      const std::size_t at = g * kGroup + i;
      rest[at] = x[at] - static_cast<float>(codes[i]) * scale;
    }
  }
  return rest.data();
}

/// Quantises the rows of one tile.
void QuantiseTile(const LinearKernel& kernel, const LinearCall& call,
                  const Tiles& tiles, std::size_t tile,
                  LinearScratch& scratch) {
  const std::size_t columns = call.weights.columns;
  const std::size_t groups = call.weights.groups();
  const std::size_t first = tiles.first_tile_row(tile);
  const std::size_t rows = tiles.tile_rows_of(tile);
  std::int32_t* offsets = scratch.offsets.data() + first * groups;
  QuantisedRow to = {scratch.codes.data() + first * columns,
                     scratch.scales.data() + first * groups, offsets, rows};
  const float* x = call.x + tiles.first_row(tile) * columns;
  for (std::size_t r = 0; r < tiles.rows_of(tile); ++r, x += columns) {
    kernel.quantise(x, groups, to);
    if (tiles.roundings == 2) {
      const float* rest = RestOf(x, groups, to);
      to = to.Next();
      kernel.quantise(rest, groups, to);
    }
    to = to.Next();
  }
  const std::int32_t zero_point = 1 << (call.weights.bits - 1);
  for (std::size_t i = 0; i < rows * groups; ++i) offsets[i] *= -zero_point;
}

void QuantiseRows(const LinearKernel& kernel, const LinearCall& call,
                  const Tiles& tiles, LinearScratch& scratch,
                  const ParallelFor& parallel) {
  const std::size_t rows = tiles.rows * tiles.roundings;
  scratch.codes.resize(rows * call.weights.columns);
  scratch.scales.resize(rows * call.weights.groups());
  scratch.offsets.resize(rows * call.weights.groups());
  parallel(tiles.count(), [&](std::size_t tile) {
    QuantiseTile(kernel, call, tiles, tile, scratch);
  });
}

/// A product whose activations are quantised, in tiles.
class TiledProduct {
 public:
  TiledProduct(const LinearKernel& kernel, const LinearCall& call,
               const Tiles& tiles, const LinearScratch& scratch)
      : kernel_(kernel),
        call_(call),
        tiles_(tiles),
        tiles_of_task_(kTaskRows / (tiles.height * tiles.roundings)),
        tiles_of_block_(EvenPart(tiles.count(), kBlockRows / tiles.height)),
        scratch_(scratch) {}

  std::size_t tasks() const { return Blocks() * PanelPairs() * TasksOfBlock(); }

  /// Computes two panels' columns of some tiles. Blocks of rows change slowest:
  /// a thread, which is given neighbouring tasks, makes rows that it reads
  /// again in the next operator. Then panels, so that neighbouring tasks find
  /// their weights in the cache.
  void Run(std::size_t task) const {
    const std::size_t of_block = PanelPairs() * TasksOfBlock();
    const std::size_t first = task / of_block * tiles_of_block_;
    const std::size_t last = std::min(first + tiles_of_block_, tiles_.count());
    const std::size_t first_panel =
        task % of_block / TasksOfBlock() * kTilePanels;
    const std::size_t begin = first + task % TasksOfBlock() * tiles_of_task_;
    if (begin >= last) return;
    const std::size_t end = std::min(begin + tiles_of_task_, last);
    const TileWeights weights = WeightsOf(first_panel);
    for (std::size_t tile = begin; tile < end; tile += kernel_.tiles) {
      RunTiles(first_panel, weights, tile, std::min(tile + kernel_.tiles, end));
    }
  }

 private:
  /// Whether the sums of two panels are all that becomes of their products.
  bool IsPlain(std::size_t first_panel) const {
    return !Gated() && call_.bias == nullptr && tiles_.roundings == 1 &&
           FirstColumn(first_panel) + kTilePanels * kPanel <= call_.width();
  }

  float* OutOf(std::size_t first_panel, std::size_t tile) const {
    return call_.y + tiles_.first_row(tile) * call_.width() +
           FirstColumn(first_panel);
  }

  void RunTiles(std::size_t first_panel, const TileWeights& weights,
                std::size_t begin, std::size_t end) const {
    std::array<TileRows, kMostTiles> tiles;
    for (std::size_t tile = begin; tile < end; ++tile) {
      Prefetch(first_panel, tile);
      tiles[tile - begin] = RowsOf(tile);
    }
    const std::span<const TileRows> run(tiles.data(), end - begin);
    if (IsPlain(first_panel)) {
      kernel_.multiply(weights, run,
                       {OutOf(first_panel, begin), call_.width()});
      return;
    }
    float sums[kTaskRows * kTilePanels * kPanel];
    TileSums of_tile = {sums};
    kernel_.multiply(weights, run, of_tile);
    for (std::size_t tile = begin; tile < end; ++tile) {
      Finish(first_panel, tile, of_tile);
      of_tile = of_tile.After(tiles_.tile_rows_of(tile));
    }
  }

  std::size_t PanelPairs() const {
    return (call_.weights.panels() + kTilePanels - 1) / kTilePanels;
  }
  std::size_t Blocks() const {
    return (tiles_.count() + tiles_of_block_ - 1) / tiles_of_block_;
  }
  std::size_t TasksOfBlock() const {
    return (tiles_of_block_ + tiles_of_task_ - 1) / tiles_of_task_;
  }

  /// The panels as the kernel takes them, expanded once for all rows of the
  /// task if need be. An odd last panel stands in for its missing neighbour.
  TileWeights WeightsOf(std::size_t first_panel) const {
    thread_local std::vector<std::uint8_t> expanded;
    const PackedMatrix& matrix = call_.weights;
    const std::size_t groups = matrix.groups();
    const std::size_t panel_bytes = groups * GroupCodeBytes(matrix.bits);
    const std::size_t byte_panel = groups * GroupCodeBytes(8);
    const auto expand = matrix.bits == 4 ? kernel_.expand : kernel_.expand8;
    if (expand) expanded.resize(kTilePanels * byte_panel);
    TileWeights weights;
    weights.bits = matrix.bits;
    weights.groups = groups;
    for (std::size_t i = 0; i < kTilePanels; ++i) {
      const std::size_t panel = std::min(first_panel + i, matrix.panels() - 1);
      weights.codes[i] = matrix.codes + panel * panel_bytes;
      weights.scales[i] = matrix.scales + panel * groups * kPanel;
      if (!expand) continue;
      std::uint8_t* bytes = expanded.data() + i * byte_panel;
      expand(weights.codes[i], groups, bytes);
      weights.codes[i] = bytes;
    }
    return weights;
  }

  TileRows RowsOf(std::size_t tile) const {
    const std::size_t groups = call_.weights.groups();
    const std::size_t row = tiles_.first_tile_row(tile);
    return {scratch_.codes.data() + row * call_.weights.columns,
            scratch_.scales.data() + row * groups,
            scratch_.offsets.data() + row * groups, tiles_.tile_rows_of(tile)};
  }

  bool Gated() const { return call_.output == LinearOutput::kSwiGlu; }

  std::size_t FirstColumn(std::size_t first_panel) const {
    return first_panel * kPanel / (Gated() ? 2 : 1);
  }

  /// Brings where a tile goes into the cache while the tile is computed: its
  /// rows are pages apart, and waiting for them was 4 to 9 % of the time.
  void Prefetch(std::size_t first_panel, std::size_t tile) const {
    const std::size_t n = std::min(kTilePanels * kPanel,
                                   call_.width() - FirstColumn(first_panel));
    const float* y = OutOf(first_panel, tile);
    for (std::size_t r = 0; r < tiles_.rows_of(tile); ++r) {
      __builtin_prefetch(y + r * call_.width(), 1);
      __builtin_prefetch(y + r * call_.width() + n - 1, 1);
    }
  }

  /// Makes outputs of the sums of a tile.
  void Finish(std::size_t first_panel, std::size_t tile,
              const TileSums& sums) const {
    const std::size_t width = call_.width();
    const std::size_t column = FirstColumn(first_panel);
    const std::size_t n = std::min(kTilePanels * kPanel, width - column);
    float* y = OutOf(first_panel, tile);
    for (std::size_t r = 0; r < tiles_.rows_of(tile); ++r, y += width) {
      if (Gated()) {
        kernel_.swiglu(sums.Of(r, 0), sums.Of(r, 1), y);
        continue;
      }
      const std::size_t row = r * tiles_.roundings;
      std::copy_n(sums.Of(row, 0), n, y);
      if (tiles_.roundings == 2) AddTo(y, sums.Of(row + 1, 0), n);
      if (call_.bias != nullptr) AddTo(y, call_.bias + column, n);
    }
  }

  static void AddTo(float* y, const float* x, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) y[i] += x[i];
  }

  const LinearKernel& kernel_;
  const LinearCall& call_;
  const Tiles& tiles_;
  std::size_t tiles_of_task_, tiles_of_block_;
  const LinearScratch& scratch_;
};

}  // namespace

void LinearWith(const LinearKernel& kernel, const LinearCall& call,
                LinearScratch& scratch, const ParallelFor& parallel) {
  if (call.rows == 0) return;
  const Tiles tiles(call, kernel.tile_rows);
  QuantiseRows(kernel, call, tiles, scratch, parallel);
  const TiledProduct product(kernel, call, tiles, scratch);
  parallel(product.tasks(), [&](std::size_t task) { product.Run(task); });
}

void Linear(const LinearCall& call, LinearScratch& scratch,
            const ParallelFor& parallel) {
  const std::size_t rows = call.rows * static_cast<std::size_t>(call.roundings);
  LinearWith(KernelFor(call.simd, rows), call, scratch, parallel);
}

}  // namespace dobby
