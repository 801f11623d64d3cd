// Chooses the next token: greedy, with repetition control.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "dobby/engine.h"
#include "dobby/result.h"

namespace dobby {

/// No token: all that the model considers possible are forbidden.
inline constexpr TokenId kNoToken = -1;

/// A chosen token.
struct Choice {
  TokenId token = kNoToken;
  /// How far its score is below the best one, in nats; 0 if the model's first
  /// choice was allowed.
  float forced = 0;
};

/// Chooses tokens. Keeps scratch memory, so only one thread may use it.
class Sampler {
 public:
  using Allowed = std::function<bool(TokenId)>;

  /// Returns the allowed token with the highest logit after repetition control,
  /// the lowest id among equals. `generated`: the tokens of this request so
  /// far. Returns no token if repetition control and `allowed` leave none.
  /// Errors: kModel if no logit is finite.
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
