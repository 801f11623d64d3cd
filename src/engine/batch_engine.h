// The engine: one thread that owns the executor, and the requests in flight.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "dobby/engine.h"
#include "engine/agent_governor.h"
#include "engine/line_decoder.h"
#include "engine/model_executor.h"
#include "engine/sampler.h"
#include "engine/scheduler.h"

namespace dobby {

/// Seconds since a fixed moment. Tests pass their own.
using ClockFn = std::function<double()>;

/// The parts of an engine.
struct EngineParts {
  ModelFolder model;
  std::shared_ptr<const Tokenizer> tokenizer;
  std::unique_ptr<ModelExecutor> executor;
  ClockFn clock;
  ClockFn cpu_clock;  ///< CPU time of the process, all threads.
};

class BatchEngine : public Engine {
 public:
  /// `options` are resolved: no zeros that mean "choose".
  BatchEngine(EngineParts parts, const EngineOptions& options);
  ~BatchEngine() override;

  void Submit(Request request, Callback done) override;
  Result<Completion> Complete(Request request) override;
  EngineStats stats() const override;
  void set_trace(std::function<void(const TraceEvent&)> sink) override;
  const Tokenizer& tokenizer() const override { return *parts_.tokenizer; }
  const ModelFolder& model() const override { return parts_.model; }
  const EngineOptions& options() const override { return options_; }

 private:
  struct Sequence;

  void RunLoop();
  bool TakeSubmissions();
  void EndExpired();
  void Admit();
  Result<void> CanEverFit(const Sequence& sequence) const;
  void StartSequence(std::unique_ptr<Sequence> sequence);
  void RunStep();
  void Compute(std::span<const PlannedSegment> plan);
  double ChargeOf(double wall_s, double cpu_s) const;
  void Draft(Sequence& sequence) const;
  void TakeRows(Sequence& sequence, std::span<const float> rows);
  void TakeLogits(Sequence& sequence, std::span<const float> logits);
  void KeepPrefix(Sequence& sequence);
  void Finish(Sequence& sequence, Result<Completion> result);
  Completion CompletionOf(const Sequence& sequence) const;
  void RemoveFinished();
  std::uint64_t KvBytes(std::size_t tokens) const;
  void Trace(const char* name, double start_s, std::size_t tokens,
             std::size_t requests) const;

  EngineParts parts_;
  EngineOptions options_;
  TokenShapes shapes_;
  TokenId newline_ = -1;
  Scheduler scheduler_;
  AgentGovernor governor_;
  Sampler sampler_;
  std::function<void(const TraceEvent&)> trace_;
  double start_s_ = 0;

  // The engine thread's own.
  std::deque<std::unique_ptr<Sequence>> waiting_;
  std::vector<std::unique_ptr<Sequence>> active_;
  struct Prefix {
    std::vector<TokenId> tokens;
    SequenceId kv = -1;
    std::uint64_t last_use = 0;
  };
  std::vector<Prefix> prefixes_;
  std::uint64_t uses_ = 0;
  std::uint64_t kv_bytes_ = 0;  ///< Reserved for active sequences.
  RaggedStep step_;

  mutable std::mutex mutex_;  ///< Guards what follows.
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Sequence>> inbox_;
  bool stopping_ = false;
  EngineStats stats_;

  std::thread thread_;
};

}  // namespace dobby
