// Drafts of the next tokens, looked up in what the model has already read.
#pragma once

#include <cstddef>
#include <span>

#include "dobby/tokenizer.h"

namespace dobby {

/// Returns at most `most` tokens that followed where the last three tokens of
/// `tokens` (or else its last two) stood before, the latest place first; none
/// where they never did. The span lies in `tokens`.
/// Source: prompt lookup decoding (Saxena 2023).
std::span<const TokenId> LookUpDraft(std::span<const TokenId> tokens,
                                     std::size_t most);

/// How many tokens of a sequence to draft: a row of a step costs a fifth of
/// what a step costs, so drafts grow only while they are right.
class DraftLength {
 public:
  std::size_t next() const { return next_; }

  /// Takes how many of `drafted` tokens (at least one) were what the model
  /// chose.
  void Observe(std::size_t drafted, std::size_t right);

 private:
  std::size_t next_ = 1;
};

}  // namespace dobby
