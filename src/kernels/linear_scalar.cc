// The linear kernel in plain C++: the reference of all others, bit for bit.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "kernels/linear_tile.h"

namespace dobby {
namespace {

void Quantise(const float* x, std::size_t groups, const QuantisedRow& to) {
  for (std::size_t group = 0; group < groups; ++group) {
    const float* values = x + group * kGroup;
    float largest = 0;
    for (std::size_t i = 0; i < kGroup; ++i) {
      largest = std::max(largest, std::fabs(values[i]));
    }
    const float scale = largest / 127.0f;
    const float inverse = largest > 0 ? 127.0f / largest : 0.0f;
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < kGroup; ++i) {
      const auto code =
          static_cast<std::int32_t>(std::nearbyint(values[i] * inverse));
      to.codes[group * to.stride * kGroup + i] = static_cast<std::int8_t>(code);
      sum += code;
    }
    to.scales[group * to.stride] = scale;
    to.sums[group * to.stride] = sum;
  }
}

void Expand(const std::uint8_t* packed, std::size_t groups,
            std::uint8_t* codes) {
  constexpr std::size_t kHalf = kPanel * kGroup / 2;
  for (std::size_t group = 0; group < groups; ++group) {
    for (std::size_t i = 0; i < kHalf; ++i) {
      const std::uint8_t byte = packed[group * kHalf + i];
      codes[group * 2 * kHalf + i] = byte & 15;
      codes[group * 2 * kHalf + kHalf + i] = byte >> 4;
    }
  }
}

/// The integer sum of one group, one row of x and one column of y.
std::int32_t GroupSum(const std::uint8_t* weights, const std::int8_t* x,
                      std::int32_t offset) {
  std::int32_t sum = offset;
  for (std::size_t i = 0; i < kGroup; ++i) {
    sum += weights[i / 4 * 4 * kPanel + i % 4] * x[i];
  }
  return sum;
}

void MultiplyTile(const TileWeights& weights, const TileRows& rows,
                  TileSums sums) {
  for (std::size_t row = 0; row < rows.rows; ++row) {
    for (std::size_t n = 0; n < kTilePanels * kPanel; ++n) {
      const std::size_t panel = n / kPanel, lane = n % kPanel;
      float sum = 0;
      for (std::size_t group = 0; group < weights.groups; ++group) {
        const std::size_t at = group * rows.rows + row;
        const std::int32_t products =
            GroupSum(weights.codes[panel] + group * kPanel * kGroup + lane * 4,
                     rows.codes + at * kGroup, rows.offsets[at]);
        const float scale =
            rows.scales[at] *
            static_cast<float>(weights.scales[panel][group * kPanel + lane]);
        sum = std::fma(static_cast<float>(products), scale, sum);
      }
      sums.Of(row, panel)[lane] = sum;
    }
  }
}

void Multiply(const TileWeights& weights, std::span<const TileRows> tiles,
              TileSums sums) {
  for (const TileRows& tile : tiles) {
    MultiplyTile(weights, tile, sums);
    sums = sums.After(tile.rows);
  }
}

float Silu(float x) {
  const float t = std::clamp(x * -kLog2E, -kMostExponent, kMostExponent);
  const float n = std::nearbyint(t);
  float e = kExp2[0];
  for (std::size_t i = 1; i < std::size(kExp2); ++i) {
    e = std::fma(e, t - n, kExp2[i]);
  }
  return x / (1.0f + std::ldexp(e, static_cast<int>(n)));
}

void SwiGlu(const float* gate, const float* up, float* out) {
  for (std::size_t i = 0; i < kPanel; ++i) out[i] = Silu(gate[i]) * up[i];
}

}  // namespace

LinearKernel ScalarLinear() { return {Quantise, Expand, Multiply, SwiGlu}; }

}  // namespace dobby
