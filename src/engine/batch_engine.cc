#include "engine/batch_engine.h"

#include <algorithm>
#include <future>
#include <utility>

#include "engine/prompt_lookup.h"

namespace dobby {
namespace {

// Prompts share few beginnings: one for chunks, one for each kind of roll-up,
// one for sentences.
constexpr std::size_t kMaxPrefixes = 5;

// The time limit is meant for prompts of about so many tokens.
constexpr double kTimeoutTokens = 1000;

}  // namespace

/// A request on its way through the engine.
struct BatchEngine::Sequence {
  Request request;
  Callback done;
  LineDecoder decoder;
  std::vector<TokenId> tokens;  ///< Prompt, then generated.
  std::size_t computed = 0;     ///< Of them, in the KV cache.
  std::vector<TokenId> draft;   ///< Guesses of what follows them.
  DraftLength draft_length;
  SequenceId kv = -1;
  std::size_t prefix_hit = 0;
  double submitted_s = 0, started_s = 0, first_token_s = 0;
  double charged_s = 0;   ///< Its share of the steps so far.
  double limit_s = 0;     ///< 0: none.
  float most_forced = 0;  ///< Completion::most_forced.
  bool finished = false;

  std::size_t prompt_tokens() const { return request.prompt.size(); }
  /// Rows of logits that a segment up to the last token asks for.
  std::size_t logit_rows() const { return 1 + draft.size(); }
  std::size_t most_tokens() const {
    return prompt_tokens() + request.decoding.MostTokens();
  }
};

BatchEngine::BatchEngine(EngineParts parts, const EngineOptions& options)
    : parts_(std::move(parts)),
      options_(options),
      shapes_(*parts_.tokenizer),
      scheduler_(options.prefill_chunk_tokens),
      governor_(options.agents, options.adaptive),
      start_s_(parts_.clock()) {
  if (auto ids = parts_.tokenizer->Encode("\n"); ids && !ids->empty()) {
    newline_ = ids->back();
  }
  stats_.agents_now = governor_.limit();
  thread_ = std::thread([this] { RunLoop(); });
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
    const std::uint64_t bytes = KvBytes(next.most_tokens());
    if (!active_.empty() && kv_bytes_ + bytes > options_.memory_budget_bytes) {
      return;
    }
    auto sequence = std::move(waiting_.front());
    waiting_.pop_front();
    StartSequence(std::move(sequence));
  }
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
  const std::size_t shared = sequence->request.shared_prefix_tokens;
  for (Prefix& prefix : prefixes_) {
    if (prefix.tokens.size() != shared || shared == 0 ||
        !std::equal(prefix.tokens.begin(), prefix.tokens.end(),
                    sequence->tokens.begin())) {
      continue;
    }
    parts_.executor->CopyPrefix(prefix.kv, sequence->kv, shared);
    prefix.last_use = ++uses_;
    sequence->computed = sequence->prefix_hit = shared;
  }
  kv_bytes_ += KvBytes(sequence->most_tokens());
  active_.push_back(std::move(sequence));
  const std::lock_guard lock(mutex_);
  stats_.agents_peak = std::max(stats_.agents_peak, active_.size());
  stats_.kv_peak_bytes = std::max(stats_.kv_peak_bytes, kv_bytes_);
}

void BatchEngine::RunStep() {
  const double start = parts_.clock();
  std::vector<SequenceView> views;
  views.reserve(active_.size());
  for (const auto& sequence : active_) {
    Draft(*sequence);
    views.push_back({sequence->prompt_tokens(),
                     sequence->request.shared_prefix_tokens,
                     sequence->tokens.size(), sequence->computed});
  }
  const auto plan = scheduler_.Plan(views);
  const bool limited = !waiting_.empty() && active_.size() == governor_.limit();
  Compute(plan);
  const auto completed = static_cast<std::size_t>(
      std::count_if(active_.begin(), active_.end(),
                    [](const auto& s) { return s->finished; }));
  governor_.Observe(parts_.clock() - start, completed, limited);
  const std::lock_guard lock(mutex_);
  stats_.agents_now = governor_.limit();
}

/// Runs one step and takes its results. If it fails, its segments run one by
/// one, so that only the request at fault ends.
void BatchEngine::Compute(std::span<const PlannedSegment> plan) {
  const double start = parts_.clock();
  const double cpu_start = parts_.cpu_clock();
  step_.Clear();
  for (const PlannedSegment& segment : plan) {
    Sequence& s = *active_[segment.index];
    const auto ids =
        std::span(s.tokens).subspan(segment.begin, segment.end - segment.begin);
    step_.Add(s.kv, segment.begin, ids,
              segment.wants_logits ? s.logit_rows() : 0, s.draft);
  }
  const auto logits = parts_.executor->Step(step_);
  const double computed_s = parts_.clock() - start;
  const double charge_s = ChargeOf(computed_s, parts_.cpu_clock() - cpu_start);
  if (!logits) {
    if (plan.size() > 1 && logits.error().code != ErrorCode::kCancelled) {
      for (const auto& segment : plan) Compute({&segment, 1});
    } else {
      for (const auto& segment : plan) {
        Finish(*active_[segment.index], logits.error());
      }
    }
    return;
  }
  const bool prefills = std::any_of(
      plan.begin(), plan.end(), [this](const PlannedSegment& segment) {
        return segment.begin < active_[segment.index]->prompt_tokens();
      });
  Trace(prefills ? "prefill" : "decode", start, step_.tokens(), plan.size());

  const double sampling_start = parts_.clock();
  const std::size_t vocab = parts_.executor->limits().vocab;
  std::size_t row = 0;
  for (const PlannedSegment& segment : plan) {
    Sequence& s = *active_[segment.index];
    s.computed = segment.end;
    const std::size_t tokens = segment.end - segment.begin + s.draft.size();
    s.charged_s += charge_s * static_cast<double>(tokens) /
                   static_cast<double>(step_.tokens());
    if (s.computed == s.request.shared_prefix_tokens) KeepPrefix(s);
    if (segment.wants_logits) {
      const std::size_t rows = s.logit_rows();
      TakeRows(s, logits->subspan(vocab * row, vocab * rows));
      row += rows;
    }
  }
  const double end = parts_.clock();
  const std::lock_guard lock(mutex_);
  ++stats_.steps;
  (prefills ? stats_.prefill_s : stats_.decode_s) += computed_s;
  stats_.sampling_s += end - sampling_start;
}

