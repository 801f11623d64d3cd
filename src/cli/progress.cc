#include "cli/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/utf8.h"
#include "dobby/output.h"

namespace dobby::cli {
namespace {

constexpr int kBarCells = 24;
constexpr auto kBarInterval = std::chrono::milliseconds(100);
constexpr auto kIdleInterval = std::chrono::seconds(1);
constexpr auto kLineInterval = std::chrono::seconds(10);

/// Chunks and roll-ups alike: each is one request to the model.
std::size_t Done(const Progress& p) { return p.chunks_done + p.rollups_done; }
std::size_t Known(const Progress& p) {
  return p.chunks_known + p.rollups_known;
}

/// Returns the chunks a minute that the model made; reused ones cost nothing.
double ChunksPerMinute(const Progress& p, double elapsed_s) {
  if (elapsed_s <= 0 || p.chunks_done <= p.chunks_reused) return 0;
  return static_cast<double>(p.chunks_done - p.chunks_reused) * 60 / elapsed_s;
}

/// Returns the seconds left, or a negative number while nobody can know.
double SecondsLeft(const Progress& p, double elapsed_s) {
  const std::size_t made = Done(p) - std::min(Done(p), p.chunks_reused);
  if (!p.all_known || made < 3 || elapsed_s < 1) return -1;
  const std::size_t left = Known(p) - std::min(Known(p), Done(p));
  return elapsed_s * static_cast<double>(left) / static_cast<double>(made);
}

std::string Counts(const Progress& p, double elapsed_s) {
  std::string text = std::to_string(p.chunks_done) + "/" +
                     std::to_string(p.chunks_known) +
                     (p.all_known ? " chunks" : "+ chunks");
  char rate[32];
  const double per_minute = ChunksPerMinute(p, elapsed_s);
  std::snprintf(rate, sizeof rate, ", %.1f/min", per_minute);
  if (per_minute > 0) text += rate;
  const double left = SecondsLeft(p, elapsed_s);
  if (left >= 0 && Done(p) < Known(p))
    text += ", " + DurationText(left) + " left";
  return text;
}

/// Cuts to `columns` characters; wide ones are not counted twice, so a line
/// of those may wrap.
std::string CutTo(std::string text, int columns) {
  std::size_t end = 0;
  for (int i = 0; i < columns && end < text.size(); ++i) {
    end += std::max<std::size_t>(
        Utf8SequenceLength(std::string_view(text).substr(end)), 1);
  }
  text.resize(std::min(end, text.size()));
  return text;
}

}  // namespace

std::string DurationText(double seconds) {
  const auto s = static_cast<long long>(std::ceil(std::max(seconds, 0.0)));
  char text[48];
  if (s < 90) {
    std::snprintf(text, sizeof text, "%lld s", s);
  } else if (s < 5400) {
    std::snprintf(text, sizeof text, "%lld min", (s + 30) / 60);
  } else {
    std::snprintf(text, sizeof text, "%lld h %02lld min", s / 3600,
                  s % 3600 / 60);
  }
  return text;
}

std::string BarOf(const Progress& progress, double elapsed_s, int columns) {
  const double part = Known(progress) == 0
                          ? 0
                          : static_cast<double>(Done(progress)) /
                                static_cast<double>(Known(progress));
  const int full = static_cast<int>(std::min(part, 1.0) * kBarCells);
  std::string line =
      "[" + std::string(static_cast<std::size_t>(full), '#') +
      std::string(static_cast<std::size_t>(kBarCells - full), '-') + "] " +
      Counts(progress, elapsed_s);
  if (!progress.path.empty()) line += "  " + ForTerminal(progress.path);
  // The last column stays free: some terminals wrap when it is written.
  return CutTo(std::move(line), columns - 1);
}

std::string LineOf(const Progress& progress, double elapsed_s) {
  std::string line = "dobby: " + Counts(progress, elapsed_s);
  if (progress.rollups_known > 0) {
    line += ", " + std::to_string(progress.rollups_done) + "/" +
            std::to_string(progress.rollups_known) + " roll-ups";
  }
  return line + ", after " + DurationText(elapsed_s);
}

std::string JsonOf(const Progress& progress, double elapsed_s) {
  const double left = SecondsLeft(progress, elapsed_s);
  nlohmann::ordered_json object = {
      {"type", "progress"},
      {"chunks_done", progress.chunks_done},
      {"chunks_known", progress.chunks_known},
      {"all_known", progress.all_known},
      {"chunks_reused", progress.chunks_reused},
      {"rollups_done", progress.rollups_done},
      {"rollups_known", progress.rollups_known},
      {"in_flight", progress.in_flight},
      {"path", ReplaceInvalidUtf8(progress.path)},
      {"elapsed_s", elapsed_s},
      {"chunks_per_minute", ChunksPerMinute(progress, elapsed_s)}};
  if (left >= 0) object["left_s"] = left;
  return EscapeInvisible(object.dump());
}

ProgressStyle ProgressStyleOf(const Settings& settings, const Io& io) {
  const std::string how = settings.Text(FlagId::kProgress);
  if (io.quiet || how == "none") return ProgressStyle::kNone;
  if (how == "jsonl") return ProgressStyle::kJsonl;
  if (how == "bar") return ProgressStyle::kBar;
  if (how == "lines") return ProgressStyle::kLines;
  return io.err_is_terminal ? ProgressStyle::kBar : ProgressStyle::kLines;
}

ProgressDisplay::ProgressDisplay(Io& io, ProgressStyle style)
    : io_(io), style_(style) {
  if (style_ != ProgressStyle::kNone) thread_ = std::thread([this] { Loop(); });
}

ProgressDisplay::~ProgressDisplay() { End(); }

void ProgressDisplay::Note(std::string_view text) {
  const std::lock_guard lock(mutex_);
  note_ = text;
  if (style_ == ProgressStyle::kBar) {
    fresh_ = true;
    changed_.notify_one();
  } else if (style_ == ProgressStyle::kLines) {
    io_.err << "dobby: " << ForTerminal(note_) << std::endl;
  }
}

void ProgressDisplay::Update(const Progress& progress) {
  const std::lock_guard lock(mutex_);
  if (!note_.empty()) start_ = Clock::now();  // The run begins here.
  note_.clear();
  progress_ = progress;
  fresh_ = true;
  if (style_ == ProgressStyle::kBar) changed_.notify_one();
}

void ProgressDisplay::End() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_one();
  }
  if (!thread_.joinable()) return;
  thread_.join();
  if (style_ == ProgressStyle::kBar) io_.err << "\r\x1b[K" << std::flush;
  if (style_ == ProgressStyle::kJsonl) Show();
}

