#include "summaries/text_line.h"

#include <algorithm>
#include <cctype>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"
#include "chunks/author_words.h"
#include "chunks/headings.h"
#include "summaries/allowed_words.h"

namespace dobby {
namespace {

constexpr std::string_view kComments = "Comments:", kBegins = "Begins: ";
constexpr std::size_t kMostBytes = 160;  ///< Of what is quoted.
constexpr std::size_t kShortestLine = 8;
constexpr std::size_t kMostWords = 6;
constexpr std::size_t kLeastTimes = 2;
constexpr std::size_t kShortest = 3, kLongest = 40;  ///< Bytes of a word.

struct Word {
  std::string_view text;  ///< As it is written first.
  std::size_t times = 0;
};

/// Returns the words that begin with a letter, in the order of the text.
std::vector<Word> WordsOf(std::string_view text) {
  std::vector<Word> words;
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = EndOfWord(text, at);
    const std::string_view word = text.substr(at, end - at);
    at = std::max(end, at + 1);
    if (word.size() < kShortest || word.size() > kLongest ||
        std::isalpha(static_cast<unsigned char>(word[0])) == 0) {
      continue;
    }
    const auto [known, is_new] = index.emplace(Lower(word), words.size());
    if (is_new) words.push_back({word, 0});
    ++words[known->second].times;
  }
  return words;
}

std::size_t LinesIn(std::string_view text) {
  const auto breaks = std::count(text.begin(), text.end(), '\n');
  return static_cast<std::size_t>(breaks) + (text.ends_with('\n') ? 0 : 1);
}

/// Whether a line has words, is not as short as "try:", and no licence.
bool SaysSomething(std::string_view line) {
  return line.size() >= kShortestLine && !IsLicence(line) &&
         std::any_of(line.begin(), line.end(), [](char c) {
           return std::isalpha(static_cast<unsigned char>(c)) != 0;
         });
}

/// Returns the first line that says something; where none does, the first that
/// is not blank.
std::string_view FirstLine(std::string_view text) {
  auto lines = TrimmedLines(text, text.size());
  std::erase(lines, "");
  if (lines.empty()) return "";
  const auto found = std::find_if(lines.begin(), lines.end(), SaysSomething);
  return found == lines.end() ? lines.front() : *found;
}

std::string Shortened(const std::string& text) {
  return text.size() <= kMostBytes
             ? text
             : text.substr(0, Utf8CutAt(text, kMostBytes)) + "...";
}

}  // namespace

std::string TextSentence(std::string_view text, const Language& language) {
  const std::vector<std::string> sentences = CommentSentences(text, language);
  std::string line(kComments);
  std::size_t shown = 0;
  while (shown < sentences.size() &&
         (shown == 0 || line.size() + sentences[shown].size() <= kMostBytes)) {
    line += " " + sentences[shown++];
  }
  const std::size_t left = sentences.size() - shown;
  if (shown > 0) {
    return left == 0 ? line : line + " And " + std::to_string(left) + " more.";
  }
  const std::string prose =
      language.id == "text" ? SentenceOfText(FirstProse(text)) : "";
  return std::string(kBegins) +
         Shortened(prose.empty() ? OneLine(FirstLine(text)) : prose);
}

bool IsTextSentence(std::string_view line) {
  return line.starts_with(kComments) || line.starts_with(kBegins);
}

std::string TextLine(std::string_view text, const Language& language) {
  std::vector<Word> words = WordsOf(text);
  std::erase_if(words, [](const Word& word) {
    return word.times < kLeastTimes || IsPlainWord(Lower(word.text));
  });
  std::stable_sort(
      words.begin(), words.end(),
      [](const Word& a, const Word& b) { return a.times > b.times; });
  const std::size_t lines = LinesIn(text);
  std::string line = "Has " + std::to_string(lines) +
                     (lines == 1 ? " line of " : " lines of ") +
                     std::string(language.display);
  words.resize(std::min(words.size(), kMostWords));
  for (const Word& word : words) {
    line += (&word == &words.front() ? "; frequent words: " : ", ");
    line += word.text;
  }
  return line + ".";
}

}  // namespace dobby
