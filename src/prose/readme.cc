#include "prose/readme.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <vector>

#include "base/text.h"
#include "prose/licences.h"
#include "prose/natural.h"
#include "prose/sentences.h"

namespace dobby {
namespace {

constexpr std::size_t kMostBytes = 240;
/// A paragraph is read no further: what it is about is said by then.
constexpr std::size_t kMostOfParagraph = 2048;
constexpr int kSentencesOfParagraph = 2;
constexpr std::size_t kParagraphs = 12;  ///< Of prose, that are read.
constexpr std::size_t kAllParagraphs = 64;
constexpr int kLeastScore = 1;

template <std::size_t size>
bool IsAmong(std::string_view word,
             const std::array<std::string_view, size>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

template <std::size_t size>
bool HasAnyOf(const std::vector<std::string>& words,
              const std::array<std::string_view, size>& known) {
  for (const std::string& word : words) {
    if (IsAmong(word, known)) return true;
  }
  return false;
}

/// Returns the words in small letters, of letters, digits and what is not
/// ASCII; "don't" is one.
std::vector<std::string> WordsOf(std::string_view text, std::size_t most) {
  std::vector<std::string> words;
  bool in_word = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_letter =
        byte >= 0x80 || std::isalnum(byte) != 0 || (in_word && c == '\'');
    if (is_letter && !in_word) {
      if (words.size() == most) break;
      words.emplace_back();
    }
    if (is_letter) words.back() += static_cast<char>(std::tolower(byte));
    in_word = is_letter;
  }
  return words;
}

std::string Joined(std::string_view text) {
  std::string joined;
  for (const std::string& word : WordsOf(text, 16)) joined += word;
  return joined;
}

/// Whether a title or name is that of no project.
bool IsNoName(std::string_view name) {
  static constexpr std::array<std::string_view, 8> kNone = {
      "", "the", "a", "an", "welcome", "readme", "about", "introduction"};
  return IsAmong(name, kNone);
}

/// The names of a project as they are compared.
std::vector<std::string> NamesOf(const Document& document,
                                 std::span<const std::string> names) {
  std::vector<std::string> joined;
  for (const std::string& name : names) {
    joined.push_back(Joined(name));
    // Of "sinatra/sinatra" and "@vue/core" the end is what people say.
    joined.push_back(Joined(BaseNameOf(name)));
  }
  const auto add_title = [&](const std::string& title) {
    const std::vector<std::string> words = WordsOf(title, 8);
    if (words.empty() || words.size() == 8) return;
    joined.push_back(Joined(title));
    if (words.size() < 5) joined.push_back(words[0]);
  };
  add_title(document.title);
  if (!document.headings.empty() && document.headings[0].level == 1) {
    add_title(document.headings[0].text);
  }
  std::erase_if(joined, IsNoName);
  return joined;
}

/// Returns how many of the first words are a name of the project; 0: none.
std::size_t WordsOfName(const std::vector<std::string>& words,
                        std::size_t begin,
                        const std::vector<std::string>& names) {
  std::string joined;
  std::size_t longest = 0;
  for (std::size_t i = begin; i < words.size() && i < begin + 5; ++i) {
    joined += words[i];
    if (std::find(names.begin(), names.end(), joined) != names.end()) {
      longest = i - begin + 1;
    }
  }
  return longest;
}

bool IsArticle(std::string_view word) {
  static constexpr std::array<std::string_view, 3> kArticles = {"a", "an",
                                                                "the"};
  return IsAmong(word, kArticles);
}

bool IsFormOfBe(std::string_view word) { return word == "is" || word == "are"; }

/// Whether a word is a verb in the third person, as far as its form tells.
bool EndsAsVerb(std::string_view word) {
  return word.size() > 2 && word.ends_with('s') && !word.ends_with("ss") &&
         word != "this" && word != "its" && word != "has" && word != "was";
}

/// Whether a word says what was done to a thing: "Tested with ...".
bool IsParticiple(std::string_view word) {
  return word.ends_with("ed") || word == "made" || word == "built" ||
         word == "written";
}

/// Whether a verb says what a project needs, not what it does.
bool IsOfNeeds(std::string_view verb) {
  static constexpr std::array<std::string_view, 8> kVerbs = {
      "depends", "requires", "needs", "targets",
      "uses",    "supports", "works", "follows"};
  return IsAmong(verb, kVerbs);
}

/// How well a clause with its subject before word `verb` says what that is.
int ScoreOfVerb(const std::vector<std::string>& words, std::size_t verb) {
  for (std::size_t i = verb; i < words.size() && i < verb + 5; ++i) {
    if (IsFormOfBe(words[i])) {
      const bool is_noun = i + 1 < words.size() && IsArticle(words[i + 1]);
      return is_noun ? 9 : 7;
    }
    if (!EndsAsVerb(words[i])) continue;
    if (IsOfNeeds(words[i])) return 1;
    return i == verb ? 6 : 4;
  }
  return 1;
}

/// What a sentence is by its grammar: who it speaks of, and how.
int ScoreOfForm(const std::vector<std::string>& words,
                const std::vector<std::string>& names) {
  static constexpr std::array<std::string_view, 9> kPersons = {
      "we", "you", "i", "our", "your", "my", "if", "there", "these"};
  static constexpr std::array<std::string_view, 6> kPrepositions = {
      "with", "by", "in", "on", "from", "under"};
  static constexpr std::array<std::string_view, 18> kProjects = {
      "project",     "repository", "repo",      "library", "package",
      "module",      "tool",       "crate",     "gem",     "app",
      "application", "program",    "framework", "plugin",  "sample",
      "website",     "extension",  "codebase"};
  const std::string_view second =
      words.size() > 1 ? std::string_view(words[1]) : "";
  const std::size_t begin = IsArticle(words[0]) ? 1 : 0;
  const std::size_t name = WordsOfName(words, begin, names);
  if (name > 0) return ScoreOfVerb(words, begin + name);
  if (words[0] == "this" || words[0] == "the") {
    for (std::size_t i = 1; i < words.size() && i < 4; ++i) {
      if (IsAmong(words[i], kProjects)) return ScoreOfVerb(words, i + 1) - 1;
    }
    return words[0] == "this" && IsFormOfBe(second) ? 5 : 0;
  }
  if (words[0] == "it" && IsFormOfBe(second)) return 4;
  if (words[0] == "it's") return IsArticle(second) ? 4 : 0;
  if (IsArticle(words[0])) return 5;
  if (IsAmong(words[0], kPersons)) return -4;
  if (IsParticiple(words[0]) && IsAmong(second, kPrepositions)) return -3;
  return EndsAsVerb(words[0]) ? 3 : 1;
}

/// Whether a sentence is news, thanks, a way to elsewhere or of this page: what
/// every README may say, whatever its project is.
bool IsOfPage(std::string_view sentence, const std::vector<std::string>& words,
              bool is_of_project) {
  static constexpr std::array<std::string_view, 22> kNever = {
      "sponsor",    "sponsors",     "sponsored", "sponsoring", "donate",
      "announce",   "announcing",   "excited",   "thank",      "thanks",
      "licence",    "license",      "licensed",  "readme",     "translations",
      "deprecated", "unmaintained", "changelog", "copyright",  "patreon",
      "newsletter", "backers"};
  static constexpr std::array<std::string_view, 20> kOrders = {
      "see",     "click",   "please",    "note",    "read",
      "visit",   "check",   "install",   "follow",  "join",
      "try",     "refer",   "star",      "clone",   "download",
      "looking", "warning", "important", "welcome", "status"};
  if (!is_of_project && IsAmong(words[0], kOrders)) return true;
  if (HasAnyOf(words, kNever)) return true;
  const std::string lower = Lower(sentence);
  static constexpr std::array<std::string_view, 8> kNews = {
      " is out",       " is now available", " has been released",
      " was released", "supported by",      "table of contents",
      "this document", "this page"};
  return std::any_of(
             kNews.begin(), kNews.end(),
             [&](auto news) { return lower.find(news) != lower.npos; }) ||
         IsLicence(sentence);
}

/// Whether marks between words make a row of links, badges or keys.
bool IsRow(std::string_view sentence) {
  if (sentence.find(" | ") != sentence.npos) return true;
  const auto marks =
      std::count_if(sentence.begin(), sentence.end(),
                    [](char c) { return c == '|' || c == '[' || c == ']'; });
  std::size_t dots = 0;
  for (std::size_t at = 0;
       (at = sentence.find("\xC2\xB7", at)) != sentence.npos; ++at) {
    ++dots;
  }
  return marks > 0 && static_cast<std::size_t>(marks) + dots > 1;
}

/// Whether nothing but its name stands before a colon: "Docs: ...".
bool IsLabelled(std::string_view sentence) {
  const std::size_t colon = sentence.find(": ");
  return colon < 24 && WordsOf(sentence.substr(0, colon), 4).size() < 3;
}

/// Returns the text from its first letter, digit, quote or bracket on: without
/// "🚀 " and the like.
std::string_view WithoutOrnament(std::string_view text) {
  std::int32_t at = 0;
  const auto size = static_cast<std::int32_t>(text.size());
  while (at < size) {
    std::int32_t next = at;
    UChar32 c = 0;
    U8_NEXT(text.data(), next, size, c);
    if (c > 0 &&
        (u_isalnum(c) || std::string_view("\"'`(@.${")
                                 .find(static_cast<char>(c < 128 ? c : ' ')) !=
                             std::string_view::npos)) {
      break;
    }
    at = next;
  }
  return text.substr(static_cast<std::size_t>(at));
}

/// Whether a sentence breaks off inside code: "The `quote!".
bool IsInCode(std::string_view sentence) {
  return std::count(sentence.begin(), sentence.end(), '`') % 2 == 1;
}

/// Returns the first sentence of a paragraph; a dot before a letter, as in
/// "in .NET", ends none, nor does a mark in code.
std::string SentenceOf(std::string_view text) {
  const bool has_code = !IsInCode(text);
  std::size_t end = 0;
  while (end < text.size()) {
    const std::string next = FirstSentence(text.substr(end));
    if (next.empty()) break;
    end = text.find(next, end) + next.size();
    const std::string_view read = text.substr(0, end);
    const bool is_end =
        end >= text.size() || kBlanks.find(text[end]) != kBlanks.npos;
    const bool breaks_name = !is_end && read.ends_with('.');
    if (!breaks_name && !(has_code && IsInCode(read))) break;
  }
  return std::string(text.substr(0, end));
}

/// Returns a sentence with its full stop, and one that leads to a list without
/// what leads there: "It is a hash that is:".
std::string WithoutList(std::string_view sentence) {
  std::string line(Trim(sentence));
  const auto last =
      static_cast<unsigned char>(line.empty() ? '.' : line.back());
  if (std::isalnum(last) || last == '`' || last == ')') return line + ".";
  if (last != ':') return line;
  line.pop_back();
  for (const std::string_view end :
       {" that is", " which is", " that are", ", such as", " such as", ", like",
        " including", ",", " the following", " for example"}) {
    if (line.ends_with(end)) line.resize(line.size() - end.size());
  }
  return line + ".";
}

/// Returns a sentence cut to kMostBytes, if it must be between clauses.
std::string Fit(std::string_view sentence) {
  const std::string line = WithoutList(sentence);
  if (line.size() <= kMostBytes) return OneLine(line);
  const std::string_view head = std::string_view(line).substr(0, kMostBytes);
  std::size_t end = head.npos;
  for (const std::string_view mark : {"; ", ": ", " - ", ", "}) {
    const std::size_t at = head.rfind(mark);
    if (at != head.npos && at > kMostBytes / 3) {
      end = at;
      break;
    }
  }
  if (end != head.npos) return OneLine(std::string(head.substr(0, end)) + ".");
  end = head.substr(0, kMostBytes - 3).rfind(' ');
  if (end == head.npos) return "";
  return OneLine(std::string(head.substr(0, end)) + "…");
}

/// What stands under a heading.
enum class Section { kOther, kAbout, kAside };

Section SectionOf(std::string_view heading,
                  const std::vector<std::string>& names) {
  static constexpr std::array<std::string_view, 8> kAbout = {
      "about",   "introduction", "overview", "description",
      "summary", "abstract",     "intro",    "purpose"};
  static constexpr std::array<std::string_view, 24> kAside = {
      "install",       "installation", "installing",   "license",
      "licence",       "sponsors",     "sponsor",      "news",
      "status",        "contributing", "contribution", "contributors",
      "changelog",     "usage",        "contents",     "requirements",
      "support",       "building",     "build",        "screenshots",
      "documentation", "credits",      "thanks",       "quickstart"};
  const std::vector<std::string> words = WordsOf(heading, 6);
  if (words.empty()) return Section::kOther;
  const bool asks = words.size() > 2 && words[0] == "what" &&
                    (IsFormOfBe(words[1]) || words[1] == "does") &&
                    (words[2] == "this" || words[2] == "it" ||
                     WordsOfName(words, 2, names) > 0);
  if (asks || IsAmong(words[0], kAbout)) {
    return Section::kAbout;
  }
  return HasAnyOf(words, kAside) ? Section::kAside : Section::kOther;
}

/// Finds the best sentence of a README.
class Chooser {
 public:
  Chooser(const Document& document, std::span<const std::string> names,
          SentenceTest is_instruction)
      : document_(document),
        names_(NamesOf(document, names)),
        is_instruction_(is_instruction) {}

