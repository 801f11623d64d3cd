#include "chunks/author_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>
#include <vector>

#include "base/text.h"
#include "chunks/comments.h"
#include "chunks/headings.h"
#include "chunks/instructions.h"
#include "prose/licences.h"
#include "prose/markup.h"
#include "prose/natural.h"
#include "prose/sentences.h"

namespace dobby {
namespace {

/// Lines that are looked at: a header stands at the top.
constexpr std::size_t kMostLines = 120;
/// One word says too little, and more are no line of a summary.
constexpr std::size_t kLeastWords = 2, kMostWords = 40;
// "Return result." tells less of a definition than its name does.
constexpr std::size_t kLeastWordsOnDefinition = 3;
/// Of a paragraph: a longer one is no prose.
constexpr std::size_t kMostBytes = 8192;

/// Whether a line may stand before the comment that describes a file. Behind
/// imports a comment tells of what comes next, but where a file is a class.
bool IsPreamble(std::string_view line, std::string_view language) {
  static constexpr std::array<std::string_view, 10> kAnywhere = {
      "#pragma", "#ifndef", "#define", "#if",      "#endif",
      "<?php",   "'use ",   "\"use ",  "declare(", "#!["};
  static constexpr std::array<std::string_view, 5> kBeforeClasses = {
      "package ", "import ", "using ", "use ", "namespace "};
  static constexpr std::array<std::string_view, 6> kFilesOfClasses = {
      "java", "kotlin", "csharp", "scala", "groovy", "php"};
  const auto starts = [line](std::string_view start) {
    return line.starts_with(start);
  };
  return std::any_of(kAnywhere.begin(), kAnywhere.end(), starts) ||
         (std::find(kFilesOfClasses.begin(), kFilesOfClasses.end(), language) !=
              kFilesOfClasses.end() &&
          std::any_of(kBeforeClasses.begin(), kBeforeClasses.end(), starts));
}

/// Whether a line of a comment is for an editor, a linter or a later day. Most
/// are told by their form; these have that of prose.
bool IsForTools(std::string_view line) {
  static constexpr std::array<std::string_view, 10> kStarts = {
      "TODO",   "FIXME", "XXX",    "HACK",      "NOLINT",
      "nolint", "go:",   "+build", "istanbul ", "NOSONAR"};
  return line.find("-*-") != std::string_view::npos || IsDirective(line) ||
         std::any_of(kStarts.begin(), kStarts.end(),
                     [line](auto start) { return line.starts_with(start); });
}

/// Whether a line begins a remark on something else than what the text is for,
/// which may go on below: "@param x what it", ":returns: it", "TODO: do it".
bool BeginsAside(std::string_view line) {
  static constexpr std::array<std::string_view, 14> kTags = {
      "raises", "rtype",      "type",      "param",  "tparam",
      "return", "throw",      "exception", "retval", "see",
      "todo",   "deprecated", "note",      "example"};
  static constexpr std::array<std::string_view, 4> kLater = {"TODO", "FIXME",
                                                             "XXX", "HACK"};
  const auto starts = [&line](std::string_view start) {
    return line.starts_with(start);
  };
  static constexpr std::array<std::string_view, 7> kElements = {
      "<param",   "<returns", "<typeparam", "<exception",
      "<remarks", "<example", "<inheritdoc"};
  if (std::any_of(kLater.begin(), kLater.end(), starts)) return true;
  if (std::any_of(kElements.begin(), kElements.end(), starts)) return true;
  if (line.empty() ||
      std::string_view("@\\:").find(line[0]) == std::string_view::npos) {
    return false;
  }
  line.remove_prefix(1);
  return std::any_of(kTags.begin(), kTags.end(), starts);
}

/// Of a field, as in "Description : Levels of the gauge", returns what
/// describes the text; empty for other fields, and the line itself if it is
/// none.
std::string_view WithoutField(std::string_view line) {
  const std::size_t colon = line.find(" :");
  const std::string_view name = Trim(line.substr(0, colon));
  const bool is_field = colon != line.npos && colon + 2 < line.size() &&
                        line[colon + 2] == ' ' && name.find(' ') == name.npos;
  if (!is_field) return line;
  static constexpr std::array<std::string_view, 4> kTelling = {
      "description", "synopsis", "purpose", "summary"};
  const std::string lower = Lower(name);
  const bool tells =
      std::find(kTelling.begin(), kTelling.end(), lower) != kTelling.end();
  return tells ? Trim(line.substr(colon + 2)) : "";
}

/// Returns a line without the tags of Doxygen and its like, and rules around
/// it; empty when it tells of something else than what the text is for.
std::string_view WithoutTag(std::string_view line) {
  if (IsForTools(line)) return "";
  // Of C#: "<summary>Adds an item.</summary>".
  constexpr std::string_view kOpen = "<summary>", kClose = "</summary>";
  if (line.starts_with(kOpen)) line = Trim(line.substr(kOpen.size()));
  if (line.ends_with(kClose)) {
    line = Trim(line.substr(0, line.size() - kClose.size()));
  }
  line = WithoutField(line);
  // A heading; the bar of Haddock.
  if (line.starts_with("# ") || line.starts_with("| ")) line.remove_prefix(2);
  constexpr std::string_view kRules = "-=*#~_/ ";
  const std::size_t begin = line.find_first_not_of(kRules);
  if (begin == std::string_view::npos) return "";
  if (begin > 2) {
    line = line.substr(begin, line.find_last_not_of(kRules) - begin + 1);
  }
  if (line.empty() || (line[0] != '@' && line[0] != '\\')) return line;
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view tag = line.substr(1, end - 1);
  static constexpr std::array<std::string_view, 8> kTelling = {
      "brief",    "file",        "fileoverview", "summary",
      "overview", "description", "desc",         "abstract"};
  const std::string_view rest = Trim(line.substr(end));
  const bool tells =
      std::find(kTelling.begin(), kTelling.end(), tag) != kTelling.end();
  return tells && rest.find(' ') != rest.npos ? rest : "";
}

bool HasLetters(std::string_view line) {
  return std::any_of(line.begin(), line.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalpha(byte) != 0 || byte >= 0x80;
  });
}

/// Returns the paragraphs of more than a word, each on one line: what stands
/// alone is a name, as in "ring_buffer.h".
std::vector<std::string> Paragraphs(const Lines& comment) {
  std::vector<std::string> paragraphs(1);
  bool aside = false;
  for (const std::string_view raw : comment) {
    const std::string_view line = WithoutTag(raw);
    const bool tagged = !raw.empty() && (raw[0] == '@' || raw[0] == '\\');
    if (BeginsAside(raw)) {
      aside = true;
    } else if (line.empty() || tagged) {
      aside = false;
    }
    std::string& paragraph = paragraphs.back();
    if (HasLetters(line) && !aside) {
      paragraph += (paragraph.empty() ? "" : " ") + std::string(line);
    } else if (!paragraph.empty()) {
      paragraphs.emplace_back();
    }
  }
  std::erase_if(paragraphs, [](const auto& text) {
    return text.size() <= kMostBytes && CountWords(text) < 2;
  });
  return paragraphs;
}

/// Whether a paragraph tells who or what wrote the text, or which version it
/// is.
bool IsCredit(std::string_view text) {
  static constexpr std::array<std::string_view, 18> kStarts = {
      "written by",
      "author:",
      "authors:",
      "created by",
      "contributed by",
      "maintained by",
      "maintainer",
      "id:",
      "$id",
      "$revision",
      "generated by",
      "generated automatically",
      "this file is auto",
      "this file is generated",
      "this file was generated",
      "auto-generated",
      "autogenerated",
      "automatically generated"};
  const std::string start = Lower(text.substr(0, 24));
  return std::any_of(kStarts.begin(), kStarts.end(),
                     [&](auto sign) { return start.starts_with(sign); });
}

/// Returns the sentence of a comment as a line, or nothing: of its first
/// paragraph of prose that is no notice.
std::string SentenceOf(const Lines& comment) {
  for (const std::string& paragraph : Paragraphs(comment)) {
    if (paragraph.size() > kMostBytes) return "";
    const std::string text = RenderMarkup(paragraph);
    if (IsLicence(text) || IsCredit(text) || !IsProse(text)) continue;
    const std::string sentence = SentenceOfText(text);
    return AddressesReader(sentence) ? "" : sentence;
  }
  return "";
}

/// Whether a text ends as sentences do, in any script.
bool EndsSentence(std::string_view text) {
  static constexpr std::array<std::string_view, 8> kEnds = {
      ".", "!", "?", "\u2026", "\u3002", "\uFF0E", "\uFF01", "\uFF1F"};
  return std::any_of(kEnds.begin(), kEnds.end(),
                     [text](auto end) { return text.ends_with(end); });
}

/// Whether a sentence says what something is or does, and not when.
bool Describes(std::string_view sentence) {
  static constexpr std::array<std::string_view, 7> kNot = {
      "If ", "When ", "Note ", "See ", "Deprecated", "For ", "Internal "};
  return !sentence.empty() &&
         std::none_of(kNot.begin(), kNot.end(), [sentence](auto start) {
           return sentence.starts_with(start);
         });
}

/// Whether a sentence without its subject goes on with a verb: "is a queue",
/// "represents the". Told by its ending, so "buffers of bytes" does, too.
bool BeginsWithVerb(std::string_view text) {
  const std::string_view word = text.substr(0, text.find(' '));
  return word.size() > 1 && word.back() == 's' &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return std::islower(static_cast<unsigned char>(c)) != 0;
         });
}

