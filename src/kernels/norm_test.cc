#include "kernels/norm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace dobby {
namespace {

TEST(AddRmsNormTest, IsThatOfFloat64) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal(0.5f, 3.0f);
  for (const std::size_t width : {1, 15, 16, 64, 576, 2048}) {
    constexpr std::size_t kRows = 19;
    std::vector<float> x(kRows * width), delta(x), weight(width);
    for (auto* floats : {&x, &delta, &weight}) {
      for (float& value : *floats) value = normal(random);
    }
    std::vector<float> sum(x.size()), y(x.size());
    AddRmsNorm({x.data(), delta.data(), weight.data(), 1e-5f, kRows, width,
                sum.data(), y.data()},
               Serially);
    for (std::size_t row = 0; row < kRows; ++row) {
      double squares = 0;
      for (std::size_t i = 0; i < width; ++i) {
        const double value =
            double{x[row * width + i]} + delta[row * width + i];
        squares += value * value;
      }
      const double scale = 1 / std::sqrt(squares / double(width) + 1e-5);
      for (std::size_t i = 0; i < width; ++i) {
        const std::size_t at = row * width + i;
        const double value = double{x[at]} + delta[at];
        EXPECT_NEAR(sum[at], value, 1e-6 * std::abs(value) + 1e-6);
        EXPECT_NEAR(y[at], value * scale * weight[i], 1e-5) << width;
      }
    }
  }
}

}  // namespace
}  // namespace dobby
