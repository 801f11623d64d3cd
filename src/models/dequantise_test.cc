#include "models/dequantise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "base/files.h"
#include "models/quantised_matrix.h"

namespace dobby {
namespace {

constexpr TensorType kAllTypes[] = {
    TensorType::kF32,  TensorType::kF16,  TensorType::kBF16, TensorType::kQ4_0,
    TensorType::kQ4_1, TensorType::kQ5_0, TensorType::kQ5_1, TensorType::kQ8_0,
    TensorType::kQ2K,  TensorType::kQ3K,  TensorType::kQ4K,  TensorType::kQ5K,
    TensorType::kQ6K};

std::string Golden(TensorType type, const char* suffix) {
  auto bytes =
      ReadWholeFile(std::string(DOBBY_SOURCE_DIR) + "/tests/golden/gguf_" +
                    InfoOf(type).name + suffix);
  EXPECT_TRUE(bytes) << InfoOf(type).name;
  return bytes ? *std::move(bytes) : "";
}

std::vector<float> ValuesOf(TensorType type, std::string_view blocks) {
  const TensorTypeInfo& info = InfoOf(type);
  std::vector<float> values(blocks.size() / info.block_bytes *
                            info.block_values);
  Dequantise(type, blocks, values);
  return values;
}

TEST(Dequantise, EqualsThePythonPackageToTheBit) {
  for (const TensorType type : kAllTypes) {
    const std::string blocks = Golden(type, ".blocks");
    const std::string want = Golden(type, ".values");
    const std::vector<float> got = ValuesOf(type, blocks);
    ASSERT_EQ(got.size() * sizeof(float), want.size()) << InfoOf(type).name;
    ASSERT_FALSE(got.empty()) << InfoOf(type).name;
    for (std::size_t i = 0; i < got.size(); ++i) {
      float value;
      std::memcpy(&value, want.data() + i * sizeof value, sizeof value);
      // As numbers: the package's zeros may have the other sign.
      EXPECT_EQ(got[i], value) << InfoOf(type).name << " value " << i;
    }
  }
}

TEST(HalfToFloat, CoversEveryClassOfNumber) {
  struct Case {
    const char* name;
    std::uint16_t half;
    float want;
  };
  const Case cases[] = {
      {"zero", 0x0000, 0.0f},
      {"one", 0x3C00, 1.0f},
      {"minus two", 0xC000, -2.0f},
      {"largest", 0x7BFF, 65504.0f},
      {"smallest normal", 0x0400, 0x1p-14f},
      {"smallest subnormal", 0x0001, 0x1p-24f},
      {"minus largest subnormal", 0x83FF, -1023 * 0x1p-24f},
      {"infinity", 0x7C00, std::numeric_limits<float>::infinity()}};
  for (const Case& c : cases) EXPECT_EQ(HalfToFloat(c.half), c.want) << c.name;
  EXPECT_TRUE(std::signbit(HalfToFloat(0x8000)));
  EXPECT_TRUE(std::isnan(HalfToFloat(0x7E00)));
}

/// Returns the values that MatMulNBits computes with.
std::vector<float> ValuesOf(const QuantisedMatrix& matrix) {
  std::vector<float> values;
  const int zero = 1 << (matrix.bits - 1);
  const auto count = static_cast<std::size_t>(matrix.rows * matrix.columns);
  for (std::size_t i = 0; i < count; ++i) {
    const int code = matrix.bits == 8 ? matrix.codes[i]
                                      : matrix.codes[i / 2] >> (i % 2 * 4) & 15;
    values.push_back(matrix.scales[i / kQuantBlock] *
                     static_cast<float>(code - zero));
  }
  return values;
}

/// A tensor of one row over golden blocks.
GgufTensor RowOf(TensorType type, std::string_view blocks) {
  const TensorTypeInfo& info = InfoOf(type);
  GgufTensor tensor;
  tensor.name = "row";
  tensor.type = type;
  tensor.columns = static_cast<std::int64_t>(blocks.size() / info.block_bytes *
                                             info.block_values);
  tensor.data = blocks;
  return tensor;
}

TEST(QuantiseMatrix, CarriesOverWhatFitsAndReportsTheErrorOfTheRest) {
  struct Case {
    TensorType type;
    int bits;  ///< Asked for.
    int want_bits;
    double max_error;  ///< Of the root mean square; 0: exact.
  };
  const Case cases[] = {
      {TensorType::kQ4_0, 8, 4, 0},     {TensorType::kQ5_0, 4, 8, 0},
      {TensorType::kQ8_0, 4, 8, 0},     {TensorType::kQ4_1, 8, 8, 0.004},
      {TensorType::kQ5_1, 8, 8, 0.006}, {TensorType::kQ6K, 8, 8, 0.008},
      {TensorType::kQ4K, 8, 8, 0.008},  {TensorType::kF32, 8, 8, 0.008},
      {TensorType::kF16, 8, 8, 0.008},  {TensorType::kF32, 4, 4, 0.12},
      {TensorType::kQ4_1, 4, 4, 0.12}};
  for (const Case& c : cases) {
    const std::string name = InfoOf(c.type).name;
    const std::string blocks = Golden(c.type, ".blocks");
    const auto matrix = QuantiseMatrix(RowOf(c.type, blocks), c.bits,
                                       RowOrder::kAsIs, /*head_size=*/0);
    ASSERT_TRUE(matrix) << name << ": " << matrix.error().ToString();
    EXPECT_EQ(matrix->bits, c.want_bits) << name;
    EXPECT_EQ(matrix->exact(), c.max_error == 0) << name;
    EXPECT_LE(matrix->rms_error(), c.max_error) << name;
    const auto want = ValuesOf(c.type, blocks);
    const auto got = ValuesOf(*matrix);
    ASSERT_EQ(got.size(), want.size()) << name;
    double error = 0, value = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      error += (got[i] - want[i]) * (got[i] - want[i]);
      value += want[i] * want[i];
    }
    EXPECT_NEAR(std::sqrt(error / value), matrix->rms_error(), 1e-5) << name;
  }
}

TEST(QuantiseMatrix, ZerosAndTinyValuesGiveZeros) {
  std::vector<float> values(64, 0.0f);
  values[40] = 1e-38f;
  const std::string_view bytes(reinterpret_cast<const char*>(values.data()),
                               values.size() * sizeof(float));
  const auto matrix = QuantiseMatrix(RowOf(TensorType::kF32, bytes), 8,
                                     RowOrder::kAsIs, /*head_size=*/0);
  ASSERT_TRUE(matrix);
  EXPECT_EQ(ValuesOf(*matrix), std::vector<float>(64, 0.0f));
}

TEST(QuantiseMatrix, ValuesThatAreNotFiniteAreCorrupt) {
  for (const float bad : {std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::quiet_NaN()}) {
    std::vector<float> values(32, 1.0f);
    values[7] = bad;
    const std::string_view bytes(reinterpret_cast<const char*>(values.data()),
                                 values.size() * sizeof(float));
    const auto matrix = QuantiseMatrix(RowOf(TensorType::kF32, bytes), 8,
                                       RowOrder::kAsIs, /*head_size=*/0);
    ASSERT_FALSE(matrix);
    EXPECT_EQ(matrix.error().code, ErrorCode::kCorrupt);
  }
}

TEST(QuantiseMatrix, PairsBecomeHalves) {
  // Two heads of four rows: row r holds the value r.
  std::vector<float> values;
  for (int row = 0; row < 8; ++row) {
    values.insert(values.end(), 32, static_cast<float>(row));
  }
  GgufTensor tensor;
  tensor.columns = 32;
  tensor.rows = 8;
  tensor.data = {reinterpret_cast<const char*>(values.data()),
                 values.size() * sizeof(float)};
  const auto matrix =
      QuantiseMatrix(tensor, 8, RowOrder::kPairsToHalves, /*head_size=*/4);
  ASSERT_TRUE(matrix);
  const auto got = ValuesOf(*matrix);
  const float want[] = {0, 2, 1, 3, 4, 6, 5, 7};
  for (std::size_t row = 0; row < 8; ++row) {
    EXPECT_NEAR(got[row * 32], want[row], 1e-5) << row;
  }
}

}  // namespace
}  // namespace dobby
