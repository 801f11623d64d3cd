#include "chunks/comments.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace dobby {
namespace {

/// A longer comment on a definition is none that a summary could quote.
constexpr std::size_t kMostLines = 120;

template <std::size_t N>
bool IsAmong(std::string_view word,
             const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
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

}  // namespace

CommentStyle StyleOf(std::string_view language) {
  static constexpr std::array<std::string_view, 32> kHash = {
      "python",      "bash",       "r",       "julia",
      "elixir",      "yaml",       "toml",    "cmake",
      "make",        "makefile",   "nix",     "coffeescript",
      "dockerfile",  "graphql",    "text",    "awk",
      "fish",        "powershell", "crystal", "nim",
      "tcl",         "gdscript",   "bazel",   "hcl",
      "jq",          "sed",        "puppet",  "pip-requirements",
      "ignore-list", "procfile",   "meson",   "robotframework"};
  static constexpr std::array<std::string_view, 6> kMarkup = {
      "html", "xml", "svg", "markdown", "vue", "svelte"};
  static constexpr std::array<std::string_view, 7> kDashes = {
      "sql", "lua", "haskell", "ada", "elm", "vhdl", "purescript"};
  static constexpr std::array<std::string_view, 5> kSemicolons = {
      "lisp", "clojure", "scheme", "emacslisp", "commonlisp"};
  if (language == "python") {
    return {{"#"},
            {{"\"\"\"", "\"\"\""}, {"'''", "'''"}, {"\"", "\""}, {"'", "'"}}};
  }
  if (language == "ruby") return {{"#"}, {{"=begin", "=end"}}};
  if (language == "perl") {
    return {{"#"}, {{"=pod", "=cut"}, {"=head1", "=cut"}}};
  }
  if (IsAmong(language, kHash)) return {{"#"}, {}};
  if (IsAmong(language, kMarkup)) return {{}, {{"<!--", "-->"}}};
  if (language == "ini") return {{"#", ";"}, {}};
  if (language == "batch") return {{"@rem", "@REM", "rem ", "REM ", "::"}, {}};
  if (language == "vim") return {{"\""}, {}};
  if (language == "fortran") return {{"!"}, {}};
  if (language == "m4") return {{"dnl"}, {}};
  if (IsAmong(language, kDashes)) {
    return {{"--"}, {{"{-", "-}"}, {"--[[", "]]"}, {"/*", "*/"}}};
  }
  if (IsAmong(language, kSemicolons)) return {{";"}, {}};
  if (language == "erlang" || language == "latex" || language == "matlab") {
    return {{"%"}, {}};
  }
  return {{"///", "//!", "//"}, {{"/*", "*/"}}};
}

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
  const bool goes_on = begin > 0 && AfterMark(lines[begin - 1], style);
  if (goes_on) return std::nullopt;
  if (begin < at) return TakeComment(lines.first(at), begin, style);
  if (at == 0) return std::nullopt;
  return BlockAtEnd(lines.first(at), style);
}

std::optional<Lines> CommentThatNames(std::string_view name, SomeLines lines,
                                      std::size_t at,
                                      const CommentStyle& style) {
  constexpr std::size_t kMostAbove = 30;
  const std::size_t least = at > kMostAbove ? at - kMostAbove : 0;
  while (at-- > least) {
    std::string_view line = AfterMark(lines[at], style).value_or("");
    line = line.substr(0, line.find('('));
    if (line != name) continue;
    lines = lines.first(std::min(lines.size(), ++at + kMostLines));
    return TakeComment(lines, at, style);
  }
  return std::nullopt;
}

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
  lines = lines.first(std::min(lines.size(), at + kMostLines));
  return TakeBlock(lines, at, style);
}

}  // namespace dobby
