#include "prose/natural.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "base/code_point.h"
#include "base/text.h"
#include "prose/sentences.h"

namespace dobby {
namespace {

/// Words that sentences are held together by, and that names and values rarely
/// are: articles, prepositions, conjunctions, auxiliaries. English first, then
/// German, French, Spanish, Portuguese, Italian, Dutch, Polish, Swedish.
constexpr std::string_view kFunctionWords =
    " a an the and or of to in into for from with without by on at as is are "
    "was be been has have had can may will must should that this these those "
    "which who it its if when while than then not no all any each between "
    "via per about over under after before until so such their his her your "
    "our we you they i "
    "der die das ein eine und oder für von mit ist sind nicht den dem des im "
    "auf zu zur zum "
    "le la les un une et ou de du des pour avec dans est sont sur qui que "
    "el los las una y o del para con en es son por "
    "os um uma e do da dos das com em são "
    "il lo gli uno di che per "
    "het een van voor met op zijn "
    "i z w na do jest dla się "
    "och för av med är ett en som ";

bool IsFunctionWord(const std::string& word) {
  return kFunctionWords.find(" " + word + " ") != std::string_view::npos;
}

std::vector<std::string_view> TokensOf(std::string_view text) {
  std::vector<std::string_view> tokens;
  while (!(text = Trim(text)).empty()) {
    const std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
    tokens.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return tokens;
}

bool HasFunctionWord(const std::vector<std::string_view>& tokens) {
  return std::any_of(tokens.begin(), tokens.end(), [](std::string_view token) {
    while (!token.empty() &&
           std::ispunct(static_cast<unsigned char>(token.back())) != 0) {
      token.remove_suffix(1);
    }
    return IsFunctionWord(Lower(token));
  });
}

bool EndsSentence(std::string_view text) {
  return text.ends_with('.') || text.ends_with('!') || text.ends_with('?');
}

/// Whether a text has letters of another script than Latin.
bool HasOtherScript(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = FirstCodePoint(text);
    text.remove_prefix(point.length);
    if (point.value < 0x80) continue;
    const auto letter = static_cast<UChar32>(point.value);
    UErrorCode code = U_ZERO_ERROR;
    if (u_isalpha(letter) &&
        uscript_getScript(letter, &code) != USCRIPT_LATIN) {
      return true;
    }
  }
  return false;
}

/// Whether a token has the form of a name with a value or of an option:
/// "disable=SC2034", "language_level=3", "$schema=x".
bool IsAssignment(std::string_view token) {
  const std::size_t equals = token.find('=');
  return equals != token.npos && equals > 0 && equals + 1 < token.size() &&
         token[equals + 1] != '=' && token[equals - 1] != '<' &&
         token[equals - 1] != '>' && token[equals - 1] != '!';
}

/// Whether a token names what comes behind its colon: "coding:", "ruff:".
bool IsKey(std::string_view token) {
  return token.size() > 1 && token.ends_with(':') &&
         token.find_first_of("()<>") == token.npos;
}

/// Whether a token can only be a name of code: "no-console", "SC2034",
/// "readAll", "a_b", "@x".
bool IsCodeName(std::string_view token) {
  bool inner = false, digit = false, lower = false;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const auto c = static_cast<unsigned char>(token[i]);
    digit = digit || std::isdigit(c) != 0;
    inner = inner || (c == '_' || c == '/' || c == '@' || c == '$') ||
            (std::isupper(c) != 0 && lower);
    lower = std::islower(c) != 0;
  }
  return inner || digit;
}

/// Bytes that code is full of and prose is not.
std::size_t CountCodeBytes(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) {
        return std::string_view("{}[]();=<>|&+\\$").find(c) !=
               std::string_view::npos;
      }));
}

bool LooksLikeCode(std::string_view text, bool has_function_word) {
  const std::size_t bytes = CountCodeBytes(text);
  if (text.ends_with(';') || text.ends_with('{')) return true;
  if (!has_function_word && bytes > 1) return true;
  return 7 * bytes > text.size();
}

/// Whether a token is written as dates and times are: "2019", "1/2/2012".
bool IsDate(std::string_view token) {
  const auto digits = std::count_if(token.begin(), token.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
  return digits >= 4 &&
         token.find_first_not_of("0123456789/-.:,") == token.npos;
}

}  // namespace

bool IsDirective(std::string_view line) {
  const auto tokens = TokensOf(line);
  if (tokens.empty() || HasOtherScript(line)) return false;
  const bool assigns = std::any_of(tokens.begin(), tokens.end(), IsAssignment);
  if (HasFunctionWord(tokens) && EndsSentence(line)) return false;
  if (assigns) return true;
  if (HasFunctionWord(tokens) || EndsSentence(line)) return false;
  // "Module      : Gauge", "typed: strict".
  const bool has_key =
      IsKey(tokens[0]) || (tokens.size() > 1 && tokens[1] == ":");
  if (has_key && tokens.size() <= 6) return true;
  const bool is_small = std::islower(static_cast<unsigned char>(line[0])) != 0;
  const bool names_code =
      tokens[0].find_first_of("-:@/") != std::string_view::npos ||
      std::any_of(tokens.begin(), tokens.end(), IsCodeName);
  return (is_small || line[0] == '@') && names_code && tokens.size() <= 6;
}

bool IsProse(std::string_view paragraph) {
  if (HasOtherScript(paragraph)) return CountWords(paragraph) > 1;
  const auto tokens = TokensOf(paragraph);
  if (tokens.empty()) return false;
  const bool has_function_word = HasFunctionWord(tokens);
  if (LooksLikeCode(paragraph, has_function_word)) return false;
  const auto keys = std::count_if(tokens.begin(), tokens.end(), IsKey);
  if (keys > 1 && !has_function_word) return false;
  const bool is_dated = std::any_of(tokens.begin(), tokens.end(), IsDate);
  if (is_dated && tokens.size() <= 7) return false;
  if (has_function_word || EndsSentence(paragraph)) return true;
  // "Global jQuery", "compdef fd": no sentence, and not written as one.
  const bool is_small =
      std::islower(static_cast<unsigned char>(paragraph[0])) != 0;
  return !is_small || (tokens.size() > 2 &&
                       std::none_of(tokens.begin(), tokens.end(), IsCodeName));
}

}  // namespace dobby
