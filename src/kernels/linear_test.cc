#include "kernels/linear.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "kernels/random_weights.h"

namespace dobby {
namespace {

std::vector<float> Product(Simd simd, LinearOutput output, const Weights& w,
                           const std::vector<float>& x, const float* bias,
                           int roundings = 1) {
  LinearCall call;
  call.roundings = roundings;
  call.simd = simd;
  call.output = output;
  call.weights = w.matrix;
  call.bias = bias;
  call.x = x.data();
  call.rows = x.size() / w.matrix.columns;
  std::vector<float> y(call.rows * call.width(), NAN);
  call.y = y.data();
  LinearScratch scratch;
  Linear(call, scratch, Serially);
  return y;
}

struct ShapeCase {
  std::string name;
  int bits;
  std::size_t rows, columns, tokens;
};

class LinearShapes : public testing::TestWithParam<ShapeCase> {};

INSTANTIATE_TEST_SUITE_P(
    Shapes, LinearShapes,
    testing::Values(ShapeCase{"one_group", 8, 16, 32, 1},
                    ShapeCase{"ragged_panel", 8, 41, 96, 7},
                    ShapeCase{"odd_panels", 4, 48, 64, 5},
                    ShapeCase{"several_tasks", 8, 64, 64, 200},
                    ShapeCase{"smollm2_down", 8, 96, 1536, 13},
                    ShapeCase{"four_bits", 4, 96, 576, 98}),
    [](const auto& shape) { return shape.param.name; });

TEST_P(LinearShapes, UnpackedRowsAreThoseOfTheSource) {
  const auto& c = GetParam();
  const Weights w = RandomWeights(c.bits, c.rows, c.columns, 1);
  std::vector<float> row(c.columns);
  for (std::size_t n = 0; n < c.rows; ++n) {
    UnpackRow(w.matrix, n, row.data());
    for (std::size_t k = 0; k < c.columns; ++k) {
      ASSERT_EQ(row[k], static_cast<float>(w.Value(n, k))) << n << ' ' << k;
    }
  }
}

TEST_P(LinearShapes, ProductsAreThoseOfDoubles) {
  const auto& c = GetParam();
  const Weights w = RandomWeights(c.bits, c.rows, c.columns, 2);
  const auto x = RandomRows(c.tokens, c.columns);
  std::vector<float> bias(c.rows, 0.25f);
  const auto y =
      Product(Simd::kScalar, LinearOutput::kPlain, w, x, bias.data());
  for (std::size_t t = 0; t < c.tokens; ++t) {
    for (std::size_t n = 0; n < c.rows; ++n) {
      double exact = 0.25, allowed = 1e-4;
      for (std::size_t k = 0; k < c.columns; ++k) {
        const float* group = &x[t * c.columns + k / kGroup * kGroup];
        float most = 0;
        for (std::size_t i = 0; i < kGroup; ++i) {
          most = std::max(most, std::fabs(group[i]));
        }
        exact += w.Value(n, k) * double{x[t * c.columns + k]};
        // Half a step of rounding for each activation.
        allowed += std::fabs(w.Value(n, k)) * most / 127 * 0.501;
      }
      ASSERT_NEAR(y[t * c.rows + n], exact, allowed) << t << ' ' << n;
    }
  }
}

TEST_P(LinearShapes, EveryInstructionSetGivesTheBitsOfScalar) {
  const auto& c = GetParam();
  const Weights w = RandomWeights(c.bits, c.rows, c.columns, 3);
  const auto x = RandomRows(c.tokens, c.columns);
  const auto expected =
      Product(Simd::kScalar, LinearOutput::kPlain, w, x, nullptr);
  for (const Simd simd : SupportedSimd()) {
    EXPECT_EQ(Product(simd, LinearOutput::kPlain, w, x, nullptr), expected)
        << NameOf(simd);
  }
}

TEST_P(LinearShapes, ARowDoesNotDependOnTheOthers) {
  const auto& c = GetParam();
  const Weights w = RandomWeights(c.bits, c.rows, c.columns, 4);
  const auto x = RandomRows(c.tokens, c.columns);
  for (const Simd simd : SupportedSimd()) {
    const auto all = Product(simd, LinearOutput::kPlain, w, x, nullptr);
    for (std::size_t t = 0; t < c.tokens; t += 3) {
      const std::vector<float> one(x.data() + t * c.columns,
                                   x.data() + (t + 1) * c.columns);
      const auto alone = Product(simd, LinearOutput::kPlain, w, one, nullptr);
      EXPECT_TRUE(
          std::equal(alone.begin(), alone.end(), all.data() + t * c.rows))
          << NameOf(simd) << " row " << t;
    }
  }
}

TEST(Linear, TheLargestCodesOverflowNothing) {
  for (const int bits : {4, 8}) {
    Weights w = RandomWeights(bits, 32, 64, 8);
    std::fill(w.codes.begin(), w.codes.end(), std::uint8_t{255});
    for (const float sign : {1.0f, -1.0f}) {
      const std::vector<float> x(64, sign);
      const auto y =
          Product(Simd::kScalar, LinearOutput::kPlain, w, x, nullptr);
      const float code = bits == 4 ? 7 : 127;
      const float exact = 64 * sign * code *
                          (static_cast<float>(w.scales[0]) +
                           static_cast<float>(w.scales[kPanel])) /
                          2;
      EXPECT_NEAR(y[0], exact, std::fabs(exact) * 1e-5f);
      for (const Simd simd : SupportedSimd()) {
        EXPECT_EQ(Product(simd, LinearOutput::kPlain, w, x, nullptr), y)
            << NameOf(simd) << ' ' << bits << " bits";
      }
    }
  }
}

TEST(Linear, TwoRoundingsAreNearlyExact) {
  for (const int bits : {4, 8}) {
    const Weights w = RandomWeights(bits, 41, 96, 9);
    const auto x = RandomRows(7, 96);
    const std::vector<float> bias(41, 0.25f);
    const auto once =
        Product(Simd::kScalar, LinearOutput::kPlain, w, x, bias.data());
    const auto twice =
        Product(Simd::kScalar, LinearOutput::kPlain, w, x, bias.data(), 2);
    double once_error = 0, twice_error = 0;
    for (std::size_t t = 0; t < 7; ++t) {
      for (std::size_t n = 0; n < 41; ++n) {
        double exact = 0.25;
        for (std::size_t k = 0; k < 96; ++k) {
          exact += w.Value(n, k) * double{x[t * 96 + k]};
        }
        once_error += std::fabs(once[t * 41 + n] - exact);
        twice_error += std::fabs(twice[t * 41 + n] - exact);
      }
    }
    EXPECT_LT(twice_error, once_error / 100);
    for (const Simd simd : SupportedSimd()) {
      EXPECT_EQ(Product(simd, LinearOutput::kPlain, w, x, bias.data(), 2),
                twice)
          << NameOf(simd);
    }
  }
}

TEST(Linear, SwiGluIsSiluOfTheGateTimesUp) {
  const Weights w = RandomWeights(8, 64, 96, 5);
  const auto x = RandomRows(9, 96);
  const auto plain =
      Product(Simd::kScalar, LinearOutput::kPlain, w, x, nullptr);
  for (const Simd simd : SupportedSimd()) {
    const auto y = Product(simd, LinearOutput::kSwiGlu, w, x, nullptr);
    for (std::size_t t = 0; t < 9; ++t) {
      for (std::size_t n = 0; n < 32; ++n) {
        const std::size_t at = t * 64 + n / kPanel * 32 + n % kPanel;
        const double gate = plain[at], up = plain[at + kPanel];
        const double exact = gate / (1 + std::exp(-gate)) * up;
        EXPECT_NEAR(y[t * 32 + n], exact, 1e-6 + std::fabs(exact) * 2e-6)
            << NameOf(simd);
      }
    }
    EXPECT_EQ(y, Product(Simd::kScalar, LinearOutput::kSwiGlu, w, x, nullptr))
        << NameOf(simd);
  }
}

TEST(Linear, NoRowsAreNoWork) {
  const Weights w = RandomWeights(8, 16, 32, 6);
  EXPECT_TRUE(
      Product(Simd::kScalar, LinearOutput::kPlain, w, {}, nullptr).empty());
}

}  // namespace
}  // namespace dobby
