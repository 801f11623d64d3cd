#include "engine/batch_engine.h"

#include <algorithm>
#include <future>
#include <utility>

namespace dobby {
namespace {

// The time limit is meant for prompts of about so many tokens.
constexpr double kTimeoutTokens = 1000;

}  // namespace

BatchEngine::BatchEngine(EngineParts parts, const EngineOptions& options)
    : parts_(std::move(parts)),
      options_(options),
      shapes_(*parts_.tokenizer),
      governor_(options.agents, options.adaptive),
      start_s_(parts_.clock()),
      prefixes_(*parts_.executor),
      runner_(*parts_.executor, options,
              DecodingTokensOf(parts_.model.shape, options.memory_budget_bytes,
                               parts_.executor->limits()),
              RunnerHooks()) {
  if (auto ids = parts_.tokenizer->Encode("\n"); ids && !ids->empty()) {
    newline_ = ids->back();
  }
  stats_.agents_now = governor_.limit();
  thread_ = std::thread([this] { RunLoop(); });
}

StepRunner::Hooks BatchEngine::RunnerHooks() {
  return {
      .clock = parts_.clock,
      .cpu_clock = parts_.cpu_clock,
      .finish =
          [this](Sequence& sequence, Result<void> done) {
            if (!done) return Finish(sequence, done.error());
            Finish(sequence, CompletionOf(sequence));
          },
      .prefix_done = [this](const Sequence& sequence) { KeepPrefix(sequence); },
      .report = [this](const StepReport& report) { Report(report); }};
}

BatchEngine::~BatchEngine() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  parts_.executor->Interrupt();
  wake_.notify_one();
  thread_.join();
}

void BatchEngine::Submit(Request request, Callback done) {
  // The last token of a prompt is computed for its logits, never copied.
  request.shared_prefix_tokens =
      std::min(request.shared_prefix_tokens,
               std::max<std::size_t>(request.prompt.size(), 1) - 1);
  LineDecoder decoder(request.decoding, parts_.model.eos, newline_, shapes_);
  auto sequence = std::unique_ptr<Sequence>(
      new Sequence{std::move(request), std::move(done), std::move(decoder)});
  sequence->tokens = sequence->request.prompt;
  sequence->submitted_s = parts_.clock();
  const double scale =
      static_cast<double>(sequence->most_tokens()) / kTimeoutTokens;
  sequence->limit_s = static_cast<double>(sequence->request.timeout.count()) /
                      1000 * std::max(scale, 1.0);
  {
    const std::lock_guard lock(mutex_);
    inbox_.push_back(std::move(sequence));
  }
  wake_.notify_one();
}

Result<Completion> BatchEngine::Complete(Request request) {
  std::promise<Result<Completion>> promise;
  auto future = promise.get_future();
  Submit(std::move(request), [&](Result<Completion> result) {
    promise.set_value(std::move(result));
  });
  return future.get();
}

EngineStats BatchEngine::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

void BatchEngine::set_trace(std::function<void(const TraceEvent&)> sink) {
  trace_ = std::move(sink);
}

void BatchEngine::RunLoop() {
  while (TakeSubmissions()) {
    EndExpired();
    Admit();
    if (!active_.empty()) RunStep();
    RemoveFinished();
  }
  const Error cancelled{ErrorCode::kCancelled, "the engine was stopped", ""};
  for (auto& sequence : active_) Finish(*sequence, cancelled);
  for (auto& sequence : waiting_) Finish(*sequence, cancelled);
  active_.clear();
}

/// Moves new requests to the queue; sleeps while there is nothing to do.
/// Returns false when the engine is to stop.
bool BatchEngine::TakeSubmissions() {
  const double before = parts_.clock();
  std::unique_lock lock(mutex_);
  const bool idle = active_.empty() && waiting_.empty();
  if (idle) {
    wake_.wait(lock, [this] { return stopping_ || !inbox_.empty(); });
    stats_.idle_s += parts_.clock() - before;
  }
  for (auto& sequence : inbox_) waiting_.push_back(std::move(sequence));
  inbox_.clear();
  return !stopping_;
}

void BatchEngine::EndExpired() {
  const auto check = [this](Sequence& sequence) {
    if (sequence.request.stop.stop_requested()) {
      Finish(sequence, Error{ErrorCode::kCancelled, "cancelled", ""});
    } else if (sequence.limit_s > 0 && sequence.charged_s > sequence.limit_s) {
      Finish(sequence,
             Error{ErrorCode::kTimeout,
                   "used over " + std::to_string(int(sequence.limit_s)) +
                       " s of the engine for " +
                       std::to_string(sequence.prompt_tokens()) +
                       " prompt tokens; raise --timeout",
                   ""});
    }
  };
  for (auto& sequence : active_) check(*sequence);
  for (auto& sequence : waiting_) check(*sequence);
  RemoveFinished();
}

/// Starts waiting requests, in their order, while agents and memory allow.
void BatchEngine::Admit() {
  while (!waiting_.empty() && active_.size() < governor_.limit()) {
    Sequence& next = *waiting_.front();
    if (auto fits = CanEverFit(next); !fits) {
      Finish(next, fits.error());
      waiting_.pop_front();
      continue;
    }
    if (!MakeRoom(KvBytes(next.most_tokens()))) return;
    auto sequence = std::move(waiting_.front());
    waiting_.pop_front();
    StartSequence(std::move(sequence));
  }
}

