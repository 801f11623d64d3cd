#include "summaries/text_line.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>
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

/// Whether a line has words, is not as short as "try:", and neither a licence
/// nor tells what the text needs.
bool SaysSomething(std::string_view line) {
  static constexpr std::array<std::string_view, 6> kNeeds = {
      "#include", "from ", "import ", "package ", "use ", "using "};
  return line.size() >= kShortestLine && !IsLicence(line) &&
         std::none_of(kNeeds.begin(), kNeeds.end(),
                      [line](auto need) { return line.starts_with(need); }) &&
         std::any_of(line.begin(), line.end(), [](char c) {
           return std::isalpha(static_cast<unsigned char>(c)) != 0;
         });
}

/// Returns the first line that says something; where none does, the longest.
std::string_view FirstLine(std::string_view text) {
  const auto lines = TrimmedLines(text, text.size());
  if (lines.empty()) return "";
  const auto found = std::find_if(lines.begin(), lines.end(), SaysSomething);
  if (found != lines.end()) return *found;
  return *std::max_element(lines.begin(), lines.end(),
                           [](auto a, auto b) { return a.size() < b.size(); });
}

/// Returns " A sentence. Another one." of the comments before the longest parts
/// of a text; of those at the margin, where there are some.
std::string MainComments(std::vector<CommentSentence> comments) {
  const bool some_at_margin =
      std::any_of(comments.begin(), comments.end(),
                  [](const auto& comment) { return !comment.is_indented; });
  if (some_at_margin) {
    std::erase_if(comments,
                  [](const auto& comment) { return comment.is_indented; });
  }
  std::vector<std::size_t> order(comments.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
    return comments[a].lines > comments[b].lines;
  });
  std::size_t shown = 0, bytes = 0;
  while (shown < order.size()) {
    bytes += comments[order[shown]].text.size();
    if (shown > 0 && bytes > kMostBytes) break;
    ++shown;
  }
  order.resize(shown);
  std::sort(order.begin(), order.end());
  std::string line;
  for (const std::size_t i : order) line += " " + comments[i].text;
  return line;
}

}  // namespace

std::string TextSentence(std::string_view text, const Language& language) {
  const std::string comments = MainComments(CommentSentences(text, language));
  if (!comments.empty()) return std::string(kComments) + comments;
  static constexpr std::array<std::string_view, 4> kProse = {
      "asciidoc", "markdown", "rst", "text"};
  const bool is_prose =
      std::find(kProse.begin(), kProse.end(), language.id) != kProse.end();
  const std::string prose = is_prose ? SentenceOfProse(FirstProse(text)) : "";
  return std::string(kBegins) +
         Shortened(prose.empty() ? OneLine(FirstLine(text)) : prose,
                   kMostBytes);
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
