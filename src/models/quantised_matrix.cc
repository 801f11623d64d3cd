#include "models/quantised_matrix.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "kernels/packed_matrix.h"
#include "models/dequantise.h"

namespace dobby {
namespace {

/// Codes of a block before packing: signed, centred on zero.
using BlockCodes = std::int8_t[kQuantBlock];

void PackBlock(const BlockCodes& codes, int bits, std::uint8_t* out) {
  if (bits == 8) {
    for (int i = 0; i < kQuantBlock; ++i) {
      out[i] = static_cast<std::uint8_t>(codes[i] + 128);
    }
    return;
  }
  for (int i = 0; i < kQuantBlock / 2; ++i) {
    const int low = codes[2 * i] + 8, high = codes[2 * i + 1] + 8;
    out[i] = static_cast<std::uint8_t>(low | high << 4);
  }
}

/// Fills `codes` from a block whose grid is the target's own, and returns the
/// scale.
float CarryOver(TensorType type, const std::uint8_t* block, BlockCodes& codes) {
  std::uint16_t half;
  std::memcpy(&half, block, sizeof half);
  const std::uint8_t* packed = block + 2;
  if (type == TensorType::kQ8_0) {
    std::memcpy(codes, packed, kQuantBlock);
    return HalfToFloat(half);
  }
  std::uint32_t fifth = 0;
  const int zero = type == TensorType::kQ5_0 ? 16 : 8;
  if (type == TensorType::kQ5_0) {
    std::memcpy(&fifth, packed, sizeof fifth);
    packed += sizeof fifth;
  }
  for (int i = 0; i < kQuantBlock; ++i) {
    const int low = i < 16 ? packed[i] & 15 : packed[i - 16] >> 4;
    const int top = static_cast<int>(fifth >> i & 1) << 4;
    codes[i] = static_cast<std::int8_t>((low | top) - zero);
  }
  return HalfToFloat(half);
}

/// Rounds `values` to multiples of `scale` and returns the squared error.
float RoundTo(float scale, const float* values, int bits, BlockCodes& codes) {
  // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer.
  constexpr float kRounder = 12582912.0f;
  const float inverse = 1.0f / scale;
  const float low = -std::ldexp(1.0f, bits - 1), high = -low - 1.0f;
  float error = 0;
  for (int i = 0; i < kQuantBlock; ++i) {
    const float nearest = (values[i] * inverse + kRounder) - kRounder;
    const float code = std::clamp(nearest, low, high);
    const float difference = code * scale - values[i];
    error += difference * difference;
    codes[i] = static_cast<std::int8_t>(code);
  }
  return error;
}

/// Returns a scale as a half, which the packed weights keep and GGUF has too;
/// one too small or too large for it as it is.
float AsHalf(float scale) {
  const auto half = static_cast<float>(static_cast<Half>(scale));
  return half != 0 && std::isfinite(half) ? half : scale;
}

/// A block on its way to fewer levels: the best scale found so far.
struct Requantised {
  float scale = 0;
  float squared_error = 0;
  BlockCodes codes = {};

  void Try(float exact, const float* values, int bits) {
    const float candidate = AsHalf(exact);
    BlockCodes tried;
    const float error = RoundTo(candidate, values, bits, tried);
    if (scale != 0 && error >= squared_error) return;
    scale = candidate;
    squared_error = error;
    std::memcpy(codes, tried, sizeof codes);
  }
};

/// Returns the block rounded to `bits`. `step`, where it is not zero, is the
/// distance of the levels of the source: values are offset + n * step, and a
/// scale of step / k keeps all but the remainder of the offset.
Requantised Requantise(const float* values, int bits, float step) {
  float extreme = 0, sum = 0;
  for (int i = 0; i < kQuantBlock; ++i) {
    if (std::fabs(values[i]) > std::fabs(extreme)) extreme = values[i];
    sum += values[i] * values[i];
  }
  Requantised best;
  const float half_range = std::ldexp(1.0f, bits - 1);
  // Below this 1 / scale could overflow; such a block is as good as zero.
  if (std::fabs(extreme) < 1e-30f) {
    best.squared_error = sum;
    return best;
  }
  const float widest = std::fabs(extreme) / (half_range - 1);
  best.Try(widest, values, bits);
  best.Try(-extreme / half_range, values, bits);
  // Of two levels the greater is at least half a step. So a step of more of the
  // widest scales has one level only, which the first try met.
  const float scales = std::fabs(step) / widest;
  const int finest = scales <= 2 * half_range ? static_cast<int>(scales) : 0;
  for (int k = finest; k > finest / 2; --k) {
    best.Try(step / static_cast<float>(k), values, bits);
  }
  return best;
}

/// Returns the distance of levels of a 32-value block that has one, else 0.
float StepOf(TensorType type, const std::uint8_t* block) {
  if (type != TensorType::kQ4_1 && type != TensorType::kQ5_1) return 0;
  std::uint16_t half;
  std::memcpy(&half, block, sizeof half);
  return HalfToFloat(half);
}

bool AllFinite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](float value) { return std::isfinite(value); });
}

