#include "engine/prompt_lookup.h"

#include <algorithm>

namespace dobby {
namespace {

constexpr std::size_t kLongestKey = 3, kShortestKey = 2;
constexpr std::size_t kMostDrafted = 4;

}  // namespace

std::span<const TokenId> LookUpDraft(std::span<const TokenId> tokens,
                                     std::size_t most) {
  for (std::size_t n = kLongestKey; n >= kShortestKey; --n) {
    if (tokens.size() <= n) continue;
    const auto key = tokens.last(n);
    const auto before = tokens.first(tokens.size() - 1);
    const auto found =
        std::find_end(before.begin(), before.end(), key.begin(), key.end());
    if (found == before.end()) continue;
    const auto rest =
        tokens.subspan(static_cast<std::size_t>(found - before.begin()) + n);
    return rest.first(std::min(most, rest.size()));
  }
  return {};
}

void DraftLength::Observe(std::size_t drafted, std::size_t right) {
  next_ = right == drafted ? std::min(2 * next_, kMostDrafted)
                           : std::max<std::size_t>(right, 1);
}

}  // namespace dobby