/// Whether a sentence goes on so behind its subject. Where the name of what is
/// described is a verb, it does not: "Open the file."
bool GoesOn(std::string_view text) {
  static constexpr std::array<std::string_view, 7> kVerbs = {
      "can ", "may ", "must ", "will ", "should ", "are ", "do "};
  return BeginsWithVerb(text) ||
         std::any_of(kVerbs.begin(), kVerbs.end(),
                     [text](auto verb) { return text.starts_with(verb); });
}

/// Returns a sentence without the name that it begins with, and an article in
/// front of it: "A Rand is a source" is "is a source".
std::string WithoutName(std::string sentence, std::string_view name) {
  for (const std::string_view article : {"A ", "An ", "The "}) {
    const std::size_t end = article.size() + name.size();
    if (sentence.starts_with(article) && sentence.size() > end + 1 &&
        sentence.compare(article.size(), name.size(), name) == 0 &&
        sentence[end] == ' ' &&
        GoesOn(std::string_view(sentence).substr(end + 1))) {
      return sentence.substr(end + 1);
    }
  }
  const std::size_t mark = sentence.starts_with("`") ? 1 : 0;
  const std::size_t end = mark + name.size() + mark;
  if (mark > 0 && sentence.find('`', 1) + 1 != end) return sentence;
  // A sentence begins with a capital, the name perhaps not.
  if (sentence.size() <= end + 1 || sentence[end] != ' ' ||
      Lower(sentence.substr(mark, name.size())) != Lower(name) ||
      !GoesOn(std::string_view(sentence).substr(end + 1))) {
    return sentence;
  }
  return sentence.substr(end + 1);
}

}  // namespace

