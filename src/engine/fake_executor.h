// A model executor without a model, to test scheduling and failures.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/model_executor.h"

namespace dobby {

/// Its "logits" depend on the sequence's own tokens only, so a mistake in
/// packing, positions or prefixes changes the output.
class FakeExecutor : public ModelExecutor {
 public:
  explicit FakeExecutor(ExecutorLimits limits) : limits_(limits) {}

  /// Called before each step; an error makes the step fail.
  std::function<Result<void>(const RaggedStep&)> before_step;
  /// Chooses the next token of a sequence; default: a hash of its tokens.
  std::function<TokenId(const std::vector<TokenId>&)> next_token =
      [this](const std::vector<TokenId>& tokens) { return HashToken(tokens); };

  std::vector<std::size_t> step_tokens;  ///< T of each step so far.
  std::size_t most_open = 0;
  std::size_t most_tokens = 0;  ///< Most in all caches at once.
  std::string misuse;           ///< What the engine did wrong, if anything.

  const ExecutorLimits& limits() const override { return limits_; }
  void set_same_for_all_cuts(bool same) { limits_.same_for_all_cuts = same; }

  Result<SequenceId> Open() override {
    if (caches_.size() >= limits_.max_sequences) {
      return Error{ErrorCode::kTooLarge, "all sequences are in use", ""};
    }
    SequenceId id = 0;
    while (caches_.count(id) != 0) ++id;
    caches_[id];
    most_open = std::max(most_open, caches_.size());
    return id;
  }
  void Close(SequenceId id) override {
    if (caches_.erase(id) == 0) misuse = "closed an unknown sequence";
  }
  void CopyPrefix(SequenceId from, SequenceId to, std::size_t n) override {
    const auto& source = caches_[from];
    caches_[to].assign(source.begin(),
                       source.begin() + static_cast<std::ptrdiff_t>(n));
    CountTokens();
  }

  Result<std::span<const float>> Step(const RaggedStep& step) override {
    if (interrupted_) return Error{ErrorCode::kCancelled, "cancelled", ""};
    if (before_step) {
      if (auto ok = before_step(step); !ok) return ok.error();
    }
    step_tokens.push_back(step.tokens());
    logits_.assign(step.logit_rows.size() * limits_.vocab, 0.0f);
    std::size_t row = 0;
    for (std::size_t s = 0; s < step.segments(); ++s) {
      auto& cache = caches_[step.sequences[s]];
      const auto past = static_cast<std::size_t>(step.past_len[s]);
      if (past > cache.size()) misuse = "a gap in the cache";
      cache.resize(past);
      for (auto t = step.cu_seqlens[s]; t < step.cu_seqlens[s + 1]; ++t) {
        cache.push_back(step.input_ids[static_cast<std::size_t>(t)]);
        if (row == step.logit_rows.size() || step.logit_rows[row] != t) {
          continue;
        }
        logits_[row++ * limits_.vocab +
                static_cast<std::size_t>(next_token(cache))] = 1.0f;
      }
    }
    CountTokens();
    return std::span<const float>(logits_);
  }
  void Interrupt() override { interrupted_ = true; }

  bool all_closed() const { return caches_.empty(); }
  TokenId HashToken(const std::vector<TokenId>& tokens) const {
    std::uint64_t hash = 1469598103934665603u;
    for (const TokenId token : tokens) {
      hash = (hash ^ static_cast<std::uint64_t>(token)) * 1099511628211u;
    }
    return static_cast<TokenId>((hash >> 33) % limits_.vocab);
  }

 private:
  void CountTokens() {
    std::size_t tokens = 0;
    for (const auto& [id, cache] : caches_) tokens += cache.size();
    most_tokens = std::max(most_tokens, tokens);
  }

  ExecutorLimits limits_;
  std::map<SequenceId, std::vector<TokenId>> caches_;
  std::vector<float> logits_;
  std::atomic<bool> interrupted_ = false;
};

/// Ids 0 to 255 are bytes; 256 and up are control tokens.
class ByteTokenizer : public Tokenizer {
 public:
  Result<std::vector<TokenId>> Encode(std::string_view text) const override {
    std::vector<TokenId> ids;
    for (const char c : text) ids.push_back(static_cast<unsigned char>(c));
    return ids;
  }
  Result<std::vector<TokenId>> EncodeTrusted(
      std::string_view text) const override {
    return Encode(text);
  }
  Result<std::string> Decode(std::span<const TokenId> ids) const override {
    std::string text;
    for (const TokenId id : ids) {
      if (id < 256) text += static_cast<char>(id);
    }
    return text;
  }
  std::size_t vocab_size() const override { return 260; }
  TokenId IdOf(std::string_view) const override { return -1; }
  bool IsControl(TokenId id) const override { return id >= 256; }
};

}  // namespace dobby
