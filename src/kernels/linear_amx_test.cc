// The AMX kernel, on CPUs with AVX-512 but no AMX by emulation.
#ifdef __x86_64__
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "kernels/amx_emulator.h"
#include "kernels/linear_tile.h"
#include "kernels/random_weights.h"
#include "kernels/self_check.h"

namespace dobby {
namespace {

class AmxLinearTest : public testing::Test {
 protected:
  void SetUp() override {
    // This also asks for the tiles where the CPU has them.
    const std::vector<Simd> supported = SupportedSimd();
    if (supported.back() < Simd::kAvx512Vnni) {
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

  AmxEmulator emulator_;

  static void ExpectTheBitsOfScalar(LinearOutput output, const Weights& w,
                                    std::size_t tokens) {
    const auto x = RandomRows(tokens, w.matrix.columns);
    EXPECT_EQ(Product(AmxInt8Linear(), output, w, x),
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
      EXPECT_EQ(Product(AmxInt8Linear(), LinearOutput::kPlain, w, x),
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
    AmxTiles::LoadConfig(before);
    ExpectTheBitsOfScalar(LinearOutput::kPlain, w, 14);
    TileConfig after;
    AmxTiles::StoreConfig(after);
    AmxTiles::LoadConfig({});
    EXPECT_EQ(std::memcmp(&after, &before, sizeof(before)), 0);
  }
}

TEST_F(AmxLinearTest, PassesTheSelfCheck) {
  EXPECT_EQ(FailedKernel(Simd::kAmxInt8), "");
}

}  // namespace
}  // namespace dobby
#endif
