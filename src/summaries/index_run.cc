#include "summaries/index_run.h"

#include <chrono>
#include <optional>
#include <thread>
#include <utility>

namespace dobby {
namespace {

// Files that may wait, read and cut, for the coordinator, and their bytes.
constexpr std::size_t kFilesAhead = 32;
constexpr std::size_t kBytesAhead = 8u << 20;

EngineStats StatsOf(const Engine* engine) {
  return engine ? engine->stats() : EngineStats();
}

}  // namespace

IndexRun::IndexRun(const Setup& setup, Summariser::ProgressFn progress)
    : setup_(setup),
      most_asked_(setup.engine ? 2 * setup.engine->options().agents : 1),
      queue_(kFilesAhead, kBytesAhead),
      reader_(setup.repo, setup.options),
      ledger_(setup.index),
      progress_(std::move(progress)),
      requests_(
          setup.engine, setup.writer, ledger_, progress_,
          [this](KeyAnswer answer) { queue_.PushAnswer(std::move(answer)); }),
      roll_ups_(setup.writer, requests_, ledger_, progress_),
      folders_(setup.repo, setup.writer, roll_ups_, ledger_, progress_),
      files_({setup.writer, requests_, roll_ups_, ledger_, progress_},
             folders_) {
  requests_.set_stop(stop_.get_token());
}

Result<RunReport> IndexRun::Run(const std::stop_token& stop) {
  const std::stop_callback forward(stop, [this] { stop_.request_stop(); });
  const EngineStats before = StatsOf(setup_.engine);
  std::thread reader([this] { Read(); });
  Coordinate();
  queue_.Close();
  reader.join();
  RunReport& report = ledger_.report();
  report.interrupted = stop_.stop_requested();
  if (!ledger_.index_error() && !report.interrupted) ledger_.Finish();
  AddStages(before);
  report.wall_s = progress_.ElapsedSeconds();
  if (ledger_.index_error()) return *ledger_.index_error();
  return std::move(report);
}

void IndexRun::Read() {
  const auto push = [this](FileWork work, std::size_t bytes) {
    return queue_.PushFile(std::move(work), bytes);
  };
  if (reader_.ReadAll(push, stop_.get_token())) queue_.EndFiles();
}

/// Takes files while the engine wants more, and answers as they come. Ends
/// when all is done, or soon after a stop, with nothing left at the engine.
void IndexRun::Coordinate() {
  Progress& counts = progress_.counts();
  while (true) {
    while (auto answer = queue_.PopAnswer()) {
      requests_.TakeAnswer(std::move(*answer));
    }
    const bool is_over = IsOver();
    if (is_over) queue_.Close();
    counts.all_known = queue_.FilesEnded();
    if (counts.all_known && requests_.size() == 0) return;
    const bool wants = !is_over && requests_.size() < most_asked_;
    if (wants) {
      if (auto work = queue_.PopFile()) {
        files_.Take(*std::move(work));
        continue;
      }
    }
    queue_.Wait(wants && !counts.all_known, std::chrono::milliseconds(200));
    progress_.Show();
  }
}

/// Whether the run is to end before all is done.
bool IndexRun::IsOver() {
  const std::chrono::duration<double> budget = setup_.options.time_budget;
  const bool is_late =
      budget.count() > 0 && progress_.ElapsedSeconds() > budget.count();
  if (is_late || ledger_.index_error()) stop_.request_stop();
  return stop_.stop_requested();
}

void IndexRun::AddStages(const EngineStats& before) {
  const EngineStats after = StatsOf(setup_.engine);
  auto& stage_s = ledger_.report().stage_s;
  stage_s["read"] = reader_.read_s();
  stage_s["chunk"] = reader_.chunk_s();
  stage_s["prefill"] = after.prefill_s - before.prefill_s;
  stage_s["decode"] = after.decode_s - before.decode_s;
  stage_s["sample"] = after.sampling_s - before.sampling_s;
}

}  // namespace dobby
