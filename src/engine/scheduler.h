// Decides which tokens the next step computes. A pure function of the sequences
// in flight.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dobby/model.h"
#include "engine/model_executor.h"

namespace dobby {

/// What planning needs to know about a sequence in flight.
struct SequenceView {
  std::size_t prompt_tokens = 0;
  std::size_t shared_prefix_tokens = 0;
  std::size_t total_tokens = 0;     ///< Prompt and generated so far.
  std::size_t computed_tokens = 0;  ///< In the KV cache.
};

/// Tokens [begin, end) of the sequence at `index` in the views.
struct PlannedSegment {
  std::size_t index = 0;
  std::size_t begin = 0, end = 0;
  bool wants_logits = false;  ///< The segment reaches the sequence's end.
};

/// Returns how many tokens the decoding sequences may hold before no other
/// sequence is prefilled: they end first and release their memory. A wider
/// batch would decode faster, but decoding is a tenth of the work, and each
/// further prompt takes memory. So their keys and values, a byte each, may take
/// three sevenths of a byte for each weight of the model, which is 5,000 tokens
/// of SmolLM2-135M (two prompts of 300 lines, 65 MB), and half of
/// `budget_bytes`; at least one token.
std::size_t DecodingTokensOf(const ModelShape& shape,
                             std::uint64_t budget_bytes,
                             const ExecutorLimits& limits);

/// Plans steps of at most about `chunk_tokens` of prefill.
class Scheduler {
 public:
  Scheduler(std::size_t chunk_tokens, std::size_t decoding_tokens)
      : chunk_tokens_(chunk_tokens), decoding_tokens_(decoding_tokens) {}

  /// Returns the next step: every decoding sequence, then prefill chunks of the
  /// others, oldest first, up to chunk_tokens. If the decoding sequences hold
  /// decoding_tokens, there are no prefill chunks. Chunks end at the shared
  /// prefix and at fixed places of the prompt, so a result cannot depend on the
  /// rest of the batch.
  std::vector<PlannedSegment> Plan(std::span<const SequenceView> views) const;

 private:
  std::size_t ChunkEnd(const SequenceView& view) const;

  std::size_t chunk_tokens_;
  std::size_t decoding_tokens_;
};

}  // namespace dobby