/// Rows of one source tensor, converted one after another.
class RowQuantiser {
 public:
  RowQuantiser(const GgufTensor& tensor, int requantise_bits)
      : tensor_(tensor),
        info_(InfoOf(tensor.type)),
        values_(static_cast<std::size_t>(tensor.columns)) {
    matrix_.bits = BitsFor(tensor.type, requantise_bits);
    matrix_.columns = tensor.columns;
    carry_ = tensor.type == TensorType::kQ4_0 ||
             tensor.type == TensorType::kQ5_0 ||
             tensor.type == TensorType::kQ8_0;
    const auto blocks =
        static_cast<std::size_t>(tensor.rows * tensor.columns / kQuantBlock);
    matrix_.scales.reserve(blocks);
    matrix_.codes.resize(blocks * BlockBytes());
  }

  /// Appends a row of the source; false when a value is not finite.
  bool Append(std::int64_t row) {
    const std::size_t row_bytes =
        values_.size() / info_.block_values * info_.block_bytes;
    const std::string_view source = tensor_.data.substr(
        static_cast<std::size_t>(row) * row_bytes, row_bytes);
    Dequantise(tensor_.type, source, values_);
    if (!AllFinite(values_)) return false;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(source.data());
    for (std::size_t at = 0; at < values_.size(); at += kQuantBlock) {
      AppendBlock(bytes + at / info_.block_values * info_.block_bytes,
                  values_.data() + at);
    }
    ++matrix_.rows;
    return true;
  }

  QuantisedMatrix Take() { return std::move(matrix_); }

 private:
  std::size_t BlockBytes() const {
    return static_cast<std::size_t>(kQuantBlock * matrix_.bits / 8);
  }

  void AppendBlock(const std::uint8_t* source, const float* values) {
    Requantised block;
    if (carry_) {
      block.scale = CarryOver(tensor_.type, source, block.codes);
    } else {
      block = Requantise(values, matrix_.bits, StepOf(tensor_.type, source));
    }
    for (int i = 0; i < kQuantBlock; ++i) {
      matrix_.squared_value += double{values[i]} * double{values[i]};
    }
    matrix_.squared_error += block.squared_error;
    PackBlock(block.codes, matrix_.bits,
              matrix_.codes.data() + matrix_.scales.size() * BlockBytes());
    matrix_.scales.push_back(block.scale);
  }

  const GgufTensor& tensor_;
  const TensorTypeInfo& info_;
  bool carry_ = false;
  std::vector<float> values_;
  QuantisedMatrix matrix_;
};

}  // namespace

double QuantisedMatrix::rms_error() const {
  return squared_value > 0 ? std::sqrt(squared_error / squared_value) : 0;
}

int BitsFor(TensorType type, int requantise_bits) {
  if (type == TensorType::kQ4_0) return 4;
  if (type == TensorType::kQ5_0 || type == TensorType::kQ8_0) return 8;
  return requantise_bits;
}

std::int64_t PairedRow(std::int64_t row, std::int64_t head_size) {
  const std::int64_t head = row / head_size, within = row % head_size;
  const std::int64_t half = head_size / 2;
  return head * head_size + within % half * 2 + within / half;
}

Result<QuantisedMatrix> QuantiseMatrix(const GgufTensor& tensor,
                                       int requantise_bits, RowOrder order,
                                       std::int64_t head_size) {
  const std::string name(tensor.name);
  if (tensor.columns % kQuantBlock != 0) {
    return Error{ErrorCode::kUnsupported,
                 "tensor '" + name + "' has rows of " +
                     std::to_string(tensor.columns) +
                     " values, which are no whole blocks of 32",
                 {}};
  }
  RowQuantiser quantiser(tensor, requantise_bits);
  for (std::int64_t row = 0; row < tensor.rows; ++row) {
    const bool paired = order == RowOrder::kPairsToHalves;
    if (!quantiser.Append(paired ? PairedRow(row, head_size) : row)) {
      return Error{ErrorCode::kCorrupt,
                   "tensor '" + name + "' has a value that is not finite",
                   {}};
    }
  }
  return quantiser.Take();
}

void AppendRows(QuantisedMatrix& matrix, const QuantisedMatrix& more) {
  matrix.rows += more.rows;
  matrix.codes.insert(matrix.codes.end(), more.codes.begin(), more.codes.end());
  matrix.scales.insert(matrix.scales.end(), more.scales.begin(),
                       more.scales.end());
}

}  // namespace dobby
