// ROUGE as the package rouge-score computes it.
#include <algorithm>
#include <cctype>

#include "dobby/scores.h"
#include "scores/ngrams.h"
#include "scores/porter_stemmer.h"

namespace dobby {
namespace {

using Tokens = std::vector<std::string>;

/// Words of up to three letters are never stemmed.
constexpr std::size_t kShortWord = 3;

Tokens TokensOf(std::string_view text, bool stem) {
  Tokens tokens;
  bool in_word = false;
  for (const char c : text) {
    const int lower = std::tolower(static_cast<unsigned char>(c));
    const bool word =
        (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (word && !in_word) tokens.emplace_back();
    if (word) tokens.back() += static_cast<char>(lower);
    in_word = word;
  }
  if (!stem) return tokens;
  for (std::string& token : tokens) {
    if (token.size() > kShortWord) token = PorterStem(token);
  }
  return tokens;
}

RougeScore ScoreOf(std::size_t common, std::size_t expected,
                   std::size_t given) {
  if (common == 0) return {};
  const auto shared = static_cast<double>(common);
  const double precision = shared / static_cast<double>(given);
  const double recall = shared / static_cast<double>(expected);
  return {precision, recall, 2 * precision * recall / (precision + recall)};
}

RougeScore OfNGrams(const Tokens& expected, const Tokens& given,
                    std::size_t n) {
  const NGrams<Tokens> there(expected, n), here(given, n);
  return ScoreOf(here.CommonWith(there), there.total(), here.total());
}

std::size_t LongestCommonSubsequence(const Tokens& a, const Tokens& b) {
  std::vector<std::size_t> row(b.size() + 1, 0);
  for (const std::string& token : a) {
    std::size_t diagonal = 0;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t above = row[j + 1];
      row[j + 1] = token == b[j] ? diagonal + 1 : std::max(above, row[j]);
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

RougeScores Rouge(std::string_view reference, std::string_view candidate,
                  bool stem) {
  const Tokens expected = TokensOf(reference, stem);
  const Tokens given = TokensOf(candidate, stem);
  return {OfNGrams(expected, given, 1), OfNGrams(expected, given, 2),
          ScoreOf(LongestCommonSubsequence(expected, given), expected.size(),
                  given.size())};
}

}  // namespace dobby
