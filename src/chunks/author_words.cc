#include "chunks/author_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <vector>

#include "base/text.h"
#include "chunks/headings.h"

namespace dobby {
namespace {

/// Lines that are looked at: a header stands at the top.
constexpr std::size_t kMostLines = 120;
/// One word says too little, and more are no line of a summary.
constexpr std::size_t kLeastWords = 2, kMostWords = 40;
/// Of a paragraph: a longer one is no prose.
constexpr std::size_t kMostBytes = 8192;

using Lines = std::vector<std::string_view>;
using SomeLines = std::span<const std::string_view>;

template <std::size_t N>
bool IsAmong(std::string_view word,
             const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// How comments of a language look.
struct CommentStyle {
  std::vector<std::string_view> line;  ///< Marks, longest first.
  std::vector<std::pair<std::string_view, std::string_view>> block;
};

CommentStyle StyleOf(std::string_view language) {
  static constexpr std::array<std::string_view, 16> kHash = {
      "python", "ruby",   "bash",       "perl",   "r",    "julia",
      "elixir", "yaml",   "toml",       "cmake",  "make", "makefile",
      "nix",    "coffee", "dockerfile", "graphql"};
  static constexpr std::array<std::string_view, 5> kDashes = {
      "sql", "lua", "haskell", "ada", "elm"};
  static constexpr std::array<std::string_view, 5> kSemicolons = {
      "lisp", "clojure", "scheme", "elisp", "commonlisp"};
  if (language == "python") {
    return {{"#"},
            {{"\"\"\"", "\"\"\""}, {"'''", "'''"}, {"\"", "\""}, {"'", "'"}}};
  }
  if (IsAmong(language, kHash)) return {{"#"}, {}};
  if (IsAmong(language, kDashes)) {
    return {{"--"}, {{"{-", "-}"}, {"--[[", "]]"}, {"/*", "*/"}}};
  }
  if (IsAmong(language, kSemicolons)) return {{";"}, {}};
  if (language == "erlang" || language == "tex" || language == "matlab") {
    return {{"%"}, {}};
  }
  return {{"///", "//!", "//"}, {{"/*", "*/"}}};
}

/// Returns a line without a mark of line comments, or nothing.
std::optional<std::string_view> AfterMark(std::string_view line,
                                          const CommentStyle& style) {
  for (const std::string_view mark : style.line) {
    if (!line.starts_with(mark)) continue;
    // "####" and "////" are marks too.
    const std::size_t end =
        std::min(line.find_first_not_of(mark.back()), line.size());
    return Trim(line.substr(std::max(end, mark.size())));
  }
  return std::nullopt;
}

/// Returns a line without the letter of a raw or old docstring: r"""...""".
std::string_view WithoutStringPrefix(std::string_view line) {
  const bool has_one =
      line.size() > 1 &&
      std::string_view("rRuU").find(line[0]) != std::string_view::npos &&
      (line[1] == '"' || line[1] == '\'');
  return has_one ? line.substr(1) : line;
}

/// Takes a block comment that begins at `lines[at]`; moves `at` behind it.
std::optional<Lines> TakeBlock(SomeLines lines, std::size_t& at,
                               const CommentStyle& style) {
  for (const auto& [open, close] : style.block) {
    std::string_view line = WithoutStringPrefix(lines[at]);
    if (!line.starts_with(open)) continue;
    line.remove_prefix(open.size());
    Lines block;
    while (true) {
      const std::size_t end = line.find(close);
      const bool ends = end != std::string_view::npos;
      line = Trim(ends ? line.substr(0, end) : line);
      while (line.starts_with("*") || line.starts_with("!")) {
        line.remove_prefix(1);
      }
      block.push_back(Trim(line));
      ++at;
      if (ends || at == lines.size()) return block;
      line = lines[at];
    }
  }
  return std::nullopt;
}

/// Takes the comment at `lines[at]`, if there is one; moves `at` behind it.
std::optional<Lines> TakeComment(SomeLines lines, std::size_t& at,
                                 const CommentStyle& style) {
  if (auto block = TakeBlock(lines, at, style)) return block;
  Lines comment;
  while (at < lines.size()) {
    const auto text = AfterMark(lines[at], style);
    if (!text) break;
    comment.push_back(*text);
    ++at;
  }
  if (comment.empty()) return std::nullopt;
  return comment;
}

/// Whether a line may stand before the comment that describes a file. Behind
/// imports a comment tells of what comes next, but where a file is a class.
bool IsPreamble(std::string_view line, std::string_view language) {
  static constexpr std::array<std::string_view, 8> kAnywhere = {
      "#pragma", "#ifndef", "#define", "#if",
      "#endif",  "<?php",   "'use ",   "\"use "};
  static constexpr std::array<std::string_view, 5> kBeforeClasses = {
      "package ", "import ", "using ", "use ", "namespace "};
  static constexpr std::array<std::string_view, 6> kFilesOfClasses = {
      "java", "kotlin", "csharp", "scala", "groovy", "php"};
  const auto starts = [line](std::string_view start) {
    return line.starts_with(start);
  };
  return std::any_of(kAnywhere.begin(), kAnywhere.end(), starts) ||
         (IsAmong(language, kFilesOfClasses) &&
          std::any_of(kBeforeClasses.begin(), kBeforeClasses.end(), starts));
}

bool IsLicence(const std::string& text) {
  static constexpr std::array<std::string_view, 9> kSigns = {
      "copyright",
      "licensed under",
      "spdx-license",
      "license",
      "all rights res",
      "(c) ",
      "permission is hereby",
      "warranty",
      "redistribution and use"};
  const std::string lower = Lower(text);
  return std::any_of(kSigns.begin(), kSigns.end(), [&](auto sign) {
    return lower.find(sign) != std::string::npos;
  });
}

/// Whether a line of a comment is for an editor, a linter or a later day.
bool IsForTools(std::string_view line) {
  static constexpr std::array<std::string_view, 25> kStarts = {
      "vim:",     "TODO",         "FIXME",   "XXX",     "HACK",
      "NOLINT",   "eslint-",      "noqa",    "type:",   "rubocop:",
      "@ts-",     "clang-format", "go:",     "+build",  "mypy:",
      "prettier", "pylint:",      "nolint",  "nosec",   "fmt:",
      "tslint:",  "istanbul ",    "NOSONAR", "pragma:", "isort:"};
  return line.find("-*-") != std::string_view::npos ||
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
  if (std::any_of(kLater.begin(), kLater.end(), starts)) return true;
  if (line.empty() ||
      std::string_view("@\\:").find(line[0]) == std::string_view::npos) {
    return false;
  }
  line.remove_prefix(1);
  return std::any_of(kTags.begin(), kTags.end(), starts);
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
  if (line.starts_with("# ")) line.remove_prefix(2);  // A heading.
  constexpr std::string_view kRules = "-=*#~_/ ";
  const std::size_t begin = line.find_first_not_of(kRules);
  if (begin == std::string_view::npos) return "";
  if (begin > 2) {
    line = line.substr(begin, line.find_last_not_of(kRules) - begin + 1);
  }
  if (line.empty() || (line[0] != '@' && line[0] != '\\')) return line;
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view tag = line.substr(1, end - 1);
  const bool tells = tag == "brief" || tag == "fileoverview" ||
                     tag == "summary" || tag == "overview";
  return tells ? Trim(line.substr(end)) : "";
}

/// Returns the first paragraph of more than a word, on one line: what stands
/// alone is a name, as in "ring_buffer.h".
std::string FirstParagraph(const Lines& comment) {
  std::string paragraph;
  bool aside = false;
  for (const std::string_view raw : comment) {
    const std::string_view line = WithoutTag(raw);
    const bool has_words = std::any_of(line.begin(), line.end(), [](char c) {
      return std::isalpha(static_cast<unsigned char>(c)) != 0;
    });
    const bool tagged = !raw.empty() && (raw[0] == '@' || raw[0] == '\\');
    if (BeginsAside(raw)) {
      aside = true;
    } else if (line.empty() || tagged) {
      aside = false;
    }
    if (has_words && !aside) {
      paragraph += (paragraph.empty() ? "" : " ") + std::string(line);
    } else if (paragraph.find(' ') != std::string::npos) {
      break;
    } else {
      paragraph.clear();
    }
  }
  return paragraph;
}

/// Replaces "{@link X}" and its like by X.
std::string WithoutInlineTags(std::string text) {
  while (true) {
    const std::size_t open = text.find("{@");
    const std::size_t close = text.find('}', open);
    if (open == std::string::npos || close == std::string::npos) return text;
    const std::size_t word = std::min(text.find(' ', open), close - 1) + 1;
    text.replace(open, close - open + 1, text.substr(word, close - word));
  }
}

/// Returns the text up to the end of its first sentence.
std::string FirstSentence(const std::string& text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const bool ends = text[i] == '.' || text[i] == '!' || text[i] == '?';
    if (!ends || text[i + 1] != ' ') continue;
    // "e.g. this", "vs. that": no sentence ends in front of a small letter.
    const bool goes_on =
        i + 2 < text.size() &&
        std::islower(static_cast<unsigned char>(text[i + 2])) != 0;
    if (!goes_on) return text.substr(0, i + 1);
  }
  return text;
}

std::size_t CountWords(std::string_view text) {
  std::size_t words = 0;
  bool in_word = false;
  for (const char c : text) {
    const bool blank = c == ' ';
    if (!blank && !in_word) ++words;
    in_word = !blank;
  }
  return words;
}

/// Returns the sentence of a comment as a line, or nothing.
std::string SentenceOf(const Lines& comment) {
  const std::string paragraph = FirstParagraph(comment);
  if (paragraph.size() > kMostBytes) return "";
  return SentenceOfText(WithoutInlineTags(paragraph));
}

/// Whether a line belongs to the definition below it, before its name.
bool BelongsBelow(std::string_view line, std::string_view language) {
  static constexpr std::array<std::string_view, 4> kStarts = {"@", "#[", "[",
                                                              "template"};
  if (std::any_of(kStarts.begin(), kStarts.end(),
                  [line](auto start) { return line.starts_with(start); })) {
    return true;
  }
  // A type on a line of its own: "static int". Elsewhere such a line is a
  // whole one: "end", "return x", "type A int".
  return (language == "c" || language == "cpp") && !line.empty() &&
         line.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
             "WXYZ0123456789_:<>,*& ") == std::string::npos &&
         line.back() != ':' && line.back() != ',';
}

/// Returns the block comment whose last line is the last one of `lines`.
std::optional<Lines> BlockAtEnd(SomeLines lines, const CommentStyle& style) {
  const std::size_t least =
      lines.size() > kMostLines ? lines.size() - kMostLines : 0;
  for (const auto& [open, close] : style.block) {
    if (open == close || !lines.back().ends_with(close)) continue;
    std::size_t at = lines.size();
    while (at > least && !lines[at - 1].starts_with(open)) --at;
    if (at == least) continue;
    auto block = TakeBlock(lines, --at, style);
    // An earlier one that ended before: what ends here began behind code.
    if (at == lines.size()) return block;
  }
  return std::nullopt;
}

/// Returns the comment that ends right above line `at`.
std::optional<Lines> CommentAbove(SomeLines lines, std::size_t at,
                                  const CommentStyle& style,
                                  std::string_view language) {
  constexpr std::size_t kMostBetween = 4;
  for (std::size_t i = 0; i < kMostBetween && at > 0; ++i) {
    const std::string_view line = lines[at - 1];
    if (AfterMark(line, style) || !BelongsBelow(line, language)) break;
    --at;
  }
  const std::size_t least = at > kMostLines ? at - kMostLines : 0;
  std::size_t begin = at;
  while (begin > least && AfterMark(lines[begin - 1], style)) --begin;
  if (begin < at) return TakeComment(lines.first(at), begin, style);
  if (at == 0) return std::nullopt;
  return BlockAtEnd(lines.first(at), style);
}

/// A line of Python: its code, and how many brackets it leaves open.
struct PythonLine {
  std::string_view code;  ///< Without a comment and blanks behind it.
  int open = 0;
};

PythonLine ReadPythonLine(std::string_view line) {
  PythonLine read{line};
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      read.code = Trim(line.substr(0, i));
      break;
    } else {
      if (std::string_view("([{").find(c) != std::string_view::npos)
        ++read.open;
      if (std::string_view(")]}").find(c) != std::string_view::npos)
        --read.open;
    }
  }
  return read;
}

