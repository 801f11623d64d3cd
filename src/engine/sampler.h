// Choosing the next token: greedy, with repetition control.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "dobby/engine.h"
#include "dobby/result.h"

namespace dobby {

/// No token: all that the model finds possible are forbidden.
inline constexpr TokenId kNoToken = -1;

/// A token, and what it took to come to it.
struct Choice {
  TokenId token = kNoToken;
  /// By how much its score is below the best one that was refused or taken, in
  /// nats: 0 where the model's own choice was allowed.
  float forced = 0;
};

/// Chooses tokens. Keeps scratch memory; one thread.
class Sampler {
 public:
  using Allowed = std::function<bool(TokenId)>;

  /// Returns the allowed token with the highest logit after repetition
  /// control; of equals the lowest id. `generated` is what this request made
  /// so far. No token where repetition control and `allowed` leave none.
  /// Errors: kModel when no logit is finite.
  Result<Choice> Choose(std::span<const float> logits, const Decoding& decoding,
                        std::span<const TokenId> generated,
                        const Allowed& allowed);

 private:
  void FindBest();
  void Penalise(const Decoding& decoding, std::span<const TokenId> generated);

  std::vector<float> scores_;      ///< [vocab]
  std::vector<std::size_t> best_;  ///< Ids of the highest, best first.
};

}  // namespace dobby
