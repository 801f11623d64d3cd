#include "engine/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace dobby {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

/// Returns why no token is left.
Result<Choice> NoneOf(std::span<const float> logits) {
  if (std::any_of(logits.begin(), logits.end(),
                  [](float logit) { return std::isfinite(logit); })) {
    return Choice{};
  }
  return Error{ErrorCode::kModel,
               "the model gave no usable logits (all NaN or infinite); verify "
               "it with `dobby model verify`",
               ""};
}

}  // namespace

Result<Choice> Sampler::Choose(std::span<const float> logits,
                               const Decoding& decoding,
                               std::span<const TokenId> generated,
                               const Allowed& allowed) {
  scores_.assign(logits.begin(), logits.end());
  Penalise(decoding, generated);
  float top = kNever;
  while (true) {
    FindBest();
    if (best_.empty()) return NoneOf(logits);
    top = std::max(top, scores_[best_.front()]);
    for (const std::size_t id : best_) {
      const auto token = static_cast<TokenId>(id);
      if (allowed(token)) return Choice{token, top - scores_[id]};
      scores_[id] = kNever;
    }
  }
}

/// Finds the highest finite scores, of equals the lowest ids. Several in one
/// pass: where words are limited, the first is often refused.
void Sampler::FindBest() {
  constexpr std::size_t kBest = 16;
  best_.clear();
  float floor = kNever;
  for (std::size_t id = 0; id < scores_.size(); ++id) {
    if (!(scores_[id] > floor) || !std::isfinite(scores_[id])) continue;
    const auto after = std::find_if(
        best_.begin(), best_.end(),
        [&](std::size_t other) { return scores_[other] < scores_[id]; });
    best_.insert(after, id);
    if (best_.size() > kBest) best_.pop_back();
    if (best_.size() == kBest) floor = scores_[best_.back()];
  }
}

void Sampler::Penalise(const Decoding& decoding,
                       std::span<const TokenId> generated) {
  if (decoding.repetition_penalty != 1.0f) {
    std::vector<TokenId> seen(generated.begin(), generated.end());
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    for (const TokenId token : seen) {
      float& score = scores_[static_cast<std::size_t>(token)];
      score = score > 0 ? score / decoding.repetition_penalty
                        : score * decoding.repetition_penalty;
    }
  }
  const std::size_t n = decoding.no_repeat_ngram;
  if (n == 0 || generated.size() < n) return;
  // Whatever followed an earlier occurrence of the last n-1 tokens is out.
  const auto tail = generated.last(n - 1);
  for (std::size_t i = 0; i + n <= generated.size(); ++i) {
    if (std::equal(tail.begin(), tail.end(), generated.begin() + i)) {
      scores_[static_cast<std::size_t>(generated[i + n - 1])] = kNever;
    }
  }
}

}  // namespace dobby
