// What can be said of a summary without a reference.
#include <algorithm>
#include <cctype>
#include <set>

#include "base/name_words.h"
#include "base/utf8.h"
#include "dobby/scores.h"
#include "dobby/summary.h"
#include "scores/porter_stemmer.h"

namespace dobby {
namespace {

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<std::string_view> WordsOf(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

/// Every word of the text, every word of every name in it, and their stems.
std::set<std::string> Vocabulary(std::string_view text) {
  std::set<std::string> words;
  std::string name;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '_' || byte >= 0x80) {
      name += c;
      continue;
    }
    for (const std::string& word : WordsOfName(name)) {
      words.insert(word);
      words.insert(PorterStem(word));
    }
    name.clear();
  }
  return words;
}

bool BeginsWell(std::string_view line) {
  const auto first = static_cast<unsigned char>(line.front());
  if (!std::islower(first)) return std::isalnum(first) || first >= 0x80;
  // A name may begin a sentence as it is written.
  const std::string_view word = WordsOf(line).front();
  return !IdentifiersOf(word).empty();
}

bool EndsWell(std::string_view line) {
  return std::string_view(".!?").find(line.back()) != std::string_view::npos;
}

bool Stammers(std::string_view line) {
  const auto words = WordsOf(line);
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i] == words[i - 1] && words[i] == words[i - 2]) return true;
  }
  return false;
}

bool IsPlainText(std::string_view line) {
  const bool marked =
      line.starts_with("- ") || line.starts_with("* ") || line.starts_with("#");
  const bool control = std::any_of(line.begin(), line.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t';
  });
  return !marked && !control && IsUtf8(line) &&
         line.find("```") == std::string_view::npos &&
         line.find("\xEF\xBF\xBD") == std::string_view::npos;
}

}  // namespace

double FunctionalityCoverage(std::string_view summary,
                             std::span<const Symbol> outline) {
  if (outline.empty()) return 1;
  const std::set<std::string> said = Vocabulary(summary);
  const auto mentioned =
      std::count_if(outline.begin(), outline.end(), [&](const Symbol& symbol) {
        const auto words = WordsOfName(symbol.name);
        return !words.empty() &&
               std::all_of(words.begin(), words.end(), [&](const auto& word) {
                 return said.count(word) + said.count(PorterStem(word)) > 0;
               });
      });
  return static_cast<double>(mentioned) / static_cast<double>(outline.size());
}

double SyntaxAccuracy(std::string_view summary, std::size_t count) {
  auto lines = LinesOf(summary);
  std::erase_if(lines, [](auto line) { return WordsOf(line).empty(); });
  const auto all = [&lines](auto holds) {
    return !lines.empty() && std::all_of(lines.begin(), lines.end(), holds);
  };
  const std::set<std::string_view> different(lines.begin(), lines.end());
  const bool holds[] = {
      lines.size() == count,
      all(BeginsWell),
      all(EndsWell),
      all([](auto line) { return !Stammers(line); }),
      different.size() == lines.size(),
      all(IsPlainText),
  };
  return static_cast<double>(
             std::count(std::begin(holds), std::end(holds), true)) /
         std::size(holds);
}

double TechnicalAccuracy(std::string_view summary, std::string_view source) {
  const std::size_t names = IdentifiersOf(summary).size();
  if (names == 0) return 1;
  const std::size_t invented = UngroundedIdentifiers(summary, source).size();
  return 1 - static_cast<double>(invented) / static_cast<double>(names);
}

}  // namespace dobby
