// Counts and reports how far a run is.
#pragma once

#include <string>
#include <utility>

#include "base/clock.h"
#include "dobby/summary.h"

namespace dobby {

/// Counts finished work and passes it to the progress callback.
class RunProgress {
 public:
  explicit RunProgress(Summariser::ProgressFn show) : show_(std::move(show)) {}

  Progress& counts() { return progress_; }

  /// Reports the current counts.
  void Show() {
    if (!show_) return;
    progress_.elapsed_s = ElapsedSeconds();
    show_(progress_);
  }

  /// Reports them after the end of the file or folder at `path`.
  void ShowEndOf(const std::string& path) {
    progress_.path = path;
    Show();
  }

  double ElapsedSeconds() const { return SteadySeconds() - start_s_; }

 private:
  Summariser::ProgressFn show_;
  Progress progress_;
  const double start_s_ = SteadySeconds();
};

}  // namespace dobby
