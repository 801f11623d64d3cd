// Shows on stderr how far a run is.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "cli/io.h"
#include "cli/settings.h"
#include "dobby/summary.h"

namespace dobby::cli {

enum class ProgressStyle { kNone, kBar, kLines, kJsonl };

/// Returns the style of --progress and -q on this terminal.
ProgressStyle ProgressStyleOf(const Settings& settings, const Io& io);

/// Returns the bar of `progress`, `elapsed_s` seconds after the start, in at
/// most `columns` columns, without a newline.
std::string BarOf(const Progress& progress, double elapsed_s, int columns);

/// Returns the same as one line of words.
std::string LineOf(const Progress& progress, double elapsed_s);

/// Returns one JSON object: {type, chunks_done, chunks_known, ...}.
std::string JsonOf(const Progress& progress, double elapsed_s);

/// Returns "1 h 05 min", "3 min", "42 s".
std::string DurationText(double seconds);

/// Shows progress from a thread of its own, so that it continues while the
/// model is busy: a bar at most ten times a second, or a line every ten
/// seconds. Clears its line on the terminal when it ends.
class ProgressDisplay {
 public:
  ProgressDisplay(Io& io, ProgressStyle style);
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  /// Shows what happens before the run begins: "loading the model".
  void Note(std::string_view text);

  /// Takes the newest state. Cheap; thread-safe.
  void Update(const Progress& progress);

  /// Shows the last state once more and stops.
  void End();

 private:
  using Clock = std::chrono::steady_clock;

  void Loop();
  void Show();
  double ElapsedSeconds() const;

  Io& io_;
  const ProgressStyle style_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  bool fresh_ = false;  ///< Changed since it was last shown.
  std::string note_;
  Progress progress_;
  Clock::time_point start_ = Clock::now();
  std::thread thread_;
};

}  // namespace dobby::cli
