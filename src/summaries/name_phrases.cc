#include "summaries/name_phrases.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/name_words.h"
#include "base/text.h"

namespace dobby {
namespace {

/// Words that are commands when they begin a name. Looked through from the
/// start, once for a function: that takes a microsecond.
constexpr std::string_view kVerbs =
    "abort accept add advance align allocate allow append apply approximate "
    "assert assign attach authenticate authorize backup bind bootstrap "
    "build calc calculate call cancel cap cast change check choose clean "
    "clear close coerce collect combine commit compare compile compress "
    "compute concat concatenate configure connect consume convert copy "
    "count create declare decode decrease decrement decrypt define delete "
    "deny deserialize destroy detach detect determine disable disconnect "
    "discover dispatch display dispose do download draw drop dump edit emit "
    "enable encode encrypt enforce ensure escape estimate evaluate exclude "
    "execute expand expect export extract fetch filter find fit flush fork "
    "format free gather generate get grant group handle hash hide identify "
    "ignore import include increase increment index infer init initialise "
    "initialize insert install interpolate invoke iterate join kill label "
    "launch limit link lint list listen load locate lock log login logout "
    "lookup lower make map mark marshal match merge modify move next "
    "normalise normalize notify open pad parse perform pick plot poll pop "
    "predict prepare print process produce publish push put query quote "
    "raise read rebuild receive recompute recover reduce refresh register "
    "reject release reload remove rename render replace reply report "
    "request require reset resolve respond restart restore retrieve retry "
    "return revoke rollback rotate run sample sanitize save scale scan "
    "schedule search select send serialize set setup shift show shutdown "
    "sign skip sort spawn split start stop store strip submit subscribe "
    "swap switch tag take terminate test toggle train transform translate "
    "traverse trigger trim try turn unbind unescape unlock unmarshal "
    "unquote unregister unwrap update upload use validate verify visit wait "
    "walk wrap write yield";

/// What comes between a verb and its object without an article.
constexpr std::string_view kNoObject =
    "a all and as at by for from if in into is of on or out the to up with";

bool HasWord(std::string_view list, std::string_view word) {
  for (std::size_t at = list.find(word); at != std::string_view::npos;
       at = list.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || list[at - 1] == ' ') &&
        (end == list.size() || list[end] == ' ')) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string Capitalise(std::string text) {
  if (!text.empty()) {
    text[0] =
        static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  }
  return text;
}

std::string MakeThirdPerson(const std::string& verb) {
  static constexpr std::array<std::array<std::string_view, 2>, 8> kIrregular = {
      {{"do", "does"},
       {"backup", "backs up"},
       {"login", "logs in"},
       {"logout", "logs out"},
       {"lookup", "looks up"},
       {"rollback", "rolls back"},
       {"setup", "sets up"},
       {"shutdown", "shuts down"}}};
  for (const auto& [known, third] : kIrregular) {
    if (verb == known) return std::string(third);
  }
  for (const char* ending : {"s", "x", "z", "ch", "sh"}) {
    if (verb.ends_with(ending)) return verb + "es";
  }
  const bool consonant_y = verb.size() > 1 && verb.back() == 'y' &&
                           std::string_view("aeiou").find(
                               verb[verb.size() - 2]) == std::string_view::npos;
  return consonant_y ? verb.substr(0, verb.size() - 1) + "ies" : verb + "s";
}

std::vector<std::string> SentenceWords(std::string_view name) {
  std::vector<std::string> words = PartsOfName(name);
  for (std::string& word : words) {
    const bool acronym =
        word.size() > 1 && std::none_of(word.begin(), word.end(), [](char c) {
          return std::islower(static_cast<unsigned char>(c)) != 0;
        });
    if (!acronym) word = Lower(word);
  }
  return words;
}

std::string_view OwnName(std::string_view name) {
  return name.substr(name.find_last_of(":.") + 1);
}

std::string JoinWords(const std::vector<std::string>& words,
                      std::size_t begin) {
  std::string text;
  for (std::size_t i = begin; i < words.size(); ++i) {
    text += (i > begin ? " " : "") + words[i];
  }
  return text;
}

bool BeginsWithVerb(const std::vector<std::string>& words) {
  return !words.empty() && HasWord(kVerbs, words[0]);
}

bool IsCommand(const std::vector<std::string>& words) {
  return words.size() > 1 && BeginsWithVerb(words) &&
         !HasWord(kNoObject, words[1]);
}

std::string JoinNames(std::span<const std::string> names, std::size_t most) {
  const std::size_t shown = names.size() <= most + 1 ? names.size() : most;
  const std::size_t left = names.size() - shown;
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool is_last = i + 1 == shown && left == 0;
    if (i > 0) text += is_last ? " and " : ", ";
    text += names[i];
  }
  return left == 0 ? text : text + " and " + std::to_string(left) + " more";
}

std::string MakePlural(const std::string& noun) {
  for (const char* ending : {"s", "x", "ch", "sh"}) {
    if (noun.ends_with(ending)) return noun + "es";
  }
  const bool consonant_y = noun.size() > 1 && noun.back() == 'y' &&
                           std::string_view("aeiou").find(
                               noun[noun.size() - 2]) == std::string_view::npos;
  return consonant_y ? noun.substr(0, noun.size() - 1) + "ies" : noun + "s";
}

std::string Count(std::size_t number, const std::string& noun) {
  return std::to_string(number) + " " + (number == 1 ? noun : MakePlural(noun));
}

}  // namespace dobby
