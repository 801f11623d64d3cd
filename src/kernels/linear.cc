#include "kernels/linear.h"

#include <algorithm>
#include <cstring>

#include "kernels/linear_tile.h"

namespace dobby {
namespace {

// Rows of x in one piece of work: few enough to share out 512 among many
// threads, enough to pay for the expansion of 4-bit weights.
constexpr std::size_t kRowsPerTask = kMostTileRows;
constexpr std::size_t kQuantiseRowsPerTask = 16;

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

void QuantiseRows(const LinearKernel& kernel, const LinearCall& call,
                  LinearScratch& scratch, const ParallelFor& parallel) {
  const std::size_t columns = call.weights.columns;
  const std::size_t groups = call.weights.groups();
  scratch.codes.resize(call.rows * columns);
  scratch.scales.resize(call.rows * groups);
  scratch.offsets.resize(call.rows * groups);
  const std::int32_t zero_point = 1 << (call.weights.bits - 1);
  const std::size_t tasks =
      (call.rows + kQuantiseRowsPerTask - 1) / kQuantiseRowsPerTask;
  parallel(tasks, [&](std::size_t task) {
    const std::size_t begin = task * kQuantiseRowsPerTask;
    const std::size_t rows = std::min(kQuantiseRowsPerTask, call.rows - begin);
    std::int32_t* offsets = scratch.offsets.data() + begin * groups;
    kernel.quantise(call.x + begin * columns, rows * groups,
                    scratch.codes.data() + begin * columns,
                    scratch.scales.data() + begin * groups, offsets);
    for (std::size_t i = 0; i < rows * groups; ++i) offsets[i] *= -zero_point;
  });
}

/// A product whose activations are quantised, in tiles.
class TiledProduct {
 public:
  TiledProduct(const LinearKernel& kernel, const LinearCall& call,
               const LinearScratch& scratch)
      : kernel_(kernel), call_(call), scratch_(scratch) {}

  std::size_t tasks() const { return PanelPairs() * RowTasks(); }

  /// Computes rows [begin, end) of two panels' columns. Panels change slowest,
  /// so that neighbouring tasks find their weights in the cache.
  void Run(std::size_t task) const {
    const std::size_t first_panel = task / RowTasks() * kTilePanels;
    const std::size_t begin = task % RowTasks() * kRowsPerTask;
    const std::size_t end = std::min(begin + kRowsPerTask, call_.rows);
    const TileWeights weights = WeightsOf(first_panel);
    TileSums sums;
    // 13 rows are 7 and 6, since a row alone waits for its weights.
    const std::size_t tiles =
        (end - begin + kernel_.tile_rows - 1) / kernel_.tile_rows;
    const std::size_t tile_rows = (end - begin + tiles - 1) / tiles;
    for (std::size_t row = begin; row < end; row += tile_rows) {
      const TileRows rows = RowsAt(row, std::min(tile_rows, end - row));
      Prefetch(first_panel, row, rows.rows);
      kernel_.multiply(weights, rows, sums);
      Store(first_panel, row, rows.rows, sums);
    }
  }

 private:
  std::size_t PanelPairs() const {
    return (call_.weights.panels() + kTilePanels - 1) / kTilePanels;
  }
  std::size_t RowTasks() const {
    return (call_.rows + kRowsPerTask - 1) / kRowsPerTask;
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

  TileRows RowsAt(std::size_t row, std::size_t rows) const {
    const std::size_t groups = call_.weights.groups();
    return {scratch_.codes.data() + row * call_.weights.columns,
            scratch_.scales.data() + row * groups,
            scratch_.offsets.data() + row * groups, rows};
  }

  bool Gated() const { return call_.output == LinearOutput::kSwiGlu; }

  std::size_t FirstColumn(std::size_t first_panel) const {
    return first_panel * kPanel / (Gated() ? 2 : 1);
  }

  /// Brings where a tile goes into the cache while the tile is computed: its
  /// rows are pages apart, and waiting for them was 4 to 9 % of the time.
  void Prefetch(std::size_t first_panel, std::size_t first_row,
                std::size_t rows) const {
    const std::size_t column = FirstColumn(first_panel);
    const std::size_t n =
        std::min(kTilePanels * kPanel, call_.width() - column);
    for (std::size_t r = 0; r < rows; ++r) {
      const float* y = call_.y + (first_row + r) * call_.width() + column;
      __builtin_prefetch(y, 1);
      __builtin_prefetch(y + n - 1, 1);
    }
  }

  void Store(std::size_t first_panel, std::size_t first_row, std::size_t rows,
             const TileSums& sums) const {
    const std::size_t width = call_.width();
    const std::size_t column = FirstColumn(first_panel);
    for (std::size_t r = 0; r < rows; ++r) {
      float* y = call_.y + (first_row + r) * width + column;
      if (Gated()) {
        kernel_.swiglu(sums[r][0], sums[r][1], y);
      } else {
        constexpr std::size_t kWhole = kTilePanels * kPanel;
        const std::size_t n = std::min(kWhole, width - column);
        // A size that the compiler knows makes this a few moves, not a call.
        if (n == kWhole) {
          std::memcpy(y, sums[r], kWhole * sizeof(float));
        } else {
          std::memcpy(y, sums[r], n * sizeof(float));
        }
        for (std::size_t i = 0; call_.bias && i < n; ++i) {
          y[i] += call_.bias[column + i];
        }
      }
    }
  }

  const LinearKernel& kernel_;
  const LinearCall& call_;
  const LinearScratch& scratch_;
};

/// Writes what rounding leaves of the values of a row.
void PutRest(const LinearKernel& kernel, const float* x, std::size_t groups,
             float* rest) {
  std::vector<std::int8_t> codes(groups * kGroup);
  std::vector<float> scales(groups);
  std::vector<std::int32_t> sums(groups);
  kernel.quantise(x, groups, codes.data(), scales.data(), sums.data());
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
  QuantiseRows(kernel, call, scratch, parallel);
  const TiledProduct product(kernel, call, scratch);
  parallel(product.tasks(), [&](std::size_t task) { product.Run(task); });
}

void Linear(const LinearCall& call, LinearScratch& scratch,
            const ParallelFor& parallel) {
  if (call.roundings == 2) return MultiplyTwice(call, scratch, parallel);
  LinearWith(KernelFor(call.simd, call.rows), call, scratch, parallel);
}

}  // namespace dobby
