#include "summaries/code_sentence.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "base/text.h"
#include "summaries/name_phrases.h"
#include "summaries/namesake.h"
#include "summaries/test_names.h"

namespace dobby {
namespace {

constexpr std::size_t kMostPhrases = 5;  ///< In a sentence.
constexpr std::size_t kMostTests = 4;    ///< Their names are long.
constexpr std::size_t kMostRoutes = 4;
/// A prefix of fewer functions may be what they do.
constexpr std::size_t kLeastWithPrefix = 4;

using Words = std::vector<std::string>;

bool IsTest(std::string_view kind) { return kind == "test" || kind == "suite"; }

/// Returns how many words most names begin with, as in "jv_parse", "jv_free".
std::size_t CountPrefixWords(std::vector<Words> names) {
  const std::size_t all = names.size();
  std::size_t prefix = 0;
  while (all >= kLeastWithPrefix) {
    std::map<std::string, std::size_t> counts;
    for (const Words& name : names) {
      if (name.size() > prefix + 1) ++counts[Lower(name[prefix])];
    }
    const auto most = std::max_element(
        counts.begin(), counts.end(),
        [](const auto& a, const auto& b) { return a.second < b.second; });
    const bool is_shared = most != counts.end() && 10 * most->second >= 8 * all;
    if (!is_shared || BeginsWithVerb({most->first})) break;
    std::erase_if(names, [&](const Words& name) {
      return name.size() <= prefix + 1 || Lower(name[prefix]) != most->first;
    });
    ++prefix;
  }
  return prefix;
}

/// Names of functions as what they do.
struct Deeds {
  std::vector<std::string> commands;  ///< "find owner", "close".
  std::vector<std::string> fields;    ///< Of accessors: "name" of getName.
  std::vector<std::string> names;     ///< All of them, as written.
  std::size_t count = 0;
};

Deeds DeedsOf(const std::vector<std::string>& names) {
  static constexpr std::array<std::string_view, 4> kAccessors = {"get", "set",
                                                                 "is", "has"};
  std::vector<Words> all;
  all.reserve(names.size());
  for (const std::string& name : names) {
    all.push_back(SentenceWords(OwnName(name)));
  }
  const std::size_t prefix = CountPrefixWords(all);
  Deeds deeds;
  deeds.count = names.size();
  std::set<std::string> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    Words words = all[i];
    if (words.size() > prefix)
      words.erase(words.begin(),
                  words.begin() + static_cast<std::ptrdiff_t>(prefix));
    if (words.empty()) continue;
    const std::string phrase = JoinWords(words, 0);
    const bool is_accessor =
        words.size() > 1 && std::find(kAccessors.begin(), kAccessors.end(),
                                      words[0]) != kAccessors.end();
    if (is_accessor) {
      std::string field = JoinWords(words, 1);
      if (seen.insert("." + field).second) {
        deeds.fields.push_back(std::move(field));
      }
    }
    if (BeginsWithVerb(words) && seen.insert(phrase).second) {
      deeds.commands.push_back(phrase);
    }
    deeds.names.emplace_back(OwnName(names[i]));
  }
  return deeds;
}

/// Returns "methods to find owner, add pet and 3 more", or their names where
/// those are no commands.
std::string DeedsPhrase(const Deeds& deeds, const std::string& noun) {
  const std::string named = deeds.count == 1 ? noun : MakePlural(noun);
  const std::size_t commands = deeds.commands.size();
  if (commands > 2 || 2 * commands >= deeds.count) {
    const std::size_t shown = std::min(kMostPhrases, commands);
    const std::size_t left = deeds.count - shown;
    const std::span<const std::string> some(deeds.commands.data(), shown);
    if (left == 0) return named + " to " + JoinNames(some, shown);
    std::string text = named + " to ";
    for (const std::string& phrase : some) {
      text += phrase + (&phrase == &some.back() ? "" : ", ");
    }
    return text + " and " + std::to_string(left) + " more";
  }
  return deeds.names.empty()
             ? ""
             : named + " " + JoinNames(deeds.names, kMostPhrases);
}

std::vector<std::string> NamesOf(const Item& type,
                                 bool (*is_wanted)(std::string_view)) {
  std::vector<std::string> names;
  for (const Member& member : type.members) {
    if (is_wanted(member.kind)) names.push_back(member.name);
  }
  return names;
}

bool IsRoute(std::string_view kind) { return kind == "route"; }
bool IsCallable(std::string_view kind) {
  return kind == "method" || kind == "function" || kind.empty();
}

/// Returns " (based on Controller)" of what a type extends or implements.
std::string BasesPhrase(const Item& type) {
  if (type.bases.empty()) return "";
  std::vector<std::string> bases = type.bases;
  bases.resize(std::min<std::size_t>(bases.size(), 3));
  return " (based on " + JoinNames(bases, 3) + ")";
}

/// Returns what is known of a type by its routes, accessors or methods.
std::string TypePhrase(const Item& type) {
  std::string head = (type.kind.empty() ? "methods of" : type.kind) +
                     std::string(" ") + type.name + BasesPhrase(type);
  if (const auto routes = NamesOf(type, IsRoute); !routes.empty()) {
    return head + " that serves " + JoinNames(routes, kMostRoutes);
  }
  auto names = NamesOf(type, IsCallable);
  const auto entry = std::find_if(
      names.begin(), names.end(),
      [](const std::string& name) { return Lower(name) == "main"; });
  if (entry != names.end()) {
    names.erase(entry);
    head = "program: " + head;
    if (names.empty()) return head;
  }
  const Deeds deeds = DeedsOf(names);
  if (names.empty()) {
    std::vector<std::string> members;
    members.reserve(type.members.size());
    for (const Member& member : type.members) members.push_back(member.name);
    return members.empty() ? head
                           : head + " with " + JoinNames(members, kMostPhrases);
  }
  if (deeds.fields.size() > 1 && 10 * deeds.fields.size() >= 4 * names.size()) {
    return head + " with " + JoinNames(deeds.fields, kMostPhrases);
  }
  if (type.kind.empty()) return head + ": " + JoinNames(names, kMostPhrases);
  return head + " with " + DeedsPhrase(deeds, "method");
}

/// Returns the type that the text is mostly about, if there is one.
const Item* MainType(const std::vector<Item>& items, std::string_view path) {
  double all = 0;
  for (const Item& item : items) all += item.lines;
  for (const Item& item : items) {
    const bool can_be = (IsType(item.kind) || item.kind.empty());
    if (!can_be) continue;
    const bool is_namesake = IsNamesake(item.name, path);
    if (item.lines > (is_namesake ? 0.2 : 0.5) * all) return &item;
  }
  return nullptr;
}

/// Returns "12 classes based on Shape: Circle, Square and 10 more", or the
/// names alone.
std::string TypesPhrase(const std::vector<const Item*>& types) {
  std::map<std::string, std::size_t> bases;
  std::vector<std::string> names;
  for (const Item* type : types) {
    names.push_back(type->name);
    for (const std::string& base : type->bases) ++bases[base];
  }
  const bool is_mixed = std::any_of(
      types.begin(), types.end(),
      [&](const Item* type) { return type->kind != types.front()->kind; });
  const std::string kind = is_mixed ? "type" : types.front()->kind;
  for (const auto& [base, count] : bases) {
    if (count == types.size() && count > 2) {
      return Count(count, kind) + " based on " + base + ": " +
             JoinNames(names, kMostPhrases);
    }
  }
  return (names.size() > 1 ? MakePlural(kind) : kind) + " " +
         JoinNames(names, kMostPhrases);
}

/// Returns the name of a test as a reader would say it.
std::string TestWords(const std::string& name) {
  if (name.find(' ') != std::string::npos) return Quoted(name);
  Words words = SentenceWords(OwnName(name));
  const auto is_test_word = [](const std::string& word) {
    return word == "test" || word == "tests";
  };
  while (!words.empty() && is_test_word(words.front())) {
    words.erase(words.begin());
  }
  while (!words.empty() && is_test_word(words.back())) words.pop_back();
  return words.empty() ? name : JoinWords(words, 0);
}

/// Returns the names of suites, or of what the file is named to test where they
/// are of something else.
std::string SuitesPhrase(const std::vector<std::string>& suites,
                         std::string_view path) {
  const std::string_view file = BaseNameOf(path);
  const auto stem = TestedStem(file.substr(0, file.rfind('.')));
  const bool is_named =
      !stem ||
      std::any_of(suites.begin(), suites.end(), [&](const std::string& suite) {
        return LettersOf(suite).find(LettersOf(*stem)) != std::string::npos ||
               LettersOf(*stem).find(LettersOf(suite)) != std::string::npos;
      });
  if (!suites.empty() && is_named) return JoinNames(suites, kMostTests);
  return stem ? JoinWords(SentenceWords(*stem), 0) : "";
}

std::vector<const Item*> ItemsOfKind(const std::vector<Item>& items,
                                     std::string_view kind) {
  std::vector<const Item*> some;
  for (const Item& item : items) {
    if (item.kind == kind) some.push_back(&item);
  }
  return some;
}

/// Returns "settings a and b" or "constants A and B": names alone; of a single
/// one what it holds.
std::string NamesPhrase(const std::vector<const Item*>& items) {
  const std::string kind = items.front()->kind;
  const std::string noun = kind == "key" ? "setting" : kind;
  std::vector<std::string> names;
  names.reserve(items.size());
  for (const Item* item : items) {
    names.push_back(kind == "section" ? Quoted(item->name) : item->name);
  }
  std::string phrase = (names.size() > 1 ? MakePlural(noun) : noun) + " " +
                       JoinNames(names, kMostPhrases);
  if (items.size() > 1 || items.front()->members.empty()) return phrase;
  std::vector<std::string> members;
  for (const Member& member : items.front()->members) {
    members.push_back(kind == "section" ? Quoted(member.name) : member.name);
  }
  return phrase + " with " + JoinNames(members, kMostPhrases);
}

/// Returns "jobs build and test": the parts of a configuration that have a kind
/// of their own, of the kind that comes first; empty where there are none.
std::string PartsPhrase(const std::vector<Item>& items) {
  std::vector<std::string> names;
  std::string kind;
  for (const Item& item : items) {
    for (const Member& member : item.members) {
      const bool is_part = (item.kind == "key" || item.kind == "section") &&
                           member.kind != "key" && member.kind != "section";
      if (is_part && kind.empty()) kind = member.kind;
      if (is_part && member.kind == kind) names.push_back(member.name);
    }
  }
  if (names.empty()) return "";
  return (names.size() > 1 ? MakePlural(kind) : kind) + " " +
         JoinNames(names, kMostPhrases);
}

/// Returns the functions of the text: what they do.
std::string FunctionsPhrase(const std::vector<Item>& items) {
  std::vector<std::string> names;
  std::uint64_t lines = 0, main_lines = 0;
  for (const Item* item : ItemsOfKind(items, "function")) {
    lines += item->lines;
    if (item->name == "main") main_lines += item->lines;
    if (item->name != "main") names.push_back(item->name);
  }
  // A small one beside much else may be there for a test.
  const bool is_program = 20 * main_lines > lines;
  if (names.empty()) return is_program ? "a program" : "";
  if (names.size() == 1 && SentenceWords(OwnName(names[0])).size() < 2) {
    return (is_program ? "a program with function " : "function ") + names[0];
  }
  const std::string phrase = DeedsPhrase(DeedsOf(names), "function");
  return is_program ? "a program with " + phrase : phrase;
}

std::string RoutesPhrase(const std::vector<Item>& items) {
  std::vector<std::string> routes;
  for (const Item* item : ItemsOfKind(items, "route")) {
    routes.push_back(item->name);
  }
  // One beside other code is a detail of it.
  const bool is_detail = routes.size() == 1 && items.size() > 2;
  return routes.empty() || is_detail
             ? ""
             : "serves " + JoinNames(routes, kMostRoutes);
}

/// How much of a text is in types, in functions and in what else.
enum class Bulk { kTypes, kFunctions, kOther };

Bulk BulkOf(const std::vector<Item>& items) {
  std::array<std::uint64_t, 3> lines{};
  const bool some_exported =
      std::any_of(items.begin(), items.end(),
                  [](const Item& item) { return item.exported; });
  for (const Item& item : items) {
    if (some_exported && !item.exported) continue;
    const bool is_type = IsType(item.kind) || item.kind.empty();
    const auto bulk = is_type                   ? Bulk::kTypes
                      : item.kind == "function" ? Bulk::kFunctions
                                                : Bulk::kOther;
    lines[static_cast<std::size_t>(bulk)] += item.lines;
  }
  return static_cast<Bulk>(std::max_element(lines.begin(), lines.end()) -
                           lines.begin());
}

/// Returns the types of a text, the largest first.
std::vector<const Item*> TypesBySize(const std::vector<Item>& items) {
  std::vector<const Item*> types;
  for (const Item& item : items) {
    if (IsType(item.kind)) types.push_back(&item);
  }
  std::stable_sort(
      types.begin(), types.end(),
      [](const Item* a, const Item* b) { return a->lines > b->lines; });
  return types;
}

/// Returns the phrase of what most of the text is.
std::string BulkPhrase(const std::vector<Item>& items) {
  const Bulk bulk = BulkOf(items);
  if (bulk == Bulk::kFunctions) return FunctionsPhrase(items);
  const auto types = TypesBySize(items);
  if (bulk == Bulk::kTypes && !types.empty()) return TypesPhrase(types);
  if (bulk == Bulk::kTypes) return TypePhrase(items.front());
  if (std::string parts = PartsPhrase(items); !parts.empty()) return parts;
  const auto other =
      std::find_if(items.begin(), items.end(), [](const Item& item) {
        return !IsType(item.kind) && !item.kind.empty() &&
               item.kind != "function";
      });
  return NamesPhrase(ItemsOfKind(items, other->kind));
}

}  // namespace

