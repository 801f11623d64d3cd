#include "summaries/allowed_words.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/name_words.h"
#include "base/text.h"
#include "base/utf8.h"

namespace dobby {
namespace {

/// What sentences about any code are made of: words of grammar, and of
/// programming where they name nothing in particular. No halves of "doesn't":
/// any word could stand before its "t".
constexpr std::string_view kPlainWords =
    "a about above according across act add added adding adds after again "
    "against all allow allowed allowing allows along already also although "
    "always among an and another any anything api app application "
    "applications are around as at automatically available avoid based basic "
    "be because been before begin beginning begins behavior behaviour being "
    "below between both build building builds built but by call called "
    "calling calls can cannot case cases certain change changed changes "
    "changing check checked checking checks class classes code collection "
    "collections combined combines command commands common compare compared "
    "compares compute computed computes computing contain contained "
    "containing contains content contents control controls convert converted "
    "converting converts count counted counts create created creates "
    "creating current currently custom data date default define defined "
    "defines defining definition definitions depending describe described "
    "describes describing detail details determine determined determines "
    "different directly do documentation does doing done during e each easy "
    "either element elements empty end ends ensure ensures entire entries "
    "entry equal equals error errors etc every example existing exists "
    "expected extended extends false few field fields file files final find "
    "finding finds first folder following follows for form format from full "
    "function functions g general generate generated generates generating "
    "get gets getting give given gives giving greater group groups handle "
    "handled handles handling has have having header helper helpers hold "
    "holding holds how however i if implement implementation implementations "
    "implemented implementing implements in include included includes "
    "including index individual information initial input inputs inside "
    "instance instances instead interface interfaces internal into is it "
    "item items its itself keep keeps key keys kind kinds known large larger "
    "last later least length less let lets level library like line lines "
    "list lists longer main maintain maintains make makes making manage "
    "managed manages managing many match matches matching may means member "
    "members message messages method methods model module modules more most "
    "multiple must name named names necessary need needed needs new next no "
    "non none not note nothing now number numbers object objects of off "
    "often on once one ones only operate operates operation operations "
    "option optional options or order ordered other others otherwise out "
    "output outputs over own package packages pair pairs parameter "
    "parameters part particular parts pass passed passes passing path paths "
    "per perform performed performing performs place point position possible "
    "prevent prevents previous primitives process processed processes "
    "processing program programs project properties property provide "
    "provided provides providing public purpose put raised raises range read "
    "reading reads receive received receives related remove removed removes "
    "removing represent representation represented representing represents "
    "request requests required requires response responses result results "
    "return returned returning returns routine routines rule rules run "
    "running runs s same save saved saves script scripts second see separate "
    "sequence set sets setting several shared should similar simple single "
    "size small smaller so some something specific specified specifies start "
    "started starting starts state statement static still store stored "
    "stores storing string strings structure structures such support "
    "supported supporting supports system take taken takes taking test "
    "tested testing tests text than that the their them then there these "
    "they thing things this those three through time to together tool tools "
    "true two type types typical under unique until up update updated "
    "updates updating usage use used useful user uses using utilities "
    "utility valid value values variable variables various version very via "
    "vs wait waits was way ways we well were what when where whether which "
    "while whole will with within without work working works would write "
    "writes writing written yet you your zero";

constexpr std::size_t kLongestWord = 30;  ///< A longer one has no endings.

// A hostile text has as many words as it has bytes, with some hundred forms
// each. A MiB of code has about 5,000, and a name of this length is none.
constexpr std::size_t kMostWords = 10'000;
constexpr std::size_t kLongestName = 4096;

/// Calls `use` with each run of word bytes and each character beyond ASCII.
template <typename Use>
void ForEachWord(std::string_view text, const Use& use) {
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = EndOfWord(text, i);
    const bool is_ascii = static_cast<unsigned char>(text[i]) < 0x80;
    if (!is_ascii) end = i + Utf8SequenceLength(text.substr(i));
    if (end > i) use(text.substr(i, end - i));
    i = std::max(end, i + 1);
  }
}

bool IsVowel(char c) {
  return std::string_view("aeiou").find(c) != std::string_view::npos;
}

/// Adds a base form with the endings that it may take.
void AddEndings(const std::string& base, SortedWords& words) {
  if (base.size() < 2) return;
  for (const char* ending :
       {"", "s", "es", "d", "ed", "ing", "er", "ers", "or", "ion", "ions"}) {
    words.Add(base + ending);
  }
  const char last = base.back();
  const std::string start = base.substr(0, base.size() - 1);
  if (last == 'e') {
    for (const char* ending : {"ing", "er", "ers", "or", "ion", "ions"}) {
      words.Add(start + ending);
    }
  } else if (last == 'y') {
    words.Add(start + "ies");
    words.Add(start + "ied");
  } else if (!IsVowel(last)) {
    for (const char* ending : {"ing", "ed", "er"}) {
      words.Add(base + last + ending);
    }
  }
}

/// Adds the forms of a word and of what it may be a form of. Some are no
/// words; nobody writes those.
void AddForms(const std::string& word, SortedWords& words) {
  words.Add(word);
  const bool is_word = word.size() <= kLongestWord &&
                       std::all_of(word.begin(), word.end(), [](char c) {
                         return std::isalpha(static_cast<unsigned char>(c));
                       });
  if (!is_word) return;
  AddEndings(word, words);
  for (const std::string_view ending :
       {"s", "es", "d", "ed", "ing", "er", "ies", "ion"}) {
    if (!word.ends_with(ending) || word.size() < ending.size() + 3) continue;
    const std::string base = word.substr(0, word.size() - ending.size());
    AddEndings(base, words);
    if (ending == "ies") AddEndings(base + "y", words);
    if (ending.size() < 2) continue;
    AddEndings(base + "e", words);
    if (base.back() == base[base.size() - 2]) {
      AddEndings(base.substr(0, base.size() - 1), words);
    }
  }
}

/// The words of kPlainWords, taken apart once.
const std::set<std::string, std::less<>>& PlainWords() {
  static const auto kWords = [] {
    std::set<std::string, std::less<>> words;
    ForEachWord(kPlainWords,
                [&](std::string_view word) { words.emplace(word); });
    return words;
  }();
  return kWords;
}

}  // namespace

std::shared_ptr<const WordLimit> WordsAllowedBy(std::string_view evidence,
                                                std::string before) {
  auto limit = std::make_shared<WordLimit>();
  std::unordered_set<std::string> names;
  const auto add = [&](std::string_view name) {
    if (names.size() >= kMostWords || !names.emplace(name).second) return;
    limit->names.Add(name);
    AddForms(Lower(name), limit->words);
  };
  const auto add_with_parts = [&](std::string_view name) {
    if (name.size() > kLongestName || names.count(std::string(name)) != 0) {
      return;
    }
    add(name);
    for (const std::string& part : PartsOfName(name)) add(part);
  };
  ForEachWord(before, add_with_parts);
  ForEachWord(evidence, add_with_parts);
  for (const std::string& word : PlainWords()) limit->words.Add(word);
  limit->names.Sort();
  limit->words.Sort();
  limit->before = std::move(before);
  return limit;
}

bool IsPlainWord(std::string_view word) {
  return PlainWords().count(word) != 0;
}

}  // namespace dobby