std::string SentenceAbout(const std::string& subject, const std::string& doc) {
  if (!Describes(doc)) return "";
  return OneLine(subject + (BeginsWithVerb(doc) ? ", which " : ": ") + doc);
}

std::string SentenceOfText(const std::string& paragraph) {
  const bool is_prose = !paragraph.starts_with("* ") &&
                        !paragraph.starts_with("- ") &&
                        paragraph.find("==") == std::string::npos;
  if (!is_prose || IsLicence(paragraph) || IsCredit(paragraph)) return "";
  std::string sentence = FirstSentence(paragraph);
  std::replace(sentence.begin(), sentence.end(), '\t', ' ');
  // "ring_buffer.h - A queue": the file's name says nothing new.
  for (const std::string_view dash : {" - ", " -- ", ": "}) {
    const std::size_t at = sentence.find(dash);
    if (at != std::string::npos && sentence.find(' ') >= at &&
        sentence.find('.') < at) {
      sentence = sentence.substr(at + dash.size());
      break;
    }
  }
  const std::size_t words = CountWords(sentence);
  if (words < kLeastWords || words > kMostWords) return "";
  // A name like iOS or read_all stays as it is written.
  const std::string first = sentence.substr(0, sentence.find(' '));
  if (std::all_of(first.begin(), first.end(), [](char c) {
        return std::islower(static_cast<unsigned char>(c)) != 0;
      })) {
    sentence[0] = static_cast<char>(
        std::toupper(static_cast<unsigned char>(sentence[0])));
  }
  const char last = sentence.back();
  if (last == ':' || last == ',' || last == ';') sentence.pop_back();
  if (!EndsSentence(sentence)) sentence += '.';
  return OneLine(sentence);
}

