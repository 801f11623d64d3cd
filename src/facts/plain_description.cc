#include <algorithm>
#include <cctype>
#include <string>

#include "base/text.h"
#include "base/utf8.h"
#include "chunks/settings.h"
#include "facts/manifest.h"

namespace dobby {
namespace {

constexpr std::size_t kMostBytes = 300;

// What generators of projects write (cargo, npm, flutter, bundler, poetry, uv,
// helm, Visual Studio, mix, cabal), as far as it is no question of words.
constexpr std::string_view kTemplates[] = {
    "a new flutter project",
    "a new flutter plugin project",
    "a new flutter package project",
    "a helm chart for kubernetes",
    "add your description here",
    "add a short description here",
    "a starting point for dart libraries or applications",
    "a sample command-line application",
    "a simple command-line application",
    "package description",
    "project description",
    "your project description",
    "initial project template from stack",
    "demo project for spring boot",
    "the laravel framework",
    "the skeleton application for the laravel framework",
    "my new project",
    "what the package does (one line, title case)",
    "write a longer description or delete this line",
    "write your description here",
    "insert up to 60 chars description",
};

/// Returns the text without tags of HTML, links and emphasis of Markdown.
std::string WithoutMarks(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const char next = at + 1 < text.size() ? text[at + 1] : ' ';
    if (c == '<' && (std::isalpha(static_cast<unsigned char>(next)) != 0 ||
                     next == '/' || next == '!')) {
      const std::size_t end = text.find('>', at);
      if (end == text.npos) return plain;
      plain += ' ';
      at = end;
    } else if (c == '!' && next == '[' &&
               text.substr(at, 300).find("](") != text.npos) {
      const std::size_t end = text.find(')', text.find("](", at));
      if (end == text.npos) return plain;
      at = end;
    } else if (c == ']' && next == '(') {
      const std::size_t end = text.find(')', at);
      if (end == text.npos) return plain;
      at = end;
    } else if (c == '[' && text.substr(at, 200).find("](") != text.npos) {
      continue;
    } else if (c != '`' && !(c == '*' && next == '*') &&
               !(c == '*' && at > 0 && text[at - 1] == '*')) {
      plain += c;
    }
  }
  return plain;
}

/// Returns whether a sentence ends before `at`, where a blank is.
bool EndsSentence(std::string_view text, std::size_t at) {
  constexpr std::string_view kEnds = ".!?";
  if (at < 2 || kEnds.find(text[at - 1]) == kEnds.npos) return false;
  const char before = text[at - 2];
  const char after = at + 1 < text.size() ? text[at + 1] : 'A';
  // "e.g. x", "J. Doe"
  const bool is_short = at < 4 || text[at - 3] == '.' || text[at - 3] == ' ';
  return !is_short && before != '.' &&
         std::islower(static_cast<unsigned char>(after)) == 0;
}

/// Returns whole sentences up to kMostBytes; the first in any case.
std::string WholeSentences(const std::string& text) {
  if (text.size() <= kMostBytes) return text;
  std::size_t end = 0;
  for (std::size_t at = text.find(' '); at != text.npos;
       at = text.find(' ', at + 1)) {
    if (!EndsSentence(text, at)) continue;
    if (at > kMostBytes && end > 0) break;
    end = at;
    if (at > kMostBytes) break;
  }
  if (end > 0) return text.substr(0, end);
  // A sentence that a limit has cut.
  return text.size() + 8 < kMostValueBytes ? text
                                           : Shortened(text, kMostValueBytes);
}

/// Letters and digits alone, in lower case.
std::string Bare(std::string_view text) {
  std::string bare;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte) != 0) {
      bare += static_cast<char>(std::tolower(byte));
    }
  }
  return bare;
}

bool IsPlaceholder(std::string_view text, std::string_view name) {
  std::string lower = Lower(text);
  while (!lower.empty() && (lower.back() == '.' || lower.back() == '!')) {
    lower.pop_back();
  }
  for (const std::string_view mark :
       {"${", "#{", "{{", "$(", "<description>", "file:", "attr:"}) {
    if (lower.find(mark) != lower.npos) return true;
  }
  const bool is_ascii = std::all_of(lower.begin(), lower.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
  if (is_ascii && lower.find(' ') == lower.npos) return true;
  if (lower.starts_with("todo") || lower.starts_with("fixme")) return true;
  if (Bare(text) == Bare(name.substr(name.rfind('/') + 1))) return true;
  return std::find(std::begin(kTemplates), std::end(kTemplates), lower) !=
         std::end(kTemplates);
}

}  // namespace

std::string PlainDescription(std::string_view description,
                             std::string_view name) {
  std::string plain =
      OneLine(JoinedWords(WithoutMarks(JoinedWords(description))));
  const std::size_t begin = plain.find_first_not_of("#>*- ");
  plain.erase(0, std::min(begin, plain.size()));
  if (IsPlaceholder(plain, name)) return "";
  return WholeSentences(plain);
}

}  // namespace dobby
