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

/// The rows of x in tiles. They are even, since few rows by themselves wait
/// for their weights.
struct Tiles {
  std::size_t rows = 0;    ///< Of x.
  std::size_t height = 0;  ///< Of all but the last.

  Tiles(std::size_t rows_of_x, std::size_t most)
      : rows(rows_of_x), height(EvenPart(rows_of_x, most)) {}
  std::size_t count() const { return (rows + height - 1) / height; }
  std::size_t first_row(std::size_t tile) const { return tile * height; }
  std::size_t rows_of(std::size_t tile) const {
    return std::min(height, rows - first_row(tile));
  }
};

/// Quantises the rows of one tile.
void QuantiseTile(const LinearKernel& kernel, const LinearCall& call,
                  const Tiles& tiles, std::size_t tile,
                  LinearScratch& scratch) {
  const std::size_t columns = call.weights.columns;
  const std::size_t groups = call.weights.groups();
  const std::size_t first = tiles.first_row(tile), rows = tiles.rows_of(tile);
  std::int32_t* offsets = scratch.offsets.data() + first * groups;
  for (std::size_t r = 0; r < rows; ++r) {
    kernel.quantise(
        call.x + (first + r) * columns, groups,
        {scratch.codes.data() + first * columns + r * kGroup,
         scratch.scales.data() + first * groups + r, offsets + r, rows});
  }
  const std::int32_t zero_point = 1 << (call.weights.bits - 1);
  for (std::size_t i = 0; i < rows * groups; ++i) offsets[i] *= -zero_point;
}

void QuantiseRows(const LinearKernel& kernel, const LinearCall& call,
                  const Tiles& tiles, LinearScratch& scratch,
                  const ParallelFor& parallel) {
  scratch.codes.resize(call.rows * call.weights.columns);
  scratch.scales.resize(call.rows * call.weights.groups());
  scratch.offsets.resize(call.rows * call.weights.groups());
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
        tiles_of_task_(kTaskRows / tiles.height),
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
    return !Gated() && call_.bias == nullptr &&
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
      of_tile = of_tile.After(tiles_.rows_of(tile));
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
    const std::size_t row = tiles_.first_row(tile);
    return {scratch_.codes.data() + row * call_.weights.columns,
            scratch_.scales.data() + row * groups,
            scratch_.offsets.data() + row * groups, tiles_.rows_of(tile)};
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
      const float* bias = call_.bias == nullptr ? nullptr : call_.bias + column;
      for (std::size_t i = 0; i < n; ++i) {
        y[i] = sums.Of(r, 0)[i] + (bias == nullptr ? 0.0f : bias[i]);
      }
    }
  }

  const LinearKernel& kernel_;
  const LinearCall& call_;
  const Tiles& tiles_;
  std::size_t tiles_of_task_, tiles_of_block_;
  const LinearScratch& scratch_;
};

/// Writes what rounding leaves of the values of a row.
void PutRest(const LinearKernel& kernel, const float* x, std::size_t groups,
             float* rest) {
  std::vector<std::int8_t> codes(groups * kGroup);
  std::vector<float> scales(groups);
  std::vector<std::int32_t> sums(groups);
  kernel.quantise(x, groups, {codes.data(), scales.data(), sums.data()});
  for (std::size_t i = 0; i < codes.size(); ++i) {
    rest[i] = x[i] - static_cast<float>(codes[i]) * scales[i / kGroup];
  }
}

/// The product of x is that of its first rounding and that of the rest.
void MultiplyTwice(const LinearCall& call, LinearScratch& scratch,
                   const ParallelFor& parallel) {
  const std::size_t columns = call.weights.columns, width = call.width();
  scratch.both_x.resize(2 * call.rows * columns);
  scratch.both_y.resize(2 * call.rows * width);
  std::copy_n(call.x, call.rows * columns, scratch.both_x.data());
  LinearCall both = call;
  both.roundings = 1;
  both.bias = nullptr;
  both.x = scratch.both_x.data();
  both.rows = 2 * call.rows;
  both.y = scratch.both_y.data();
  const LinearKernel kernel = KernelFor(call.simd, both.rows);
  parallel(call.rows, [&](std::size_t row) {
    PutRest(kernel, call.x + row * columns, call.weights.groups(),
            scratch.both_x.data() + (call.rows + row) * columns);
  });
  LinearWith(kernel, both, scratch, parallel);
  parallel(call.rows, [&](std::size_t row) {
    const float* first = both.y + row * width;
    const float* rest = first + call.rows * width;
    float* y = call.y + row * width;
    for (std::size_t i = 0; i < width; ++i) {
      y[i] = first[i] + rest[i] + (call.bias ? call.bias[i] : 0.0f);
    }
  });
}

}  // namespace

void LinearWith(const LinearKernel& kernel, const LinearCall& call,
                LinearScratch& scratch, const ParallelFor& parallel) {
  if (call.rows == 0) return;
  const Tiles tiles(call.rows, kernel.tile_rows);
  QuantiseRows(kernel, call, tiles, scratch, parallel);
  const TiledProduct product(kernel, call, tiles, scratch);
  parallel(product.tasks(), [&](std::size_t task) { product.Run(task); });
}

void Linear(const LinearCall& call, LinearScratch& scratch,
            const ParallelFor& parallel) {
  if (call.roundings == 2) return MultiplyTwice(call, scratch, parallel);
  LinearWith(KernelFor(call.simd, call.rows), call, scratch, parallel);
}

}  // namespace dobby
