// The engine: one model that serves many requests at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/model.h"
#include "dobby/result.h"
#include "dobby/tokenizer.h"

namespace dobby {

/// The graph that computes the logits.
enum class ExecutorKind {
  kAuto,   ///< kFast if the model and the CPU allow it, otherwise kStock.
  kStock,  ///< model.onnx as it is: ONNX Runtime's own operators.
  kFast,   ///< dobby's operators on packed weights, which are made at first
           ///< use.
};

struct EngineOptions {
  ExecutorKind executor = ExecutorKind::kAuto;
  /// Set by the engine: why kAuto became kStock, as a message for the user.
  /// Empty if it did not, or if accuracy_level was the reason.
  std::string stock_reason;
  int threads = 0;          ///< 0: the CPUs this process may use (cgroups too).
  std::size_t agents = 10;  ///< Most requests in flight.
  bool adaptive = true;     ///< Run fewer than `agents` while more would not be
                            ///< faster.
  std::uint64_t memory_budget_bytes = 0;  ///< For KV; 0: half of what is free.
  std::size_t prefill_chunk_tokens = 512;
  /// Guess next tokens from earlier text and check several in one step. Used
  /// only with an executor for which the tokens stay the same.
  bool drafts = true;
  /// Of kStock. 4: int8 activations; 0: fp32. -1: as model.onnx says.
  int accuracy_level = -1;
  std::string ort_profile_prefix;  ///< Of ONNX Runtime's own profile; empty:
                                   ///< none.
};

/// Words in order, each once, in one block of memory: their bytes and 4 more
/// for each. At most 4 GiB.
class SortedWords {
 public:
  SortedWords() = default;
  SortedWords(std::initializer_list<std::string_view> words);

  /// Adds a word in any place; after the last one, call Sort().
  void Add(std::string_view word);
  void Sort();

  std::size_t size() const { return begins_.size(); }
  std::string_view operator[](std::size_t i) const;
  bool Has(std::string_view word) const;
  bool HasPrefix(std::string_view prefix) const;

 private:
  std::size_t FirstNotBefore(std::string_view word) const;

  std::string bytes_;
  std::vector<std::uint32_t> begins_;
};

/// The words that a completion may use. A word is a run of ASCII letters,
/// digits and "_", or a single character beyond ASCII; everything else is free.
struct WordLimit {
  SortedWords names;  ///< Allowed anywhere, as written.
  /// In lower case; also allowed with a first capital. Not allowed in backticks
  /// or before "(", where a word is a name.
  SortedWords words;
  std::string before;  ///< The text that the completion continues.
};

/// How tokens are chosen and when a completion ends. Always greedy: the same
/// prompt gives the same tokens, whatever else is in the batch.
struct Decoding {
  std::size_t max_new_tokens = 128;
  bool ignore_eos = false;
  /// 0: free text until an end token. Otherwise exactly that many lines, none
  /// empty. A newline or the end of a sentence ends a line, at the latest after
  /// `max_line_tokens`.
  int lines = 0;
  std::size_t max_line_tokens = 40;
  /// Divides the positive logits (multiplies the negative ones) of tokens
  /// generated before. 1: off. Source: CTRL (Keskar et al. 2019), section 4.1.
  float repetition_penalty = 1.0f;
  /// No run of this many generated tokens occurs twice; 0: off.
  std::size_t no_repeat_ngram = 0;
  std::shared_ptr<const WordLimit> words;  ///< Null: no limit.

  /// Returns the most tokens a completion can have.
  std::size_t MostTokens() const;

