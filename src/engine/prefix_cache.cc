#include "engine/prefix_cache.h"

#include <algorithm>

namespace dobby {

std::vector<PrefixCache::Prefix>::iterator PrefixCache::Find(
    std::span<const TokenId> prefix) {
  return std::find_if(
      prefixes_.begin(), prefixes_.end(), [&](const Prefix& kept) {
        return std::equal(kept.tokens.begin(), kept.tokens.end(),
                          prefix.begin(), prefix.end());
      });
}

bool PrefixCache::CopyTo(SequenceId to, std::span<const TokenId> prefix) {
  const auto kept = Find(prefix);
  if (prefix.empty() || kept == prefixes_.end()) return false;
  executor_.CopyPrefix(kept->kv, to, prefix.size());
  kept->last_use = ++uses_;
  return true;
}

bool PrefixCache::Lacks(std::span<const TokenId> prefix) const {
  return !prefix.empty() &&
         std::none_of(
             prefixes_.begin(), prefixes_.end(), [&](const Prefix& kept) {
               return std::equal(kept.tokens.begin(), kept.tokens.end(),
                                 prefix.begin(), prefix.end());
             });
}

void PrefixCache::Keep(SequenceId from, std::span<const TokenId> prefix) {
  if (!Lacks(prefix)) return;
  if (prefixes_.size() == kMaxPrefixes) DropOldest();
  const auto kv = executor_.Open();
  if (!kv) return;  // Only a missed saving.
  executor_.CopyPrefix(from, *kv, prefix.size());
  prefixes_.push_back({{prefix.begin(), prefix.end()}, *kv, ++uses_});
}

bool PrefixCache::DropOldest() {
  if (prefixes_.empty()) return false;
  const auto oldest = std::min_element(
      prefixes_.begin(), prefixes_.end(),
      [](const Prefix& a, const Prefix& b) { return a.last_use < b.last_use; });
  executor_.Close(oldest->kv);
  prefixes_.erase(oldest);
  return true;
}

std::size_t PrefixCache::tokens() const {
  std::size_t tokens = 0;
  for (const Prefix& prefix : prefixes_) tokens += prefix.tokens.size();
  return tokens;
}

}  // namespace dobby
