// How far a run is, for whoever watches it.
#pragma once

#include <string>
#include <utility>

#include "base/clock.h"
#include "dobby/summary.h"

namespace dobby {

/// Counts what is done and shows it.
class RunProgress {
 public:
  explicit RunProgress(Summariser::ProgressFn show) : show_(std::move(show)) {}

  Progress& counts() { return progress_; }

  /// Shows the counts as they are now.
  void Show() {
    if (!show_) return;
    progress_.elapsed_s = ElapsedSeconds();
    show_(progress_);
  }

  /// The same after the end of the file or folder at `path`.
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
