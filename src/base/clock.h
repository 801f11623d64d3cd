// Time that only goes forward, and how much of it something takes.
#pragma once

#include <chrono>

namespace dobby {

/// Returns seconds since some moment that stays the same while a machine runs.
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
