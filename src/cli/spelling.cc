#include "cli/spelling.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace dobby::cli {
namespace {

/// Source: Wagner and Fischer 1974, with one row kept.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string DidYouMean(std::string_view word,
                       const std::vector<std::string>& known,
                       std::string_view prefix) {
  std::string best;
  // A third of the word may be wrong; more would be guessing.
  std::size_t least = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = EditDistance(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  if (best.empty()) return "";
  return "; did you mean " + std::string(prefix) + best + "?";
}

}  // namespace dobby::cli
