// Guesses the next tokens from the tokens that the model has already read.
#pragma once

#include <cstddef>
#include <span>

#include "dobby/tokenizer.h"

namespace dobby {

/// Finds the latest earlier place in `tokens` of its last three tokens (or,
/// failing that, its last two) and returns at most `most` tokens that followed
/// there; empty if there is no such place. The span lies in `tokens`. Source:
/// prompt lookup decoding (Saxena 2023).
std::span<const TokenId> LookUpDraft(std::span<const TokenId> tokens,
                                     std::size_t most);

/// How many tokens of a sequence to draft. A row costs a fifth of a step, so
/// drafts grow only while they are right.
class DraftLength {
 public:
  std::size_t next() const { return next_; }

  /// Reports that the model chose `right` of the `drafted` tokens (at least
  /// one).
  void Observe(std::size_t drafted, std::size_t right);

 private:
  std::size_t next_ = 1;
};

}  // namespace dobby