/// Returns the seconds that a step counts against time limits. While other
/// programs have the CPUs, time passes and nothing is computed: that is no
/// fault of the request, so no more counts than the CPUs that were used.
double BatchEngine::ChargeOf(double wall_s, double cpu_s) const {
  return std::min(wall_s, cpu_s / options_.threads);
}

/// Guesses what follows the tokens of a sequence that decodes, as far as it
/// may go.
void BatchEngine::Draft(Sequence& sequence) const {
  sequence.draft.clear();
  if (!options_.drafts || !parts_.executor->limits().same_for_all_cuts ||
      sequence.computed < sequence.prompt_tokens()) {
    return;
  }
  // The last token that a sequence may have is chosen, but never computed.
  const std::size_t most = sequence.most_tokens();
  const std::size_t room = most - std::min(most, sequence.tokens.size() + 1);
  const auto draft = LookUpDraft(sequence.tokens,
                                 std::min(room, sequence.draft_length.next()));
  sequence.draft.assign(draft.begin(), draft.end());
}

/// Takes logits [1 + drafted, vocab]: the first row, and each further one as
/// long as the guess before it is what was chosen.
void BatchEngine::TakeRows(Sequence& sequence, std::span<const float> rows) {
  const std::size_t vocab = parts_.executor->limits().vocab;
  const std::vector<TokenId>& draft = sequence.draft;
  TakeLogits(sequence, rows.first(vocab));
  std::size_t right = 0;
  while (right < draft.size() && !sequence.finished &&
         sequence.tokens.size() == sequence.computed + 1 &&
         sequence.tokens.back() == draft[right]) {
    ++right;
    ++sequence.computed;
    TakeLogits(sequence, rows.subspan(vocab * right, vocab));
  }
  if (draft.empty()) return;
  sequence.draft_length.Observe(draft.size(), right);
  const std::lock_guard lock(mutex_);
  stats_.drafted_tokens += draft.size();
  stats_.right_drafts += right;
}

void BatchEngine::TakeLogits(Sequence& sequence,
                             std::span<const float> logits) {
  LineDecoder& decoder = sequence.decoder;
  const auto choice =
      sampler_.Choose(logits, sequence.request.decoding, decoder.tokens(),
                      [&](TokenId id) { return decoder.Allows(id); });
  if (!choice) return Finish(sequence, choice.error());
  sequence.most_forced = std::max(sequence.most_forced, choice->forced);
  if (sequence.first_token_s == 0) sequence.first_token_s = parts_.clock();
  if (choice->token == kNoToken) {
    decoder.Cut();
  } else {
    decoder.Take(choice->token);
  }
  sequence.tokens.resize(sequence.prompt_tokens());
  sequence.tokens.insert(sequence.tokens.end(), decoder.tokens().begin(),
                         decoder.tokens().end());
  if (decoder.done()) Finish(sequence, CompletionOf(sequence));
}

/// Keeps a copy of a shared prefix that was just computed, in place of the
/// one that was used least lately when there are many.
void BatchEngine::KeepPrefix(Sequence& sequence) {
  const std::size_t shared = sequence.request.shared_prefix_tokens;
  if (shared == 0) return;
  const std::vector<TokenId> tokens(
      sequence.tokens.begin(),
      sequence.tokens.begin() + static_cast<std::ptrdiff_t>(shared));
  const bool known =
      std::any_of(prefixes_.begin(), prefixes_.end(),
                  [&](const Prefix& p) { return p.tokens == tokens; });
  if (known) return;
  if (prefixes_.size() == kMaxPrefixes) {
    const auto oldest = std::min_element(prefixes_.begin(), prefixes_.end(),
                                         [](const Prefix& a, const Prefix& b) {
                                           return a.last_use < b.last_use;
                                         });
    parts_.executor->Close(oldest->kv);
    prefixes_.erase(oldest);
  }
  const auto kv = parts_.executor->Open();
  if (!kv) return;  // Only a missed saving.
  parts_.executor->CopyPrefix(sequence.kv, *kv, shared);
  prefixes_.push_back({tokens, *kv, ++uses_});
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
    kv_bytes_ -= KvBytes(sequence.most_tokens());
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

void BatchEngine::Trace(const char* name, double start_s, std::size_t tokens,
                        std::size_t requests) const {
  if (!trace_) return;
  trace_({name, 1e3 * (start_s - start_s_), 1e3 * (parts_.clock() - start_s),
          tokens, requests});
}

}  // namespace dobby
