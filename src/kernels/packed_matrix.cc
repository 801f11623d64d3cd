#include "kernels/packed_matrix.h"

#include <algorithm>

namespace dobby {
namespace {

constexpr std::size_t kQuad = 4;

/// Where the code of (row of the panel, column of the group) is.
struct CodePlace {
  std::size_t byte = 0;
  int shift = 0;
};

CodePlace PlaceOf(int bits, std::size_t lane, std::size_t column) {
  const std::size_t quad = column / kQuad;
  const std::size_t within = lane * kQuad + column % kQuad;
  constexpr std::size_t kQuadBytes = kPanel * kQuad;
  if (bits == 8) return {quad * kQuadBytes + within, 0};
  constexpr std::size_t kHalf = kGroup / kQuad / 2;
  return {quad % kHalf * kQuadBytes + within, quad < kHalf ? 0 : 4};
}

/// The code of (row, column) in the layout of MatMulNBits.
unsigned SourceCode(const BlockedMatrix& source, std::size_t row,
                    std::size_t column) {
  const std::size_t at = row * source.columns + column;
  if (source.bits == 8) return source.codes[at];
  return (source.codes[at / 2] >> (at % 2 * 4)) & 15u;
}

}  // namespace

void PackPanel(const BlockedMatrix& source, std::size_t panel,
               std::uint8_t* codes, Half* scales) {
  const std::size_t groups = source.columns / kGroup;
  const std::size_t group_bytes = GroupCodeBytes(source.bits);
  const unsigned zero = 1u << (source.bits - 1);
  std::fill_n(codes, groups * group_bytes, std::uint8_t{0});
  for (std::size_t lane = 0; lane < kPanel; ++lane) {
    const std::size_t row = panel * kPanel + lane;
    const bool real = row < source.rows;
    for (std::size_t group = 0; group < groups; ++group) {
      scales[group * kPanel + lane] =
          static_cast<Half>(real ? source.scales[row * groups + group] : 0.0f);
      std::uint8_t* out = codes + group * group_bytes;
      for (std::size_t column = 0; column < kGroup; ++column) {
        const CodePlace place = PlaceOf(source.bits, lane, column);
        const unsigned code =
            real ? SourceCode(source, row, group * kGroup + column) : zero;
        out[place.byte] |= static_cast<std::uint8_t>(code << place.shift);
      }
    }
  }
}

void UnpackRow(const PackedMatrix& matrix, std::size_t row, float* values) {
  const std::size_t panel = row / kPanel, lane = row % kPanel;
  const std::size_t group_bytes = GroupCodeBytes(matrix.bits);
  const int zero = 1 << (matrix.bits - 1);
  const unsigned mask = (1u << matrix.bits) - 1;
  for (std::size_t group = 0; group < matrix.groups(); ++group) {
    const std::size_t at = panel * matrix.groups() + group;
    const auto scale = static_cast<float>(matrix.scales[at * kPanel + lane]);
    const std::uint8_t* codes = matrix.codes + at * group_bytes;
    for (std::size_t column = 0; column < kGroup; ++column) {
      const CodePlace place = PlaceOf(matrix.bits, lane, column);
      const unsigned code = (codes[place.byte] >> place.shift) & mask;
      values[group * kGroup + column] =
          scale * static_cast<float>(static_cast<int>(code) - zero);
    }
  }
}

}  // namespace dobby