  /// Returns a stable text of all fields but `words`, for the summary key.
  std::string Fingerprint() const;
};

struct Request {
  std::vector<TokenId> prompt;
  /// The number of leading tokens that many requests share. Their KV is kept
  /// and copied. They are prefilled separately, so the result never depends on
  /// a hit.
  std::size_t shared_prefix_tokens = 0;
  Decoding decoding;
  /// Engine time that this request may use: its share of each step, without
  /// time in which other programs had the CPUs; 0: no limit. For a prompt of
  /// over 1,000 tokens it is multiplied by tokens / 1,000.
  std::chrono::milliseconds timeout{30000};
  std::stop_token stop;
};

enum class FinishReason { kStop, kLength };

struct Completion {
  std::vector<TokenId> tokens;  ///< Without the end token.
  std::string text;  ///< With `lines`: exactly that many, '\n' between.
  FinishReason finish = FinishReason::kStop;
  bool line_cut = false;  ///< Whether a line ended at its token limit.
  /// The largest gap, in nats, between the score of a chosen token and that of
  /// the model's first choice: how much `words` and `lines` forced on the
  /// model.
  float most_forced = 0;
  std::size_t prompt_tokens = 0;
  std::size_t prefix_hit_tokens = 0;  ///< Prompt tokens whose KV was copied.
  double queued_ms = 0;               ///< From submission to the first step.
  double first_token_ms = 0;          ///< From submission to the first token.
  double total_ms = 0;                ///< From submission to the end.
};

/// Counters since the engine was made. Times are in seconds, of the thread that
/// runs the model.
struct EngineStats {
  std::size_t completed = 0, failed = 0;
  std::uint64_t prompt_tokens = 0, generated_tokens = 0;
  std::uint64_t steps = 0;
  std::uint64_t drafted_tokens = 0, right_drafts = 0;
  double prefill_s = 0, decode_s = 0, sampling_s = 0, idle_s = 0;
  std::size_t agents_now = 0;   ///< The current limit of adaptation.
  std::size_t agents_peak = 0;  ///< Most requests in flight at once.
  std::uint64_t kv_peak_bytes = 0;
};

/// One interval of the engine's work, for a trace. Times since construction.
struct TraceEvent {
  std::string name;  ///< "prefill", "decode", "sample".
  double start_ms = 0, duration_ms = 0;
  std::size_t tokens = 0, requests = 0;
};

/// Runs requests on one shared session, several at once. Thread-safe.
/// Destruction cancels requests in flight and waits for the running step.
class Engine {
 public:
  using Callback = std::function<void(Result<Completion>)>;

  virtual ~Engine() = default;

  /// Queues a request. `done` is called exactly once, on the engine's thread,
  /// and must not block. Errors passed to it: kTooLarge (the prompt exceeds the
  /// context or the memory budget; the message has the numbers), kTimeout,
  /// kCancelled, kModel, kInternal.
  virtual void Submit(Request request, Callback done) = 0;

  /// Submits and waits. Errors as Submit.
  virtual Result<Completion> Complete(Request request) = 0;

  virtual EngineStats stats() const = 0;

  /// Sets a function that is called with each interval of work, on the engine's
  /// thread. Call this before the first Submit.
  virtual void set_trace(std::function<void(const TraceEvent&)> sink) = 0;

  virtual const Tokenizer& tokenizer() const = 0;
  virtual const ModelFolder& model() const = 0;
  virtual const EngineOptions& options() const = 0;  ///< As resolved.
};

/// Loads the model. Errors: kModel, kUnsupported, kIo.
Result<std::unique_ptr<Engine>> MakeEngine(const ModelFolder& model,
                                           const EngineOptions& options);

/// Logits of a whole token sequence, for checks against other programs.
struct LogitRows {
  std::vector<float> values;  ///< [rows, vocab], row-major.
  std::size_t rows = 0;
  std::size_t vocab = 0;
};

/// Returns the logits after each token of `ids`, or after the last one only.
/// Errors: kTooLarge over the context, kUsage for an id outside [0, vocab).
Result<LogitRows> ComputeLogits(const ModelFolder& model,
                                const EngineOptions& options,
                                std::span<const TokenId> ids, bool last_only);

/// Returns the CPUs this process may use: affinity and cgroup quota, rounded
/// up; at least 1.
int UsableCpus();

/// Returns the instruction set of dobby's operators on this machine:
/// "avx512vnni". The environment variable DOBBY_SIMD may name a lesser one. At
/// first use the set is compared with plain C++ on small cases; if it differs,
/// a lesser one is used.
std::string KernelIsa();

/// Returns why KernelIsa() is not the set that DOBBY_SIMD names, or not the
/// best of this CPU, as a message for the user; empty if it is.
std::string KernelWarning();

/// Returns the version of the ONNX Runtime library in use: "1.32.0".
std::string OnnxRuntimeVersion();

}  // namespace dobby
