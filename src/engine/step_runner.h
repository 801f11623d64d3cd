// One step of the model, from the plan to the chosen tokens.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "dobby/engine.h"
#include "engine/model_executor.h"
#include "engine/prefix_cache.h"
#include "engine/sampler.h"
#include "engine/scheduler.h"
#include "engine/sequence.h"

namespace dobby {

/// Returns the seconds since some fixed moment. Tests replace it.
using ClockFn = std::function<double()>;

/// What a step did, for statistics and traces.
struct StepReport {
  bool computed = false;  ///< False: it failed, and nothing else is set.
  bool prefills = false;  ///< A segment of it was prompt.
  double start_s = 0, computed_s = 0, sampling_s = 0;
  std::size_t tokens = 0, segments = 0;
  std::size_t drafted = 0, right_drafts = 0;
};

/// Runs the sequences in flight. The engine thread's own.
class StepRunner {
 public:
  struct Hooks {
    ClockFn clock;
    ClockFn cpu_clock;  ///< CPU time of the process, all threads.
    /// Ends a sequence: its last token was chosen (an empty Result<void>), or
    /// it failed.
    std::function<void(Sequence&, Result<void>)> finish;
    /// Called when the shared prefix of a sequence is in its cache.
    std::function<void(const Sequence&)> prefix_done;
    std::function<void(const StepReport&)> report;
  };

  /// `executor` must outlive the runner. `options` are resolved.
  StepRunner(ModelExecutor& executor, const EngineOptions& options,
             std::size_t decoding_tokens, Hooks hooks);

  /// Plans a step over `active` and runs it. If it fails, its segments run one
  /// by one, so that only the sequence at fault ends.
  void Run(std::span<const std::unique_ptr<Sequence>> active);

 private:
  using Active = std::span<const std::unique_ptr<Sequence>>;

  void Compute(Active active, std::span<const PlannedSegment> plan);
  void Pack(Active active, std::span<const PlannedSegment> plan);
  void Fail(Active active, std::span<const PlannedSegment> plan,
            const Error& error);
  void TakeResults(Active active, std::span<const PlannedSegment> plan,
                   std::span<const float> logits, StepReport& report);
  double ChargeOf(double wall_s, double cpu_s) const;
  void Draft(Sequence& sequence) const;
  void TakeRows(Sequence& sequence, std::span<const float> rows,
                StepReport& report);
  void TakeLogits(Sequence& sequence, std::span<const float> logits);

  ModelExecutor& executor_;
  Scheduler scheduler_;
  int threads_;
  bool drafts_;
  Hooks hooks_;
  Sampler sampler_;
  RaggedStep step_;
  double charge_s_ = 0;  ///< Of the step, against time limits.
};

}  // namespace dobby