std::string TestedThings(const std::vector<Item>& items,
                         std::string_view path) {
  std::vector<std::string> suites, tests;
  bool is_code = false;
  for (const Item& item : items) {
    if (item.name == "TestMain") continue;  // In Go, what runs the tests.
    if (item.kind == "suite") suites.push_back(TestWords(item.name));
    if (item.kind == "test") tests.push_back(TestWords(item.name));
    const std::size_t before = tests.size();
    for (const Member& member : item.members) {
      if (IsTest(member.kind)) tests.push_back(TestWords(member.name));
    }
    const bool is_test = IsTest(item.kind) || tests.size() > before;
    is_code = is_code || (!is_test && item.exported);
  }
  if (tests.empty() && suites.empty()) return "";
  // Code that others use may have its tests below it.
  if (is_code && !IsTestPath(path)) return "";
  std::string text = SuitesPhrase(suites, path);
  if (!tests.empty()) {
    text += (text.empty() ? "" : ": ") + JoinNames(tests, kMostTests);
  }
  return text;
}

std::string CodeSentence(const std::vector<Item>& items,
                         std::string_view path) {
  if (items.empty()) return "";
  std::string phrase;
  if (const std::string tested = TestedThings(items, path); !tested.empty()) {
    phrase = "tests " + tested;
  }
  if (phrase.empty()) phrase = RoutesPhrase(items);
  if (phrase.empty()) {
    const Item* type = MainType(items, path);
    phrase = type ? TypePhrase(*type) : BulkPhrase(items);
  }
  return phrase.empty() ? "" : OneLine(Capitalise(phrase) + ".");
}

}  // namespace dobby
