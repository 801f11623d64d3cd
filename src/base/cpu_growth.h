// For tests: whether work grows with its input and not faster.
#pragma once

#include <time.h>

#include <algorithm>
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

/// Returns how many times as much CPU time work(2 * size) takes as work(size),
/// each at its fastest of five. Near 2 for linear work, near 4 for quadratic;
/// `size` must be so large that it takes some milliseconds. 0 where even the
/// large one takes less than 2 ms: that is no growth to speak of.
template <class Work>
double CpuGrowth(std::size_t size, const Work& work) {
  double small = std::numeric_limits<double>::infinity(), large = small;
  const auto time = [&](std::size_t n, double& least) {
    const double begin = ThreadCpuSeconds();
    work(n);
    least = std::min(least, ThreadCpuSeconds() - begin);
  };
  for (int run = 0; run < 5; ++run) {
    time(size, small);
    time(2 * size, large);
  }
  return large < 0.002 ? 0 : large / small;
}

/// The most that linear work grows by, with room for a busy machine.
inline constexpr double kMostGrowth = 2.5;

}  // namespace dobby
