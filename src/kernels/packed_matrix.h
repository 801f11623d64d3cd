// Quantised weights in the order in which the kernels read them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dobby {

/// An IEEE binary16 number. GGUF stores its scales in this format too.
using Half = _Float16;

/// Values of a row that share a scale, in weights and in activations.
inline constexpr std::size_t kGroup = 32;
/// Rows of a panel: outputs computed side by side, each in a 32-bit lane of a
/// 512-bit register.
inline constexpr std::size_t kPanel = 16;

/// Returns the number of panels that hold `rows`.
constexpr std::size_t PanelsOf(std::size_t rows) {
  return (rows + kPanel - 1) / kPanel;
}

/// Returns the bytes of the codes of one group of one panel.
constexpr std::size_t GroupCodeBytes(int bits) {
  return kPanel * kGroup * static_cast<std::size_t>(bits) / 8;
}

/// A matrix [rows, columns] of unsigned codes: value = scale * (code - 2^(bits
/// - 1)). One layout for every instruction set: 4 neighbouring columns ("a
/// quad") of 16 rows are 64 bytes, the operand of VPDPBUSD and a row of an AMX
/// tile. Padding rows of the last panel have scale 0.
struct PackedMatrix {
  int bits = 8;  ///< 4 or 8.
  std::size_t rows = 0;
  std::size_t columns = 0;  ///< A multiple of kGroup.
  /// [panels, groups, 8 quads, 16 rows, 4 columns] with 8 bits; with 4 bits a
  /// byte holds the codes of quads j (low half) and j + 4: [panels, groups, 4,
  /// 16, 4].
  const std::uint8_t* codes = nullptr;
  const Half* scales = nullptr;  ///< [panels, groups, 16].

  std::size_t panels() const { return PanelsOf(rows); }
  std::size_t groups() const { return columns / kGroup; }
};

/// A matrix in the layout of com.microsoft.MatMulNBits with blocks of 32.
struct BlockedMatrix {
  int bits = 8;
  std::size_t rows = 0;
  std::size_t columns = 0;
  const std::uint8_t* codes = nullptr;  ///< [rows, groups, 4 * bits].
  const float* scales = nullptr;        ///< [rows, groups].
};

/// Packs panel `panel` of `source`: groups * GroupCodeBytes(bits) bytes of
/// codes and groups * 16 scales, rounded to halves: infinite beyond 65,504.
void PackPanel(const BlockedMatrix& source, std::size_t panel,
               std::uint8_t* codes, Half* scales);

/// Writes row `row` as values, [columns].
void UnpackRow(const PackedMatrix& matrix, std::size_t row, float* values);

}  // namespace dobby
