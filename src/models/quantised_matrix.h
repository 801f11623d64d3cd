// Matrices in the layout of MatMulNBits, and their conversion from GGUF
// tensors.
#pragma once

#include <cstdint>
#include <vector>

#include "dobby/result.h"
#include "kernels/packed_matrix.h"
#include "models/gguf.h"

namespace dobby {

/// Values that share a scale: as many as in the kernels, and in GGUF's own
/// blocks of 4 and 8 bits.
inline constexpr std::int64_t kQuantBlock = kGroup;

/// A matrix of signed integers with a scale for each block of 32 in a row:
/// value = scale * (code - 2^(bits - 1)).
/// Source: ONNX Runtime, docs/ContribOperators.md, com.microsoft.MatMulNBits
/// (this is its default zero point, as it is of GatherBlockQuantized).
struct QuantisedMatrix {
  int bits = 8;  ///< 4 or 8.
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<std::uint8_t> codes;  ///< [rows, columns / 32, 4 * bits]; two
                                    ///< 4-bit codes a byte, the low one first.
  std::vector<float> scales;        ///< [rows, columns / 32].

  /// The error of the conversion, summed over all values.
  double squared_error = 0;
  double squared_value = 0;

  bool exact() const { return squared_error == 0; }
  /// Root mean square error over the root mean square of the values.
  double rms_error() const;
};

/// Returns the bits in which to store a tensor of this type: those that hold it
/// exactly (Q4_0, Q5_0, Q8_0), otherwise `requantise_bits`.
int BitsFor(TensorType type, int requantise_bits);

/// How rows are reordered.
enum class RowOrder {
  kAsIs,
  /// Heads whose rotated pairs are neighbours (2i, 2i + 1) are put in the
  /// order of halves (i, i + head_size / 2), which GroupQueryAttention rotates
  /// by default. Whole rows move: their blocks stay as they are.
  kPairsToHalves,
};

/// Returns `tensor` in BitsFor bits. `head_size` matters only for
/// kPairsToHalves. Errors: kUnsupported if rows are not whole blocks, kCorrupt
/// if a value is not finite.
Result<QuantisedMatrix> QuantiseMatrix(const GgufTensor& tensor,
                                       int requantise_bits, RowOrder order,
                                       std::int64_t head_size);

/// Appends the rows of `more` to `matrix`; bits and columns must agree.
void AppendRows(QuantisedMatrix& matrix, const QuantisedMatrix& more);

/// Returns the row of a source with neighbouring pairs that stands at `row`
/// in the order of halves.
std::int64_t PairedRow(std::int64_t row, std::int64_t head_size);

}  // namespace dobby
