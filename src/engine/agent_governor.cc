#include "engine/agent_governor.h"

#include <algorithm>

namespace dobby {
namespace {

// Enough for a batched decode from the start; short runs never adapt.
constexpr std::size_t kFirstLimit = 4;
// A rise must pay: below this, the gain is within the noise of one window
// and does not buy the memory of another request.
constexpr double kWorthwhileGain = 1.02;
// The machine may have changed since: look upwards again after so many
// windows at rest.
constexpr std::size_t kRestWindows = 16;

}  // namespace

AgentGovernor::AgentGovernor(std::size_t cap, bool adaptive)
    : cap_(std::max<std::size_t>(cap, 1)),
      adaptive_(adaptive),
      limit_(adaptive ? std::min(cap_, kFirstLimit) : cap_) {}

void AgentGovernor::Observe(double step_s, std::size_t completed,
                            bool limited) {
  if (!adaptive_) return;
  if (!limited) {  // The window would measure the supply, not the limit.
    window_s_ = 0;
    window_completed_ = 0;
    return;
  }
  window_s_ += step_s;
  window_completed_ += completed;
  if (window_completed_ >= std::max<std::size_t>(limit_, 4)) EndWindow();
}

void AgentGovernor::EndWindow() {
  const double rate = static_cast<double>(window_completed_) / window_s_;
  window_s_ = 0;
  window_completed_ = 0;
  if (!climbing_) {
    if (++settled_windows_ < kRestWindows) return;
    settled_windows_ = 0;
    climbing_ = true;
    best_rate_ = rate;
    limit_ = std::min(limit_ + 1, cap_);
    return;
  }
  if (best_rate_ == 0 || rate > best_rate_ * kWorthwhileGain) {
    best_rate_ = rate;
    best_limit_ = limit_;
    limit_ = std::min(limit_ + 2, cap_);
    climbing_ = limit_ != best_limit_;
  } else {
    limit_ = best_limit_;
    climbing_ = false;
  }
}

}  // namespace dobby
