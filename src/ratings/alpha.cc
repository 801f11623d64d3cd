// How far raters agree.
#include <map>

#include "dobby/ratings.h"

namespace dobby {
namespace {

using Counts = std::map<int, double>;  ///< By value, in order.

/// Returns the squared difference of two values that are `low` and `high` in
/// rank: what lies between them, each end by half.
double OrdinalDifference(const Counts& totals, int low, int high) {
  double between = 0;
  for (auto at = totals.find(low); at != totals.end() && at->first <= high;
       ++at) {
    between += at->second;
  }
  between -= (totals.at(low) + totals.at(high)) / 2;
  return between * between;
}

/// Pairs of values within units, each unit's weighted by 1 / (its values - 1).
struct Coincidences {
  std::map<std::pair<int, int>, double> pairs;
  Counts totals;
  double all = 0;
};

Coincidences Count(std::span<const std::vector<int>> units) {
  Coincidences found;
  for (const std::vector<int>& unit : units) {
    if (unit.size() < 2) continue;
    const double weight = 1 / (static_cast<double>(unit.size()) - 1);
    for (std::size_t i = 0; i < unit.size(); ++i) {
      found.totals[unit[i]] += 1;
      found.all += 1;
      for (std::size_t j = 0; j < unit.size(); ++j) {
        if (i != j && unit[i] < unit[j]) {
          found.pairs[{unit[i], unit[j]}] += weight;
        }
      }
    }
  }
  return found;
}

}  // namespace

std::optional<double> OrdinalAlpha(std::span<const std::vector<int>> units) {
  const Coincidences found = Count(units);
  double observed = 0, expected = 0;
  for (auto low = found.totals.begin(); low != found.totals.end(); ++low) {
    for (auto high = std::next(low); high != found.totals.end(); ++high) {
      const double difference =
          OrdinalDifference(found.totals, low->first, high->first);
      expected += low->second * high->second * difference;
      const auto pairs = found.pairs.find({low->first, high->first});
      if (pairs != found.pairs.end()) observed += pairs->second * difference;
    }
  }
  if (expected == 0) return std::nullopt;
  return 1 - (found.all - 1) * observed / expected;
}

}  // namespace dobby
