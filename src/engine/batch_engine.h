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
#include "engine/prefix_cache.h"
#include "engine/sequence.h"
#include "engine/step_runner.h"

namespace dobby {

/// The parts of an engine.
struct EngineParts {
  ModelFolder model;
  std::shared_ptr<const Tokenizer> tokenizer;
  std::unique_ptr<ModelExecutor> executor;
  ClockFn clock;
  ClockFn cpu_clock;  ///< CPU time of the process, all threads.
};

/// Queues requests, starts them while agents and memory allow, and ends them.
/// What a step computes is StepRunner's.
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
  StepRunner::Hooks RunnerHooks();
  void RunLoop();
  bool TakeSubmissions();
  void EndExpired();
  void Admit();
  Result<void> CanEverFit(const Sequence& sequence) const;
  bool MakeRoom(std::uint64_t bytes);
  void StartSequence(std::unique_ptr<Sequence> sequence);
  void RunStep();
  void KeepPrefix(const Sequence& sequence);
  void Finish(Sequence& sequence, Result<Completion> result);
  Completion CompletionOf(const Sequence& sequence) const;
  void RemoveFinished();
  std::uint64_t KvBytes(std::size_t tokens) const;
  std::uint64_t KvBytesInUse() const;
  void NoteKvPeak();
  void Report(const StepReport& report);

  EngineParts parts_;
  EngineOptions options_;
  TokenShapes shapes_;
  TokenId newline_ = -1;
  AgentGovernor governor_;
  std::function<void(const TraceEvent&)> trace_;
  double start_s_ = 0;

  // The engine thread's own.
  std::deque<std::unique_ptr<Sequence>> waiting_;
  std::vector<std::unique_ptr<Sequence>> active_;
  PrefixCache prefixes_;
  StepRunner runner_;
  std::uint64_t reserved_bytes_ = 0;  ///< KV that active sequences may fill.

  mutable std::mutex mutex_;  ///< Guards what follows.
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Sequence>> inbox_;
  bool stopping_ = false;
  EngineStats stats_;

  std::thread thread_;
};

}  // namespace dobby
