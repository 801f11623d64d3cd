#include "cli/bench_run.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <utility>

#include "base/cpus.h"
#include "base/files.h"
#include "base/json_depth.h"

namespace dobby::cli {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Waits for completions and adds them up. Callbacks come on the engine's
/// thread.
class Tally {
 public:
  explicit Tally(std::size_t wanted) : left_(wanted) {
    result_.tokens.resize(wanted);
  }

  /// `submitted_ms`: when prompt `index` was submitted, from the start.
  void Take(std::size_t index, const Result<Completion>& completion,
            double submitted_ms) {
    const std::lock_guard lock(mutex_);
    if (completion) {
      const double first_ms = submitted_ms + completion->first_token_ms;
      result_.prompt_tokens += completion->prompt_tokens;
      result_.generated_tokens += completion->tokens.size();
      first_ms_sum_ += first_ms;
      first_ms_last_ = std::max(first_ms_last_, first_ms);
      ++result_.chunks;
      result_.tokens[index] = completion->tokens;
    } else if (!error_) {
      error_ = completion.error();
    }
    --left_;
    done_.notify_all();  // Under the lock: the waiter destroys this object.
  }

  /// Returns the sums; rates other than of decoding are set.
  Result<BenchResult> Wait(Clock::time_point start) {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return left_ == 0; });
    result_.wall_s = SecondsSince(start);
    if (error_) return *error_;
    result_.ttft_ms_mean = first_ms_sum_ / static_cast<double>(result_.chunks);
    if (first_ms_last_ > 0) {
      result_.prefill_tokens_per_s =
          static_cast<double>(result_.prompt_tokens) * 1000 / first_ms_last_;
    }
    return result_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  std::size_t left_;
  BenchResult result_;
  double first_ms_sum_ = 0, first_ms_last_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<std::vector<std::string>> ReadPrompts(const std::string& path) {
  auto bytes = ReadWholeFile(path);
  if (!bytes) return bytes.error();
  std::istringstream lines(*bytes);
  std::vector<std::string> prompts;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto object = CheckJsonDepth(line)
                            ? nlohmann::json::parse(line, nullptr, false)
                            : nlohmann::json();
    if (!object.is_object() || !object.contains("prompt") ||
        !object["prompt"].is_string()) {
      return Error{ErrorCode::kUsage, "is not an object with a \"prompt\" text",
                   path + ":" + std::to_string(number)};
    }
    prompts.push_back(object["prompt"].get<std::string>());
  }
  if (prompts.empty()) {
    return Error{ErrorCode::kUsage, "has no prompt", path};
  }
  return prompts;
}

Result<BenchResult> RunPrompts(Engine& engine,
                               const std::vector<std::string>& prompts,
                               const Decoding& decoding) {
  const EngineStats before = engine.stats();
  Tally tally(prompts.size());
  const auto start = Clock::now();
  // Tokenising is on the clock, as it is for servers that are sent text.
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    auto ids = engine.tokenizer().EncodeTrusted(prompts[i]);
    if (!ids) {
      tally.Take(i, ids.error(), 0);
      continue;
    }
    Request request;
    request.prompt = *std::move(ids);
    request.decoding = decoding;
    request.timeout = std::chrono::milliseconds(0);
    const double submitted_ms = SecondsSince(start) * 1000;
    engine.Submit(
        std::move(request),
        [&tally, i, submitted_ms](const Result<Completion>& completion) {
          tally.Take(i, completion, submitted_ms);
        });
  }
  auto result = tally.Wait(start);
  if (!result) return result;
  const EngineStats after = engine.stats();
  const double decode_s = after.decode_s - before.decode_s;
  // The first token of each prompt comes out of prefill.
  if (decode_s > 0 && result->generated_tokens > result->chunks) {
    result->decode_tokens_per_s =
        static_cast<double>(result->generated_tokens - result->chunks) /
        decode_s;
  }
  result->drafted_tokens = after.drafted_tokens - before.drafted_tokens;
  result->right_drafts = after.right_drafts - before.right_drafts;
  result->peak_rss_bytes = PeakRssBytes();
  return result;
}

}  // namespace dobby::cli
