// chrF: the F score of character n-grams.
#include <algorithm>

#include "dobby/scores.h"
#include "scores/ngrams.h"
#include "scores/unicode_words.h"

namespace dobby {
namespace {

constexpr std::size_t kLongestGram = 6;
constexpr double kRecallWeight = 4;  // beta = 2, squared.

std::u32string WithoutSpaces(std::string_view text) {
  std::u32string points = CodePointsOf(text);
  std::erase_if(points, IsSpace);
  return points;
}

}  // namespace

double Chrf(std::string_view reference, std::string_view candidate) {
  const std::u32string expected = WithoutSpaces(reference);
  const std::u32string given = WithoutSpaces(candidate);
  double precision = 0, recall = 0;
  std::size_t orders = 0;  // Those for which both texts are long enough.
  for (std::size_t n = 1; n <= kLongestGram; ++n) {
    const NGrams<std::u32string> there(expected, n), here(given, n);
    if (there.total() == 0 || here.total() == 0) continue;
    const auto common = static_cast<double>(here.CommonWith(there));
    precision += common / static_cast<double>(here.total());
    recall += common / static_cast<double>(there.total());
    ++orders;
  }
  if (precision + recall == 0) return 0;
  precision /= static_cast<double>(orders);
  recall /= static_cast<double>(orders);
  return 100 * (1 + kRecallWeight) * precision * recall /
         (kRecallWeight * precision + recall);
}

}  // namespace dobby
