// The AMX kernel on a model of the tiles, so that any CPU with AVX-512 tests
// all of it but the instructions themselves.
#include "kernels/linear_amx.h"

#include <gtest/gtest.h>

#ifdef __x86_64__
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "kernels/random_weights.h"

namespace dobby {
namespace {

/// The tiles in plain C++, after the pseudocode of Intel's manual. What would
/// be a fault there fails the test.
struct ModelTiles {
  static inline TileConfig config;
  static inline std::uint8_t data[kAmxTiles][kAmxRows][kAmxRowBytes];

  static void StoreConfig(TileConfig& stored) { stored = config; }

  static void LoadConfig(const TileConfig& loaded) {
    EXPECT_LE(loaded.palette, 1);
    EXPECT_EQ(loaded.start_row, 0);
    for (const std::uint8_t byte : loaded.reserved) EXPECT_EQ(byte, 0);
    for (std::size_t tile = 0; tile < std::size(loaded.rows); ++tile) {
      const bool exists = loaded.palette == 1 && tile < kAmxTiles;
      EXPECT_LE(loaded.rows[tile], exists ? kAmxRows : 0) << tile;
      EXPECT_LE(loaded.row_bytes[tile], exists ? kAmxRowBytes : 0) << tile;
      EXPECT_EQ(loaded.rows[tile] == 0, loaded.row_bytes[tile] == 0) << tile;
    }
    config = loaded;
    std::memset(data, 0, sizeof(data));
  }

  template <int kTile>
  static void Load(const void* rows, std::size_t stride) {
    ExpectConfigured(kTile);
    Zero<kTile>();
    const auto* from = static_cast<const std::uint8_t*>(rows);
    for (std::size_t r = 0; r < config.rows[kTile]; ++r) {
      std::memcpy(data[kTile][r], from + r * stride, config.row_bytes[kTile]);
    }
  }

  template <int kTile>
  static void Store(void* rows, std::size_t stride) {
    ExpectConfigured(kTile);
    auto* to = static_cast<std::uint8_t*>(rows);
    for (std::size_t r = 0; r < config.rows[kTile]; ++r) {
      std::memcpy(to + r * stride, data[kTile][r], config.row_bytes[kTile]);
    }
  }

  template <int kTile>
  static void Zero() {
    ExpectConfigured(kTile);
    std::memset(data[kTile], 0, sizeof(data[kTile]));
  }

  template <int kSum, int kA, int kB>
  static void MultiplyAdd() {
    static_assert(kSum != kA && kSum != kB && kA != kB);
    ExpectConfigured(kSum);
    EXPECT_EQ(config.rows[kSum], config.rows[kA]);
    EXPECT_EQ(config.row_bytes[kSum], config.row_bytes[kB]);
    EXPECT_EQ(config.row_bytes[kA], 4 * config.rows[kB]);
    for (std::size_t r = 0; r < config.rows[kSum]; ++r) {
      for (std::size_t q = 0; q < config.rows[kB]; ++q) {
        for (std::size_t n = 0; n < config.row_bytes[kSum] / 4u; ++n) {
          AddDot(&data[kA][r][4 * q], &data[kB][q][4 * n],
                 &data[kSum][r][4 * n]);
        }
      }
    }
  }

 private:
  static void ExpectConfigured(int tile) {
    EXPECT_EQ(config.palette, 1);
    EXPECT_GT(config.rows[tile], 0) << tile;
  }

  static void AddDot(const std::uint8_t* a, const std::uint8_t* b,
                     std::uint8_t* sum) {
    std::int32_t total;
    std::memcpy(&total, sum, sizeof(total));
    for (std::size_t i = 0; i < 4; ++i) {
      total += static_cast<std::int8_t>(a[i]) * static_cast<std::int8_t>(b[i]);
    }
    std::memcpy(sum, &total, sizeof(total));
  }
};

class AmxLinearTest : public testing::Test {
 protected:
  void SetUp() override {
    ModelTiles::LoadConfig({});
    // SupportedSimd would ask Linux for tiles; the model needs only this.
    if (!__builtin_cpu_supports("avx512vnni")) {
      GTEST_SKIP() << "the scaling of the sums is AVX-512";
    }
  }

