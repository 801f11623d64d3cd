#include "summaries/name_claims.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/name_words.h"

namespace dobby {
namespace {

bool IsFiller(const std::string& word) {
  static constexpr std::array<std::string_view, 22> kFillers = {
      "a",    "an",     "the",       "this",    "is",     "of",
      "for",  "class",  "interface", "struct",  "enum",   "file",
      "test", "tests",  "module",    "type",    "header", "script",
      "unit", "object", "package",   "function"};
  return std::find(kFillers.begin(), kFillers.end(), word) != kFillers.end();
}

}  // namespace

bool SaysMoreThan(std::string_view name, std::string_view sentence) {
  const auto known = WordsOfName(name);
  const std::set<std::string> names(known.begin(), known.end());
  const auto words = WordsOfName(sentence);
  const bool is_other_script =
      std::any_of(sentence.begin(), sentence.end(),
                  [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return is_other_script ||
         std::any_of(words.begin(), words.end(), [&](const std::string& word) {
           return !IsFiller(word) && !names.contains(word);
         });
}

}  // namespace dobby
