#include "summaries/withholding.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/name_words.h"
#include "summaries/allowed_words.h"

namespace dobby {

bool IsWorthShowing(const std::string& line, std::string_view subject) {
  const bool is_whole = line.ends_with('.') || line.ends_with('!');
  if (!is_whole) return false;
  std::set<std::string> known;
  for (const std::string& word : WordsOfName(subject)) known.insert(word);
  const auto words = WordsOfName(line);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::isalpha(static_cast<unsigned char>(word[0])) != 0 &&
           !known.contains(word) && !IsPlainWord(word);
  });
}

}  // namespace dobby