std::string SentenceOfProse(const std::string& paragraph) {
  std::string sentence = SentenceOfText(paragraph);
  return IsInstruction(sentence) ? "" : sentence;
}

std::string AuthorsSentence(std::string_view text, const Language& language) {
  if (language.id == "markdown") return SentenceOfProse(FirstProse(text));
  const Lines lines = TrimmedLines(text, kMostLines);
  const CommentStyle style = StyleOf(language.id);
  std::size_t at = 0;
  while (at < lines.size()) {
    if (lines[at].starts_with("#!") || lines[at].empty()) {
      ++at;
      continue;
    }
    if (const auto comment = TakeComment(lines, at, style)) {
      std::string sentence = SentenceOf(*comment);
      if (Describes(sentence)) return sentence;
      continue;
    }
    if (!IsPreamble(lines[at], language.id)) return "";
    ++at;
  }
  return "";
}

std::string HeadSentence(std::string_view text, const Language& language,
                         std::span<const Symbol> outline) {
  std::string sentence = AuthorsSentence(text, language);
  const auto top =
      std::count_if(outline.begin(), outline.end(),
                    [](const Symbol& symbol) { return symbol.depth == 0; });
  if (top < 2) return sentence;
  // A name at its beginning is removed from the comment on a definition.
  const std::string& doc = outline.front().doc;
  const bool is_on_first = !doc.empty() && sentence.ends_with(doc);
  return is_on_first ? "" : sentence;
}

std::vector<CommentSentence> CommentSentences(std::string_view text,
                                              const Language& language) {
  const Lines lines = TrimmedLines(text, text.size());
  CommentStyle style = StyleOf(language.id);
  // "a" is a docstring at the head of something, and else a string.
  std::erase_if(style.block,
                [](const auto& marks) { return marks.first.size() == 1; });
  std::vector<CommentSentence> sentences;
  std::set<std::string> seen;
  CommentSentence* last = nullptr;
  for (std::size_t at = 0; at < lines.size();) {
    const char* begin = lines[at].data();
    const auto comment = TakeComment(lines, at, style);
    if (!comment) {
      if (last != nullptr && !lines[at].empty()) ++last->lines;
      ++at;
      continue;
    }
    last = nullptr;
    std::string sentence = SentenceOf(*comment);
    if (CountWords(sentence) < kLeastWordsOnDefinition ||
        !seen.insert(sentence).second) {
      continue;
    }
    const bool is_indented = begin != text.data() && begin[-1] != '\n';
    sentences.push_back({std::move(sentence), 0, is_indented});
    last = &sentences.back();
  }
  return sentences;
}

std::string SentenceOnDefinition(std::span<const std::string_view> lines,
                                 std::size_t at, std::string_view name,
                                 const Language& language) {
  const CommentStyle style = StyleOf(language.id);
  std::optional<Lines> comment;
  if (language.id == "python") comment = DocstringBelow(lines, at, style);
  if (language.id == "c" || language.id == "cpp") {
    comment = CommentThatNames(name, lines, at, style);
  }
  if (!comment) comment = CommentAbove(lines, at, style, language.id);
  const std::string sentence = comment ? SentenceOf(*comment) : "";
  return CountWords(sentence) < kLeastWordsOnDefinition
             ? ""
             : WithoutName(sentence, name);
}

}  // namespace dobby
