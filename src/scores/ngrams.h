// Counts of n-grams.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

namespace dobby {

/// How often each n-gram occurs in a sequence.
template <typename Sequence>
class NGrams {
 public:
  NGrams(const Sequence& sequence, std::size_t n) {
    for (std::size_t i = 0; i + n <= sequence.size(); ++i) {
      const auto begin = sequence.begin() + static_cast<std::ptrdiff_t>(i);
      ++counts_[{begin, begin + static_cast<std::ptrdiff_t>(n)}];
      ++total_;
    }
  }

  std::size_t total() const { return total_; }

  /// Returns how many of these n-grams `other` has too, each counted at most as
  /// often as it occurs there.
  std::size_t CommonWith(const NGrams& other) const {
    std::size_t common = 0;
    for (const auto& [gram, count] : counts_) {
      const auto found = other.counts_.find(gram);
      if (found == other.counts_.end()) continue;
      common += std::min(count, found->second);
    }
    return common;
  }

 private:
  std::map<std::vector<typename Sequence::value_type>, std::size_t> counts_;
  std::size_t total_ = 0;
};

}  // namespace dobby
