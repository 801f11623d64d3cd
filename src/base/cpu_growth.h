// For tests: whether work grows with its input and not faster.
#pragma once

#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace dobby {

/// Returns the CPU time of this thread in seconds.
inline double ThreadCpuSeconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         1e-9 * static_cast<double>(now.tv_nsec);
}

/// Returns by how much the CPU time of work(n) grows when n doubles, measured
/// between `size` and four times that, each at its fastest of three: 2 for
/// linear work, 4 for quadratic. 0 where even the largest takes less than
/// 10 ms, since caches alone make such times differ; what is quadratic takes
/// longer at a `size` of 64 KB.
template <class Work>
double CpuGrowth(std::size_t size, const Work& work) {
  double small = std::numeric_limits<double>::infinity(), large = small;
  const auto time = [&](std::size_t n, double& least) {
    const double begin = ThreadCpuSeconds();
    work(n);
    least = std::min(least, ThreadCpuSeconds() - begin);
  };
  for (int run = 0; run < 3; ++run) {
    time(size, small);
    time(4 * size, large);
  }
  return large < 0.01 ? 0 : std::sqrt(large / small);
}

/// The most that linear work grows by, with room for a busy machine.
inline constexpr double kMostGrowth = 2.5;

}  // namespace dobby