  static std::vector<float> Product(const LinearKernel& kernel,
                                    LinearOutput output, const Weights& w,
                                    const std::vector<float>& x) {
    LinearCall call;
    call.output = output;
    call.weights = w.matrix;
    call.x = x.data();
    call.rows = x.size() / w.matrix.columns;
    std::vector<float> y(call.rows * call.width(), NAN);
    call.y = y.data();
    LinearScratch scratch;
    LinearWith(kernel, call, scratch, Serially);
    return y;
  }

  static void ExpectTheBitsOfScalar(LinearOutput output, const Weights& w,
                                    std::size_t tokens) {
    const auto x = RandomRows(tokens, w.matrix.columns);
    EXPECT_EQ(Product(AmxLinear<ModelTiles>::Kernel(), output, w, x),
              Product(ScalarLinear(), output, w, x));
  }
};

TEST_F(AmxLinearTest, GivesTheBitsOfScalar) {
  for (const int bits : {4, 8}) {
    // Fewer groups than the products are ahead, odd and even numbers of them.
    for (const std::size_t columns : {32, 64, 96, 576}) {
      for (const std::size_t rows : {16, 41, 64}) {
        const Weights w = RandomWeights(bits, rows, columns, 1);
        for (const std::size_t tokens : {1, 11, 12, 13, 24}) {
          SCOPED_TRACE(std::to_string(bits) + " bits, " + std::to_string(rows) +
                       "x" + std::to_string(columns) + ", " +
                       std::to_string(tokens) + " tokens");
          ExpectTheBitsOfScalar(LinearOutput::kPlain, w, tokens);
        }
      }
    }
  }
}

TEST_F(AmxLinearTest, GivesTheBitsOfScalarInSeveralTasks) {
  for (const std::size_t tokens : {96, 97, 200}) {
    SCOPED_TRACE(tokens);
    const Weights w = RandomWeights(8, 32, 96, 2);
    ExpectTheBitsOfScalar(LinearOutput::kPlain, w, tokens);
  }
}

TEST_F(AmxLinearTest, GivesTheBitsOfScalarWithSwiGlu) {
  for (const int bits : {4, 8}) {
    const Weights w = RandomWeights(bits, 64, 96, 3);
    ExpectTheBitsOfScalar(LinearOutput::kSwiGlu, w, 17);
  }
}

TEST_F(AmxLinearTest, LargestCodesDoNotOverflow) {
  Weights w = RandomWeights(8, 32, 64, 4);
  for (const std::uint8_t code : {0, 255}) {
    std::fill(w.codes.begin(), w.codes.end(), code);
    for (const float value : {-3.0f, 3.0f}) {
      const std::vector<float> x(12 * 64, value);
      EXPECT_EQ(
          Product(AmxLinear<ModelTiles>::Kernel(), LinearOutput::kPlain, w, x),
          Product(ScalarLinear(), LinearOutput::kPlain, w, x));
    }
  }
}

TEST_F(AmxLinearTest, TheTilesOfTheCallerAreConfiguredAsBefore) {
  TileConfig callers;
  callers.palette = 1;
  callers.row_bytes[3] = 48;
  callers.rows[3] = 7;
  const Weights w = RandomWeights(4, 64, 64, 5);
  for (const TileConfig& before : {TileConfig{}, callers}) {
    ModelTiles::LoadConfig(before);
    ExpectTheBitsOfScalar(LinearOutput::kPlain, w, 14);
    EXPECT_EQ(std::memcmp(&ModelTiles::config, &before, sizeof(before)), 0);
  }
}

}  // namespace
}  // namespace dobby
#endif
