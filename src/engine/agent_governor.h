// Adaptive parallelism: chooses how many requests to have in flight.
#pragma once

#include <cstddef>

namespace dobby {

/// Climbs to the number of agents with the best throughput: completed requests
/// per busy second, over windows that hold as many completions as there are
/// agents. It moves only while the limit holds requests back.
class AgentGovernor {
 public:
  /// `cap`: the most agents. Without `adaptive` the limit is always `cap`.
  AgentGovernor(std::size_t cap, bool adaptive);

  std::size_t limit() const { return limit_; }

  /// Reports a step: its time, how many requests it completed, and whether
  /// others were waiting only because of the limit.
  void Observe(double step_s, std::size_t completed, bool limited);

 private:
  void EndWindow();

  std::size_t cap_;
  bool adaptive_;
  std::size_t limit_;
  std::size_t best_limit_ = 0;
  double best_rate_ = 0;             ///< Completions per second at best_limit_.
  std::size_t settled_windows_ = 0;  ///< Since the climb stopped.
  bool climbing_ = true;
  double window_s_ = 0;
  std::size_t window_completed_ = 0;
};

}  // namespace dobby