/// Returns the docstring of the Python definition at line `at`.
std::optional<Lines> DocstringBelow(SomeLines lines, std::size_t at,
                                    const CommentStyle& style) {
  constexpr std::size_t kMostHeadLines = 20;
  const std::size_t end = std::min(lines.size(), at + kMostHeadLines);
  int open = 0;
  for (bool in_head = true; in_head && at < end; ++at) {
    const PythonLine line = ReadPythonLine(lines[at]);
    open += line.open;
    in_head = open > 0 || line.code.ends_with("\\");
    // "def f(): return 1" has no lines below.
    if (!in_head && !line.code.ends_with(":")) return std::nullopt;
  }
  while (at < end && (lines[at].empty() || lines[at].starts_with("#"))) ++at;
  if (at >= end) return std::nullopt;
  return TakeBlock(lines, at, style);
}

/// Returns a sentence without the name that it begins with.
std::string WithoutName(std::string sentence, std::string_view name) {
  const std::size_t mark = sentence.starts_with("`") ? 1 : 0;
  const std::size_t end = mark + name.size() + mark;
  if (mark > 0 && sentence.find('`', 1) + 1 != end) return sentence;
  // A sentence begins with a capital, the name perhaps not.
  if (sentence.size() <= end + 1 || sentence[end] != ' ' ||
      Lower(sentence.substr(mark, name.size())) != Lower(name)) {
    return sentence;
  }
  return sentence.substr(end + 1);
}

}  // namespace

std::string SentenceOfText(const std::string& paragraph) {
  if (IsLicence(paragraph)) return "";
  std::string sentence = FirstSentence(paragraph);
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
  if (std::string_view(".!?").find(sentence.back()) == std::string_view::npos) {
    sentence += '.';
  }
  return OneLine(sentence);
}

std::string AuthorsSentence(std::string_view text, const Language& language) {
  if (language.id == "markdown") return SentenceOfText(FirstProse(text));
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
      if (!sentence.empty()) return sentence;
      continue;
    }
    if (!IsPreamble(lines[at], language.id)) return "";
    ++at;
  }
  return "";
}

std::string SentenceOnDefinition(std::span<const std::string_view> lines,
                                 std::size_t at, std::string_view name,
                                 const Language& language) {
  const CommentStyle style = StyleOf(language.id);
  std::optional<Lines> comment;
  if (language.id == "python") comment = DocstringBelow(lines, at, style);
  if (!comment) comment = CommentAbove(lines, at, style, language.id);
  return comment ? WithoutName(SentenceOf(*comment), name) : "";
}

}  // namespace dobby
