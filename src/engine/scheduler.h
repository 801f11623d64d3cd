// Which tokens the next step computes. Pure: a function of what is in flight.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace dobby {

/// A sequence in flight, as far as planning goes.
struct SequenceView {
  std::size_t prompt_tokens = 0;
  std::size_t shared_prefix_tokens = 0;
  std::size_t total_tokens = 0;     ///< Prompt and generated so far.
  std::size_t computed_tokens = 0;  ///< In the KV cache.
};

/// Tokens [begin, end) of sequence `index` (its place in the views).
struct PlannedSegment {
  std::size_t index = 0;
  std::size_t begin = 0, end = 0;
  bool wants_logits = false;  ///< The segment reaches the sequence's end.
};

/// While the sequences that decode hold so many tokens, no other is prefilled:
/// they end first and give back their memory. Two prompts of 300 lines fill it;
/// a wider batch would decode at a better rate, but decoding is a tenth of the
/// work, and each prompt more keeps 38 MB (SmolLM2-135M).
inline constexpr std::size_t kDecodingTokens = 5000;

/// Plans steps of at most about `chunk_tokens` of prefill.
class Scheduler {
 public:
  explicit Scheduler(std::size_t chunk_tokens) : chunk_tokens_(chunk_tokens) {}

  /// Returns the next step: every sequence that decodes, then prefill chunks
  /// of the others, the oldest first, until they come to chunk_tokens, unless
  /// those that decode hold kDecodingTokens. Chunks
  /// end at the shared prefix and at fixed places of the prompt, never where
  /// the rest of the batch suggests: so a result can't depend on it.
  std::vector<PlannedSegment> Plan(std::span<const SequenceView> views) const;

 private:
  std::size_t ChunkEnd(const SequenceView& view) const;

  std::size_t chunk_tokens_;
};

}  // namespace dobby
