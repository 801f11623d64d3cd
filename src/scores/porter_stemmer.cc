#include "scores/porter_stemmer.h"

#include <optional>
#include <span>
#include <utility>

namespace dobby {
namespace {

/// Words whose stems are known by heart.
constexpr std::pair<std::string_view, std::string_view> kIrregular[] = {
    {"skies", "sky"},        {"dying", "die"},       {"lying", "lie"},
    {"tying", "tie"},        {"news", "news"},       {"innings", "inning"},
    {"inning", "inning"},    {"outings", "outing"},  {"outing", "outing"},
    {"cannings", "canning"}, {"canning", "canning"}, {"howe", "howe"},
    {"proceed", "proceed"},  {"exceed", "exceed"},   {"succeed", "succeed"},
    {"sky", "sky"}};

bool IsConsonant(std::string_view word, std::size_t i) {
  if (std::string_view("aeiou").find(word[i]) != std::string_view::npos) {
    return false;
  }
  return word[i] != 'y' || i == 0 || !IsConsonant(word, i - 1);
}

/// Returns how often a vowel is followed by a consonant.
std::size_t Measure(std::string_view stem) {
  std::size_t count = 0;
  for (std::size_t i = 1; i < stem.size(); ++i) {
    if (!IsConsonant(stem, i - 1) && IsConsonant(stem, i)) ++count;
  }
  return count;
}

bool HasVowel(std::string_view stem) {
  for (std::size_t i = 0; i < stem.size(); ++i) {
    if (!IsConsonant(stem, i)) return true;
  }
  return false;
}

bool EndsInDoubleConsonant(std::string_view word) {
  const std::size_t n = word.size();
  return n >= 2 && word[n - 1] == word[n - 2] && IsConsonant(word, n - 1);
}

/// Consonant, vowel, consonant (but w, x or y) at the end; or just the last
/// two of them.
bool EndsInCvc(std::string_view word) {
  const std::size_t n = word.size();
  if (n == 2) return !IsConsonant(word, 0) && IsConsonant(word, 1);
  return n >= 3 && IsConsonant(word, n - 3) && !IsConsonant(word, n - 2) &&
         IsConsonant(word, n - 1) &&
         std::string_view("wxy").find(word[n - 1]) == std::string_view::npos;
}

struct Ending {
  std::string_view from, to;
};

/// Returns what stands before `ending`, if `word` has it.
std::optional<std::string> Before(const std::string& word,
                                  std::string_view ending) {
  if (!word.ends_with(ending)) return std::nullopt;
  return word.substr(0, word.size() - ending.size());
}

/// Replaces the first ending that fits, if its stem has more than `measure`.
std::string Replaced(const std::string& word, std::span<const Ending> endings,
                     std::size_t measure) {
  for (const Ending& ending : endings) {
    const auto stem = Before(word, ending.from);
    if (!stem) continue;
    return Measure(*stem) > measure ? *stem + std::string(ending.to) : word;
  }
  return word;
}

/// Plurals.
std::string Step1a(const std::string& word) {
  if (const auto stem = Before(word, "ies")) {
    return *stem + (word.size() == 4 ? "ie" : "i");
  }
  if (const auto stem = Before(word, "sses")) return *stem + "ss";
  if (word.ends_with("ss")) return word;
  return Before(word, "s").value_or(word);
}

/// What is left of a verb without -ed or -ing, made a word again.
std::string Completed(const std::string& stem) {
  for (const std::string_view end : {"at", "bl", "iz"}) {
    if (stem.ends_with(end)) return stem + "e";
  }
  if (EndsInDoubleConsonant(stem)) {
    const bool stays =
        std::string_view("lsz").find(stem.back()) != std::string_view::npos;
    return stays ? stem : stem.substr(0, stem.size() - 1);
  }
  return Measure(stem) == 1 && EndsInCvc(stem) ? stem + "e" : stem;
}

/// Past tenses and participles.
std::string Step1b(const std::string& word) {
  if (const auto stem = Before(word, "ied")) {
    return *stem + (word.size() == 4 ? "ie" : "i");
  }
  if (const auto stem = Before(word, "eed")) {
    return Measure(*stem) > 0 ? *stem + "ee" : word;
  }
  for (const std::string_view end : {"ed", "ing"}) {
    const auto stem = Before(word, end);
    if (stem && HasVowel(*stem)) return Completed(*stem);
  }
  return word;
}

std::string Step1c(const std::string& word) {
  const auto stem = Before(word, "y");
  const bool changes =
      stem && stem->size() > 1 && IsConsonant(*stem, stem->size() - 1);
  return changes ? *stem + "i" : word;
}

std::string Step2(const std::string& word) {
  static constexpr Ending kEndings[] = {
      {"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"},
      {"anci", "ance"},   {"izer", "ize"},    {"bli", "ble"},
      {"alli", "al"},     {"entli", "ent"},   {"eli", "e"},
      {"ousli", "ous"},   {"ization", "ize"}, {"ation", "ate"},
      {"ator", "ate"},    {"alism", "al"},    {"iveness", "ive"},
      {"fulness", "ful"}, {"ousness", "ous"}, {"aliti", "al"},
      {"iviti", "ive"},   {"biliti", "ble"},  {"fulli", "ful"}};
  if (const auto stem = Before(word, "alli"); stem && Measure(*stem) > 0) {
    return Step2(*stem + "al");
  }
  if (const auto stem = Before(word, "logi")) {
    return Measure(*stem + "l") > 0 ? *stem + "log" : word;
  }
  return Replaced(word, kEndings, 0);
}

std::string Step3(const std::string& word) {
  static constexpr Ending kEndings[] = {
      {"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"},
      {"ical", "ic"},  {"ful", ""},   {"ness", ""}};
  return Replaced(word, kEndings, 0);
}

std::string Step4(const std::string& word) {
  static constexpr Ending kEndings[] = {
      {"al", ""},   {"ance", ""}, {"ence", ""}, {"er", ""},    {"ic", ""},
      {"able", ""}, {"ible", ""}, {"ant", ""},  {"ement", ""}, {"ment", ""},
      {"ent", ""},  {"ou", ""},   {"ism", ""},  {"ate", ""},   {"iti", ""},
      {"ous", ""},  {"ive", ""},  {"ize", ""}};
  if (const auto stem = Before(word, "ion")) {
    const bool goes =
        Measure(*stem) > 1 && (stem->ends_with('s') || stem->ends_with('t'));
    return goes ? *stem : word;
  }
  return Replaced(word, kEndings, 1);
}

std::string Step5(const std::string& word) {
  std::string shorter = word;
  if (const auto stem = Before(word, "e")) {
    const std::size_t measure = Measure(*stem);
    if (measure > 1 || (measure == 1 && !EndsInCvc(*stem))) shorter = *stem;
  }
  const std::string without_last = shorter.substr(0, shorter.size() - 1);
  return shorter.ends_with("ll") && Measure(without_last) > 1 ? without_last
                                                              : shorter;
}

}  // namespace

std::string PorterStem(std::string_view word) {
  for (const auto& [form, stem] : kIrregular) {
    if (word == form) return std::string(stem);
  }
  if (word.size() <= 2) return std::string(word);
  std::string stem(word);
  for (const auto step : {Step1a, Step1b, Step1c, Step2, Step3, Step4, Step5}) {
    stem = step(stem);
  }
  return stem;
}

}  // namespace dobby