double ProgressDisplay::ElapsedSeconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void ProgressDisplay::Show() {
  const double elapsed_s = ElapsedSeconds();
  fresh_ = false;
  if (style_ == ProgressStyle::kBar) {
    const std::string line =
        note_.empty() ? BarOf(progress_, elapsed_s, ColumnsOf(io_))
                      : CutTo(ForTerminal(note_), ColumnsOf(io_) - 1);
    io_.err << "\r" + line + "\x1b[K" << std::flush;
  } else if (note_.empty()) {
    io_.err << (style_ == ProgressStyle::kJsonl ? JsonOf(progress_, elapsed_s)
                                                : LineOf(progress_, elapsed_s))
            << std::endl;
  }
}

void ProgressDisplay::Loop() {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    const bool bar = style_ == ProgressStyle::kBar;
    if (bar) {
      // At most ten a second when things change, one a second when not.
      changed_.wait_for(lock, kIdleInterval, [&] { return ended_ || fresh_; });
      if (!ended_) Show();
    }
    const auto pause = bar                               ? kBarInterval
                       : style_ == ProgressStyle::kJsonl ? kIdleInterval
                                                         : kLineInterval;
    changed_.wait_for(lock, pause, [&] { return ended_; });
    if (!bar && !ended_) Show();
  }
}

}  // namespace dobby::cli
