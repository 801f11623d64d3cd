// The interface between scheduling and arithmetic: one packed, ragged step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dobby/result.h"
#include "dobby/tokenizer.h"

namespace dobby {

/// Handle of a sequence's KV cache; small and reused after Close.
using SequenceId = std::int32_t;

/// The work of one step: R segments of tokens packed without padding. A
/// decode token is a segment of length 1, a prefill chunk one of length n.
/// Names follow com.microsoft.PagedAttention.
struct RaggedStep {
  std::vector<TokenId> input_ids;        ///< [T]
  std::vector<std::int32_t> cu_seqlens;  ///< [R+1], from 0 to T.
  std::vector<std::int32_t> past_len;    ///< [R], tokens already in the cache.
  std::vector<SequenceId> sequences;     ///< [R], none twice.
  /// [L], ascending indices into T: the last tokens of each segment.
  std::vector<std::int32_t> logit_rows;

  std::size_t segments() const { return sequences.size(); }
  std::size_t tokens() const { return input_ids.size(); }

  /// Appends a segment of `ids`, followed by `draft`, and asks for the logits
  /// of its last `logits` tokens.
  void Add(SequenceId sequence, std::size_t past, std::span<const TokenId> ids,
           std::size_t logits, std::span<const TokenId> draft = {});
  void Clear();
};

/// What an executor can hold.
struct ExecutorLimits {
  std::size_t vocab = 0;
  std::size_t max_sequence_tokens = 0;  ///< Capacity of one sequence.
  std::size_t max_sequences = 0;        ///< Open at once.
  std::uint64_t kv_bytes_per_token = 0;
  /// Whether logits are the same bits wherever a sequence is cut into segments.
  bool same_for_all_cuts = false;
};

/// Checks that `prompt` and `new_tokens` more can be computed. Errors: kUsage
/// (no tokens, or an id outside the vocabulary), kTooLarge.
Result<void> CheckTokens(std::span<const TokenId> prompt,
                         std::size_t new_tokens, const ExecutorLimits& limits);

/// Runs a decoder. A result never depends on the rest of the step, nor on the
/// sequence id. Only one thread may call it; Interrupt may come from any.
class ModelExecutor {
 public:
  virtual ~ModelExecutor() = default;

  virtual const ExecutorLimits& limits() const = 0;

  /// Opens an empty sequence. Errors: kTooLarge when all are in use.
  virtual Result<SequenceId> Open() = 0;

  /// Frees a sequence and its memory.
  virtual void Close(SequenceId sequence) = 0;

  /// Copies the first `tokens` positions of `from` to `to`, which must be
  /// empty.
  virtual void CopyPrefix(SequenceId from, SequenceId to,
                          std::size_t tokens) = 0;

  /// Computes a step and extends the caches. A segment that starts before the
  /// end of its cache replaces what follows. Returns logits [L, vocab], valid
  /// until the next call. A failed step may be run again. Errors: kModel with
  /// the runtime's words, kCancelled after Interrupt.
  virtual Result<std::span<const float>> Step(const RaggedStep& step) = 0;

  /// Makes the running Step and all later ones end soon. Thread-safe.
  virtual void Interrupt() = 0;
};

}  // namespace dobby
