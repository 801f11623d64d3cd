// Weights and activations for tests.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/packed_matrix.h"

namespace dobby {

/// A matrix in the layout of MatMulNBits, packed.
struct Weights {
  std::vector<std::uint8_t> source_codes, codes;
  std::vector<float> source_scales;
  std::vector<Half> scales;
  PackedMatrix matrix;

  /// Returns the value of (row, column) as MatMulNBits decodes it.
  double Value(std::size_t row, std::size_t column) const {
    const std::size_t at = row * matrix.columns + column;
    const int code = matrix.bits == 8
                         ? source_codes[at]
                         : (source_codes[at / 2] >> (at % 2 * 4)) & 15;
    return double{source_scales[at / kGroup]} *
           (code - (1 << (matrix.bits - 1)));
  }
};

inline Weights RandomWeights(int bits, std::size_t rows, std::size_t columns,
                             unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> byte(0, 255);
  std::uniform_real_distribution<float> scale(0.001f, 0.01f);
  Weights w;
  w.source_codes.resize(rows * columns * static_cast<std::size_t>(bits) / 8);
  for (auto& code : w.source_codes) {
    code = static_cast<std::uint8_t>(byte(random));
  }
  w.source_scales.resize(rows * columns / kGroup);
  for (auto& s : w.source_scales) {
    s = static_cast<float>(static_cast<Half>(scale(random)));
  }
  const BlockedMatrix source = {bits, rows, columns, w.source_codes.data(),
                                w.source_scales.data()};
  const std::size_t groups = columns / kGroup;
  w.codes.resize(PanelsOf(rows) * groups * GroupCodeBytes(bits));
  w.scales.resize(PanelsOf(rows) * groups * kPanel);
  for (std::size_t panel = 0; panel < PanelsOf(rows); ++panel) {
    PackPanel(source, panel,
              w.codes.data() + panel * groups * GroupCodeBytes(bits),
              w.scales.data() + panel * groups * kPanel);
  }
  w.matrix = {bits, rows, columns, w.codes.data(), w.scales.data()};
  return w;
}

inline std::vector<float> RandomRows(std::size_t rows, std::size_t columns) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  std::vector<float> x(rows * columns);
  for (float& value : x) value = normal(random);
  // A group of zeros and one with an outlier.
  std::fill_n(x.begin(), std::min<std::size_t>(kGroup, x.size()), 0.0f);
  x.back() = 300;
  return x;
}

}  // namespace dobby