  std::string Choose();

 private:
  void TakeParagraph(const Paragraph& paragraph);
  std::optional<int> ScoreOf(std::string_view sentence) const;
  void Offer(std::string_view sentence, int score);

  const Document& document_;
  std::vector<std::string> names_;
  SentenceTest is_instruction_;
  std::size_t prose_ = 0;  ///< Paragraphs of prose before.
  std::string best_;
  int best_score_ = 0;
};

/// Returns nothing for what no reader would take for a description.
std::optional<int> Chooser::ScoreOf(std::string_view sentence) const {
  const std::vector<std::string> words = WordsOf(sentence, 48);
  const bool is_ascii = std::all_of(sentence.begin(), sentence.end(),
                                    [](char c) { return (c & 0x80) == 0; });
  const std::size_t count = is_ascii ? words.size() : CountWords(sentence);
  if (words.empty() || count < 3) return std::nullopt;
  // "It can be found here": what it is stands elsewhere.
  const bool leads_away = words.back() == "here";
  if (sentence.ends_with('?') || IsRow(sentence) || IsLabelled(sentence) ||
      leads_away || !IsProse(sentence) ||
      IsOfPage(sentence, words, WordsOfName(words, 0, names_) > 0)) {
    return std::nullopt;
  }
  int score = ScoreOfForm(words, names_);
  if (sentence.ends_with('!')) score -= 3;
  if (sentence.ends_with(':')) score -= 2;
  if (sentence.find("://") != sentence.npos) score -= 2;
  return score;
}

void Chooser::Offer(std::string_view sentence, int score) {
  if (score < kLeastScore || score <= best_score_) return;
  std::string line = Fit(sentence);
  if (line.empty()) return;
  best_ = std::move(line);
  best_score_ = score;
}

void Chooser::TakeParagraph(const Paragraph& paragraph) {
  static const Heading kNone;
  const Heading& heading =
      paragraph.heading < 0
          ? kNone
          : document_.headings[static_cast<std::size_t>(paragraph.heading)];
  const bool is_title = heading.text == document_.title ||
                        (paragraph.heading == 0 && heading.level == 1);
  const bool is_titled = paragraph.heading >= 0 && !is_title;
  const Section section =
      is_titled ? SectionOf(heading.text, names_) : Section::kOther;
  if (paragraph.heading > 2 && section != Section::kAbout) return;
  int base = section == Section::kAbout   ? 4
             : section == Section::kAside ? -6
                                          : 0;
  if (is_titled && section == Section::kOther) base -= 2;
  base -= static_cast<int>(std::min<std::size_t>(prose_, 5));
  std::string_view rest =
      std::string_view(paragraph.text).substr(0, kMostOfParagraph);
  bool is_prose = false;
  for (int i = 0; i < kSentencesOfParagraph; ++i) {
    rest = WithoutOrnament(rest);
    const std::string sentence = SentenceOf(rest);
    if (sentence.empty()) break;
    rest.remove_prefix(std::min(sentence.size(), rest.size()));
    std::optional<int> score = ScoreOf(sentence);
    if (!score) continue;
    const bool is_tagline = !is_titled && prose_ == 0 && i == 0;
    if (is_tagline && sentence.size() < 160) *score += 3;
    if (!is_tagline && is_instruction_ && is_instruction_(sentence))
      *score -= 5;
    Offer(sentence, *score + base - i);
    is_prose = true;
  }
  if (is_prose) ++prose_;
}

std::string Chooser::Choose() {
  if (CountWords(document_.description) > 2) return Fit(document_.description);
  if (!document_.tagline.empty()) {
    const std::string sentence = SentenceOf(WithoutOrnament(
        std::string_view(document_.tagline).substr(0, kMostOfParagraph)));
    const auto score = ScoreOf(sentence);
    if (score) {
      Offer(sentence, *score + 3);
      prose_ = 1;
    }
  }
  for (std::size_t i = 0;
       i < std::min(document_.paragraphs.size(), kAllParagraphs) &&
       prose_ < kParagraphs;
       ++i) {
    const int heading = document_.paragraphs[i].heading;
    if (heading > 12) break;
    TakeParagraph(document_.paragraphs[i]);
  }
  return best_;
}

}  // namespace

std::string DescriptionIn(const Document& document,
                          std::span<const std::string> names,
                          SentenceTest is_instruction) {
  return Chooser(document, names, is_instruction).Choose();
}

std::string OpeningOf(const Document& document) {
  if (CountWords(document.description) > 2) return Fit(document.description);
  for (std::size_t i = 0; i < document.paragraphs.size() && i < kParagraphs;
       ++i) {
    const std::string_view text =
        WithoutOrnament(std::string_view(document.paragraphs[i].text)
                            .substr(0, kMostOfParagraph));
    const std::string sentence = SentenceOf(text);
    const auto words = WordsOf(sentence, 48);
    const bool is_one = !words.empty() && CountWords(sentence) > 1 &&
                        IsProse(sentence) && !IsRow(sentence) &&
                        !IsOfPage(sentence, words, false);
    if (is_one) return Fit(sentence);
  }
  return "";
}

}  // namespace dobby
