// A request on its way through the engine.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dobby/engine.h"
#include "engine/line_decoder.h"
#include "engine/model_executor.h"
#include "engine/prompt_lookup.h"
#include "engine/scheduler.h"

namespace dobby {

/// Times are seconds of the engine's clock. The engine thread's own, once it
/// took it from the queue.
struct Sequence {
  Request request;
  Engine::Callback done;
  LineDecoder decoder;
  std::vector<TokenId> tokens;  ///< Prompt, then generated.
  std::size_t computed = 0;     ///< How many of them are in the KV cache.
  std::vector<TokenId> draft;   ///< Guesses of what follows them.
  DraftLength draft_length;
  SequenceId kv = -1;          ///< -1: not started.
  std::size_t prefix_hit = 0;  ///< Prompt tokens whose KV was copied.
  double submitted_s = 0, started_s = 0, first_token_s = 0;
  double charged_s = 0;   ///< Its share of the steps so far.
  double limit_s = 0;     ///< For charged_s; 0: none.
  float most_forced = 0;  ///< Completion::most_forced.
  bool finished = false;  ///< `done` was called.

  std::size_t prompt_tokens() const { return request.prompt.size(); }

  /// The tokens that its prompt shares with others.
  std::span<const TokenId> shared_prefix() const {
    return std::span(request.prompt).first(request.shared_prefix_tokens);
  }

  /// Rows of logits that a segment up to the last token asks for.
  std::size_t logit_rows() const { return 1 + draft.size(); }

  /// The most tokens that it can have, prompt included.
  std::size_t most_tokens() const {
    return prompt_tokens() + request.decoding.MostTokens();
  }

  /// What the scheduler sees of it.
  SequenceView view() const {
    return {prompt_tokens(), request.shared_prefix_tokens, tokens.size(),
            computed};
  }
};

}  // namespace dobby
