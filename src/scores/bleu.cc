// BLEU of single sentences as CodeXGLUE computes it.
#include <algorithm>
#include <cmath>
#include <limits>

#include "dobby/scores.h"
#include "scores/ngrams.h"
#include "scores/unicode_words.h"

namespace dobby {
namespace {

constexpr std::size_t kLongestGram = 4;

using Tokens = std::vector<std::u32string>;

/// The normalisation of NIST's mteval after words and marks stand apart: what
/// is left to do is to part words at underscores.
Tokens TokensOf(std::string_view text) {
  Tokens tokens;
  for (const auto& word : WordsAndMarks(LowerCase(CodePointsOf(text)))) {
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= word.size(); ++i) {
      if (i < word.size() && word[i] != U'_') continue;
      if (i > begin) tokens.push_back(word.substr(begin, i - begin));
      if (i < word.size()) tokens.emplace_back(1, U'_');
      begin = i + 1;
    }
  }
  return tokens;
}

}  // namespace

double CodeXGlueBleu(std::string_view reference, std::string_view candidate) {
  constexpr double kTiny = std::numeric_limits<double>::min();
  const Tokens expected = TokensOf(reference), given = TokensOf(candidate);
  double log_bleu = 0;
  for (std::size_t n = 1; n <= kLongestGram; ++n) {
    const NGrams<Tokens> grams(given, n);
    const auto common =
        static_cast<double>(grams.CommonWith(NGrams<Tokens>(expected, n)));
    const auto all = static_cast<double>(grams.total());
    const double added = (n == 1 ? 0 : 1) + kTiny;
    log_bleu += std::log(common + added) - std::log(all + added);
  }
  log_bleu /= kLongestGram;
  const double ratio = static_cast<double>(expected.size() + 1) /
                       static_cast<double>(given.size() + 1);
  return 100 * std::exp(log_bleu + std::min(0.0, 1 - ratio));
}

}  // namespace dobby