/// Returns whether the budget has `bytes` left. What is in flight will end and
/// give back more, so prefixes are given up only where nothing is.
bool BatchEngine::MakeRoom(std::uint64_t bytes) {
  while (KvBytesInUse() + bytes > options_.memory_budget_bytes) {
    if (!active_.empty() || !prefixes_.DropOldest()) return false;
  }
  return true;
}

Result<void> BatchEngine::CanEverFit(const Sequence& sequence) const {
  const auto fits = CheckTokens(sequence.request.prompt,
                                sequence.request.decoding.MostTokens(),
                                parts_.executor->limits());
  if (!fits) return fits.error();
  const std::uint64_t bytes = KvBytes(sequence.most_tokens());
  if (bytes <= options_.memory_budget_bytes) return {};
  return Error{ErrorCode::kTooLarge,
               "the request needs " + std::to_string(bytes >> 20) +
                   " MiB of KV cache, the budget is " +
                   std::to_string(options_.memory_budget_bytes >> 20) +
                   " MiB; raise --memory-budget",
               ""};
}

void BatchEngine::StartSequence(std::unique_ptr<Sequence> sequence) {
  auto kv = parts_.executor->Open();
  if (!kv) return Finish(*sequence, kv.error());
  sequence->kv = *kv;
  sequence->started_s = parts_.clock();
  if (prefixes_.CopyTo(*kv, sequence->shared_prefix())) {
    sequence->computed = sequence->prefix_hit =
        sequence->shared_prefix().size();
  }
  reserved_bytes_ += KvBytes(sequence->most_tokens());
  active_.push_back(std::move(sequence));
  NoteKvPeak();
}

void BatchEngine::RunStep() {
  const double start = parts_.clock();
  const bool limited = !waiting_.empty() && active_.size() == governor_.limit();
  runner_.Run(active_);
  const auto completed = static_cast<std::size_t>(
      std::count_if(active_.begin(), active_.end(),
                    [](const auto& s) { return s->finished; }));
  governor_.Observe(parts_.clock() - start, completed, limited);
  const std::lock_guard lock(mutex_);
  stats_.agents_now = governor_.limit();
}

/// Keeps a copy of a shared prefix that was just computed, if the budget has
/// room for it besides what is in flight.
void BatchEngine::KeepPrefix(const Sequence& sequence) {
  const auto prefix = sequence.shared_prefix();
  if (!prefixes_.Lacks(prefix)) return;
  const std::uint64_t bytes = KvBytes(prefix.size());
  while (KvBytesInUse() + bytes > options_.memory_budget_bytes) {
    if (!prefixes_.DropOldest()) return;
  }
  prefixes_.Keep(sequence.kv, prefix);
  NoteKvPeak();
}

Completion BatchEngine::CompletionOf(const Sequence& sequence) const {
  Completion completion;
  completion.tokens = sequence.decoder.tokens();
  completion.finish = sequence.decoder.finish();
  completion.line_cut = sequence.decoder.line_cut();
  completion.most_forced = sequence.most_forced;
  completion.prompt_tokens = sequence.prompt_tokens();
  completion.prefix_hit_tokens = sequence.prefix_hit;
  completion.queued_ms = 1e3 * (sequence.started_s - sequence.submitted_s);
  completion.first_token_ms =
      1e3 * (sequence.first_token_s - sequence.submitted_s);
  completion.total_ms = 1e3 * (parts_.clock() - sequence.submitted_s);
  if (auto text = parts_.tokenizer->Decode(completion.tokens)) {
    completion.text = std::move(*text);
  }
  return completion;
}

void BatchEngine::Finish(Sequence& sequence, Result<Completion> result) {
  if (sequence.finished) return;
  sequence.finished = true;
  if (sequence.kv >= 0) {
    parts_.executor->Close(sequence.kv);
    reserved_bytes_ -= KvBytes(sequence.most_tokens());
  }
  {
    const std::lock_guard lock(mutex_);
    if (result) {
      ++stats_.completed;
      stats_.prompt_tokens += result->prompt_tokens;
      stats_.generated_tokens += result->tokens.size();
    } else {
      ++stats_.failed;
    }
  }
  sequence.done(std::move(result));
}

void BatchEngine::RemoveFinished() {
  const auto finished = [](const auto& s) { return s->finished; };
  std::erase_if(active_, finished);
  std::erase_if(waiting_, finished);
}

std::uint64_t BatchEngine::KvBytes(std::size_t tokens) const {
  return tokens * parts_.executor->limits().kv_bytes_per_token;
}

/// Of sequences in flight, as long as they may become, and of kept prefixes.
std::uint64_t BatchEngine::KvBytesInUse() const {
  return reserved_bytes_ + KvBytes(prefixes_.tokens());
}

void BatchEngine::NoteKvPeak() {
  const std::lock_guard lock(mutex_);
  stats_.agents_peak = std::max(stats_.agents_peak, active_.size());
  stats_.kv_peak_bytes = std::max(stats_.kv_peak_bytes, KvBytesInUse());
}

void BatchEngine::Report(const StepReport& report) {
  if (trace_) {
    trace_({report.prefills ? "prefill" : "decode",
            1e3 * (report.start_s - start_s_), 1e3 * report.computed_s,
            report.tokens, report.segments});
  }
  const std::lock_guard lock(mutex_);
  ++stats_.steps;
  (report.prefills ? stats_.prefill_s : stats_.decode_s) += report.computed_s;
  stats_.sampling_s += report.sampling_s;
  stats_.drafted_tokens += report.drafted;
  stats_.right_drafts += report.right_drafts;
}

}  // namespace dobby
