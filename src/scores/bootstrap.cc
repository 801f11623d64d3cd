// How sure a mean is.
#include <algorithm>
#include <numeric>
#include <random>

#include "dobby/scores.h"

namespace dobby {
namespace {

constexpr std::size_t kResamplings = 2000;
constexpr std::uint32_t kSeed = 17;

}  // namespace

MeanInterval BootstrapMean(std::span<const double> values) {
  if (values.empty()) return {};
  const auto count = static_cast<double>(values.size());
  // mt19937 gives the same numbers everywhere; the distributions of the
  // standard library don't. The bias of the remainder is below 1e-6.
  std::mt19937 random(kSeed);
  std::vector<double> means(kResamplings);
  for (double& mean : means) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      sum += values[random() % values.size()];
    }
    mean = sum / count;
  }
  std::sort(means.begin(), means.end());
  constexpr std::size_t kTail = kResamplings / 40;  // 2.5 %.
  return {std::accumulate(values.begin(), values.end(), 0.0) / count,
          means[kTail], means[kResamplings - 1 - kTail]};
}

}  // namespace dobby
