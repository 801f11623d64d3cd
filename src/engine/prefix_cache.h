// The KV of beginnings that many prompts share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dobby/tokenizer.h"
#include "engine/model_executor.h"

namespace dobby {

/// Prompts share few beginnings: one for chunks, one for each kind of roll-up,
/// one for sentences. An executor needs room for this many sequences besides
/// those of requests.
inline constexpr std::size_t kMaxPrefixes = 5;

/// Keeps sequences that hold nothing but a shared prefix, to be copied. The
/// engine thread's own.
class PrefixCache {
 public:
  /// `executor` must outlive the cache.
  explicit PrefixCache(ModelExecutor& executor) : executor_(executor) {}

  /// Copies the KV of `prefix` into the empty sequence `to`. Returns whether it
  /// was kept.
  bool CopyTo(SequenceId to, std::span<const TokenId> prefix);

  /// Whether Keep would do something: `prefix` has tokens and is not kept yet.
  bool Lacks(std::span<const TokenId> prefix) const;

  /// Keeps the beginning of sequence `from`, which has computed `prefix`. With
  /// kMaxPrefixes others, the one that was used least lately goes.
  void Keep(SequenceId from, std::span<const TokenId> prefix);

  /// Gives up the prefix that was used least lately. Returns false when there
  /// is none.
  bool DropOldest();

  /// Returns the tokens whose KV is kept.
  std::size_t tokens() const;

 private:
  struct Prefix {
    std::vector<TokenId> tokens;
    SequenceId kv = -1;
    std::uint64_t last_use = 0;
  };

  std::vector<Prefix>::iterator Find(std::span<const TokenId> prefix);

  ModelExecutor& executor_;
  std::vector<Prefix> prefixes_;
  std::uint64_t uses_ = 0;
};

}  // namespace dobby
