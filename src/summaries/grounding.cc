// The identifiers of a summary, and those that the source does not have.
#include <algorithm>
#include <cctype>
#include <functional>
#include <set>
#include <string>

#include "base/text.h"
#include "dobby/summary.h"

namespace dobby {
namespace {

/// Whether a word can only be the name of something in code: snake_case,
/// camelCase or PascalCase with two humps, or a letter with digits behind.
bool LooksLikeIdentifier(std::string_view word) {
  std::size_t humps = 0;
  bool underscore = false, lower_seen = false, digit = false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto c = static_cast<unsigned char>(word[i]);
    underscore = underscore || (c == '_' && i > 0);
    digit = digit || std::isdigit(c);
    if (std::islower(c)) lower_seen = true;
    if (std::isupper(c) && i > 0 &&
        std::islower(static_cast<unsigned char>(word[i - 1]))) {
      ++humps;
    }
  }
  if (std::isdigit(static_cast<unsigned char>(word[0]))) return false;
  return underscore || (humps > 0 && lower_seen) ||
         (digit && lower_seen && word.size() > 2);
}

}  // namespace

std::vector<std::string> IdentifiersOf(std::string_view summary) {
  std::vector<std::string> identifiers;
  bool quoted = false;  // Between backticks.
  for (std::size_t i = 0; i < summary.size();) {
    if (summary[i] == '`') quoted = !quoted;
    const std::size_t end = EndOfWord(summary, i);
    if (end == i) {
      ++i;
      continue;
    }
    const std::string_view word = summary.substr(i, end - i);
    const bool called = summary.substr(end, 2) == "()";
    if (quoted || called || LooksLikeIdentifier(word)) {
      identifiers.emplace_back(word);
    }
    i = end;
  }
  return identifiers;
}

std::vector<std::string> UngroundedIdentifiers(std::string_view summary,
                                               std::string_view source) {
  std::vector<std::string> identifiers = IdentifiersOf(summary);
  std::set<std::string, std::less<>> missing;
  std::size_t longest = 0;
  for (const std::string& identifier : identifiers) {
    missing.insert(Lower(identifier));
    longest = std::max(longest, identifier.size());
  }
  for (std::size_t i = 0; i < source.size() && !missing.empty();) {
    const std::size_t end = EndOfWord(source, i);
    const std::string_view word = source.substr(i, end - i);
    if (!word.empty() && word.size() <= longest) missing.erase(Lower(word));
    i = std::max(end, i + 1);
  }
  std::erase_if(identifiers, [&](const std::string& identifier) {
    return missing.count(Lower(identifier)) == 0;
  });
  return identifiers;
}

}  // namespace dobby
