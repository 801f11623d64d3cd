#include "chunks/macros.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

#include "base/text.h"

namespace dobby {
namespace {

bool IsUpper(char c) {
  return std::isupper(static_cast<unsigned char>(c)) != 0;
}

std::size_t SkipBlanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(kBlanks, at), text.size());
}

/// Whether a word is written as macros are: MY_EXPORT.
bool IsMacro(std::string_view word) {
  constexpr std::size_t kLeast = 3;
  return word.size() >= kLeast &&
         std::any_of(word.begin(), word.end(), IsUpper) &&
         std::none_of(word.begin(), word.end(), [](char c) {
           return std::islower(static_cast<unsigned char>(c)) != 0;
         });
}

/// Returns where the parentheses that open at `at` close, `at` where none open,
/// and npos where they do not close soon.
std::size_t EndOfArguments(std::string_view text, std::size_t at) {
  constexpr std::size_t kMost = 200;
  if (at >= text.size() || text[at] != '(') return at;
  int open = 0;
  for (std::size_t i = at; i < std::min(text.size(), at + kMost); ++i) {
    if (text[i] == '(') ++open;
    if (text[i] == ')' && --open == 0) return i + 1;
  }
  return std::string_view::npos;
}

/// Whether a type is defined by the name that ends at `at`.
bool DefinesType(std::string_view text, std::size_t at) {
  at = SkipBlanks(text, at);
  if (at == text.size()) return false;
  const bool is_final = text.substr(at).starts_with("final");
  return is_final || text[at] == '{' || text[at] == '<' ||
         (text[at] == ':' && !text.substr(at).starts_with("::"));
}

/// Returns the end of the macros that stand at `at` in front of a type's name,
/// or `at` where there are none.
std::size_t EndOfMacros(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (true) {
    const std::size_t begin = SkipBlanks(text, end);
    const std::size_t word_end = EndOfWord(text, begin);
    if (word_end == begin) return at;
    const std::size_t behind = EndOfArguments(text, word_end);
    const bool is_macro = IsMacro(text.substr(begin, word_end - begin)) &&
                          behind != std::string_view::npos;
    const bool is_name = behind == word_end && DefinesType(text, word_end);
    if (is_name) return end;
    if (!is_macro) return at;
    end = behind;
  }
}

void BlankOut(std::string& text, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (text[i] != '\n') text[i] = ' ';
  }
}

/// Blanks lines of nothing but a macro's name.
void BlankOutLines(std::string& text) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line =
        Trim(std::string_view(text).substr(begin, end - begin));
    const bool is_macro = EndOfWord(line, 0) == line.size() && IsMacro(line) &&
                          line.find('_') != std::string_view::npos;
    if (is_macro) BlankOut(text, begin, end);
    begin = end + 1;
  }
}

/// Returns where a word that stands right before `at` begins, or `at`.
std::size_t BeginOfWordBefore(std::string_view text, std::size_t at,
                              std::string_view word) {
  const std::size_t end = text.find_last_not_of(kBlanks, at - (at > 0 ? 1 : 0));
  if (at == 0 || end == std::string_view::npos || end + 1 < word.size()) {
    return at;
  }
  const std::size_t begin = end + 1 - word.size();
  return text.substr(begin, word.size()) == word ? begin : at;
}

/// Makes the macro at [begin, end), which has the arguments up to `behind`, an
/// enumeration if a body follows.
void MakeEnum(std::string& text, std::size_t begin, std::size_t end,
              std::size_t behind) {
  const std::size_t comma =
      end + std::string_view(text).substr(end, behind - end).find(',');
  const std::size_t body = SkipBlanks(text, behind);
  if (comma < end || comma >= behind || body == text.size() ||
      text[body] != '{')
    return;
  const std::size_t name = SkipBlanks(text, comma + 1);
  const std::size_t name_end = EndOfWord(text, name);
  if (name == name_end || SkipBlanks(text, name_end) + 1 != behind) return;
  BlankOut(text, BeginOfWordBefore(text, begin, "typedef"), name);
  BlankOut(text, name_end, behind);
  text.replace(begin, 4, "enum");
}

}  // namespace

std::string WithPlainEnums(std::string_view text) {
  std::string plain(text);
  for (std::size_t at = 0; at < plain.size();) {
    const std::size_t end = EndOfWord(plain, at);
    const std::string_view word = std::string_view(plain).substr(at, end - at);
    const std::size_t behind = EndOfArguments(plain, end);
    if ((word.ends_with("_ENUM") || word.ends_with("_OPTIONS")) &&
        behind > end && behind != std::string::npos) {
      MakeEnum(plain, at, end, behind);
    }
    at = std::max(end, at + 1);
  }
  return plain;
}

std::string WithoutMacros(std::string_view text) {
  std::string plain(text);
  BlankOutLines(plain);
  for (std::size_t at = 0; at < plain.size();) {
    const std::size_t end = EndOfWord(plain, at);
    const std::string_view word = std::string_view(plain).substr(at, end - at);
    static constexpr std::array<std::string_view, 3> kKeywords = {
        "class", "struct", "union"};
    if (std::find(kKeywords.begin(), kKeywords.end(), word) !=
        kKeywords.end()) {
      BlankOut(plain, end, EndOfMacros(plain, end));
    }
    at = std::max(end, at + 1);
  }
  return plain;
}

}  // namespace dobby
