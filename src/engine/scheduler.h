// Decides which tokens the next step computes. A pure function of the sequences
// in flight.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

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

/// While the decoding sequences hold this many tokens, no other sequence is
/// prefilled: they end first and release their memory. Two prompts of 300 lines
/// reach it. A wider batch would decode faster, but decoding is a tenth of the
/// work, and each further prompt takes 38 MB (SmolLM2-135M).
inline constexpr std::size_t kDecodingTokens = 5000;

/// Plans steps of at most about `chunk_tokens` of prefill.
class Scheduler {
 public:
  explicit Scheduler(std::size_t chunk_tokens) : chunk_tokens_(chunk_tokens) {}

  /// Returns the next step: every decoding sequence, then prefill chunks of the
  /// others, oldest first, up to chunk_tokens. If the decoding sequences hold
  /// kDecodingTokens, there are no prefill chunks. Chunks end at the shared
  /// prefix and at fixed places of the prompt, so a result cannot depend on the
  /// rest of the batch.
  std::vector<PlannedSegment> Plan(std::span<const SequenceView> views) const;

 private:
  std::size_t ChunkEnd(const SequenceView& view) const;

  std::size_t chunk_tokens_;
};

}  // namespace dobby
