// Measures durations with a clock that only goes forward.
#pragma once

#include <chrono>

namespace dobby {

/// Returns the seconds since a moment that is fixed while the machine runs.
inline double SteadySeconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

/// Adds the seconds from construction to destruction to a number.
class ScopedTimer {
 public:
  explicit ScopedTimer(double& total)
      : total_(total), start_s_(SteadySeconds()) {}
  ~ScopedTimer() { total_ += SteadySeconds() - start_s_; }
  ScopedTimer(const ScopedTimer&) = delete;
  ScopedTimer& operator=(const ScopedTimer&) = delete;

 private:
  double& total_;
  const double start_s_;
};

}  // namespace dobby
