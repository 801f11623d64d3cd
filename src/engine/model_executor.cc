#include "engine/model_executor.h"

#include <string>

namespace dobby {

void RaggedStep::Add(SequenceId sequence, std::size_t past,
                     std::span<const TokenId> ids, std::size_t logits,
                     std::span<const TokenId> draft) {
  if (cu_seqlens.empty()) cu_seqlens.push_back(0);
  input_ids.insert(input_ids.end(), ids.begin(), ids.end());
  input_ids.insert(input_ids.end(), draft.begin(), draft.end());
  cu_seqlens.push_back(static_cast<std::int32_t>(input_ids.size()));
  past_len.push_back(static_cast<std::int32_t>(past));
  sequences.push_back(sequence);
  for (; logits > 0; --logits) {
    logit_rows.push_back(cu_seqlens.back() - static_cast<std::int32_t>(logits));
  }
}

void RaggedStep::Clear() {
  input_ids.clear();
  cu_seqlens.clear();
  past_len.clear();
  sequences.clear();
  logit_rows.clear();
}

Result<void> CheckTokens(std::span<const TokenId> prompt,
                         std::size_t new_tokens, const ExecutorLimits& limits) {
  if (prompt.empty()) {
    return Error{ErrorCode::kUsage, "the prompt has no tokens", ""};
  }
  for (const TokenId id : prompt) {
    if (id >= 0 && static_cast<std::size_t>(id) < limits.vocab) continue;
    return Error{ErrorCode::kUsage,
                 "token id " + std::to_string(id) +
                     " is outside the vocabulary of " +
                     std::to_string(limits.vocab),
                 ""};
  }
  const std::size_t total = prompt.size() + new_tokens;
  if (total <= limits.max_sequence_tokens) return {};
  return Error{ErrorCode::kTooLarge,
               "prompt and answer take " + std::to_string(total) +
                   " tokens, the model's context is " +
                   std::to_string(limits.max_sequence_tokens),
               ""};
}

}  // namespace dobby
