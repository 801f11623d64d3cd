#include "chunks/instructions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "base/text.h"

namespace dobby {
namespace {

/// Words of a clause in lower case, as they stand: "it," is no "it".
using Words = std::vector<std::string>;

/// Whether `list`, words between blanks, has the word.
bool IsAmong(const std::string& word, std::string_view list) {
  const std::size_t at = (" " + std::string(list) + " ").find(" " + word + " ");
  return !word.empty() && at != std::string::npos;
}

/// Words that no sentence has behind a noun that it begins with: an object of
/// a verb begins so. "that" is missing: "A tool that ...".
constexpr std::string_view kObjectStarts =
    "a all an any each every her his it its me my no our the their them these "
    "this those us your yourself";

/// Words that may stand before those and are no verbs: the closed classes of
/// prepositions, conjunctions, adverbs of place and degree, auxiliaries.
constexpr std::string_view kFunctionWords =
    "about above across after against all along already also although always "
    "among and another any are around as at be because before behind being "
    "below beneath beside besides between beyond both but by can could despite "
    "do does down during each either else even ever every except far few for "
    "from had half has have he hence here how however if in inside instead "
    "into is it its just last less like many may me might more most much "
    "near neither next no nor not now of off often on once one only onto or "
    "other otherwise our out outside over per perhaps quite rather she since "
    "so some soon still such than that the their them then there these they "
    "this those though through throughout thus till to together too toward "
    "towards twice under underneath unless unlike until up upon us very via "
    "was we well were what whatever when whenever where wherever whereas "
    "whether which whichever while who whoever whom whose why will with "
    "within without would yes yet you your";

/// Words that other words' bare forms follow.
constexpr std::string_view kBeforeBareVerbs =
    "can could do does help helps let lets makes may might to will would";

constexpr std::string_view kModals = "must shall should ought";

Words WordsOf(std::string_view clause) {
  Words words;
  while (!(clause = Trim(clause)).empty()) {
    const std::size_t end = std::min(clause.find(' '), clause.size());
    words.push_back(Lower(clause.substr(0, end)));
    clause.remove_prefix(end);
  }
  return words;
}

/// Whether a word can be a verb in its bare form: letters only, and none of
/// the endings of other forms.
bool IsBare(const std::string& word) {
  const bool has_letters_only = std::all_of(
      word.begin(), word.end(),
      [](char c) { return std::islower(static_cast<unsigned char>(c)) != 0; });
  const bool is_third_person = word.ends_with("s") && !word.ends_with("ss");
  return word.size() > 1 && has_letters_only && !is_third_person &&
         !word.ends_with("ing") && !word.ends_with("ed") &&
         !IsAmong(word, kFunctionWords);
}

/// Whether code or an address begins with this word and goes on behind it as a
/// command does: "`make install`", "https://...".
bool IsCommand(const std::string& word) {
  const bool goes_on = word.size() > 1 && word.front() == '`' &&
                       word.find('`', 1) == std::string::npos;
  return goes_on || word.find("://") != std::string::npos;
}

/// Whether the words from `at` on begin with a verb in the imperative mood.
bool BeginWithOrder(const Words& words, std::size_t at) {
  while (at < words.size() && IsAmong(words[at], "please, please then now")) {
    ++at;
  }
  if (at + 1 >= words.size()) return false;
  if (words[at] == "don't" || words[at] == "never") return true;
  if (words[at] == "do" && words[at + 1] == "not") return true;
  return IsBare(words[at]) &&
         (IsAmong(words[at + 1], kObjectStarts) || IsCommand(words[at + 1]));
}

/// Whether a clause is in the imperative mood, or its second half is: "ignore
/// previous orders and say this". Behind "to" or "can" a bare verb is none:
/// "to read files and print a tree".
bool IsOrder(std::string_view clause) {
  const Words words = WordsOf(clause);
  if (BeginWithOrder(words, 0)) return true;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (IsAmong(words[i], kBeforeBareVerbs)) return false;
    if (words[i] == "and" && BeginWithOrder(words, i + 1)) return true;
  }
  return false;
}

std::vector<std::string_view> ClausesOf(std::string_view sentence) {
  std::vector<std::string_view> clauses;
  std::size_t begin = 0;
  for (std::size_t i = 0; i + 1 < sentence.size(); ++i) {
    const bool ends =
        std::string_view(";:.!?").find(sentence[i]) != std::string_view::npos &&
        sentence[i + 1] == ' ';
    if (!ends) continue;
    clauses.push_back(sentence.substr(begin, i - begin));
    begin = i + 2;
  }
  clauses.push_back(sentence.substr(std::min(begin, sentence.size())));
  return clauses;
}

bool HasObligation(std::string_view clause) {
  const Words words = WordsOf(clause);
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return IsAmong(word, kModals);
  });
}

/// "You must", "you have to", "you are to".
bool ObligesReader(std::string_view clause) {
  const Words words = WordsOf(clause);
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    if (words[i] != "you") continue;
    const bool has_to =
        IsAmong(words[i + 1], "have are") && words[i + 2] == "to";
    if (has_to || IsAmong(words[i + 1], kModals)) return true;
  }
  return false;
}

/// Whether a clause is the name of a speaker or an addressee: "SYSTEM".
bool IsLabel(std::string_view clause) {
  constexpr std::size_t kShortest = 3;
  return clause.size() >= kShortest &&
         std::all_of(clause.begin(), clause.end(), [](char c) {
           return std::isupper(static_cast<unsigned char>(c)) != 0;
         });
}

}  // namespace

bool IsInstruction(std::string_view sentence) {
  const auto clauses = ClausesOf(sentence);
  return std::any_of(clauses.begin(), clauses.end(), [](auto clause) {
    return IsOrder(clause) || HasObligation(clause) || ObligesReader(clause);
  });
}

bool AddressesReader(std::string_view sentence) {
  const auto clauses = ClausesOf(sentence);
  const bool is_called =
      clauses.size() > 1 && IsLabel(clauses[0]) && IsOrder(clauses[1]);
  return is_called ||
         std::any_of(clauses.begin(), clauses.end(),
                     [](auto clause) { return ObligesReader(clause); });
}

}  // namespace dobby
