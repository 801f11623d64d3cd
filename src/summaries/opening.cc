#include "summaries/opening.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "base/name_words.h"
#include "base/text.h"
#include "summaries/header_files.h"

namespace dobby {
namespace {

constexpr std::size_t kLongestName = 80;  ///< Bytes; a longer one is no name.

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

std::string Capitalise(std::string text) {
  if (!text.empty()) {
    text[0] =
        static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  }
  return text;
}

/// "loads", "catches", "tries".
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

/// The words of a name as they stand in a sentence: "HTTP", "user".
std::vector<std::string> SplitName(std::string_view name) {
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

/// "push" of "Ring::push" and of "exports.push".
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

/// Whether a text can be the name of a package.
bool IsIdentifier(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName &&
         std::all_of(text.begin(), text.end(), IsWordByte);
}

/// Returns the name in the package clause of a Go file, or nothing.
std::string_view GoClause(std::string_view text) {
  constexpr std::string_view kClause = "package ";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with(kClause)) continue;
    const std::string_view rest = Trim(line.substr(kClause.size()));
    const std::size_t behind =
        std::min(rest.find_first_of(" \t;/"), rest.size());
    // A line of a comment goes on in words: "package zip reads".
    const std::string_view more = Trim(rest.substr(behind));
    const bool is_clause = more.empty() || more[0] == ';' || more[0] == '/';
    if (is_clause && IsIdentifier(rest.substr(0, behind))) {
      return rest.substr(0, behind);
    }
  }
  return "";
}

/// Returns the package of a Go file: of its package clause, else the folder.
std::string_view GoPackage(std::string_view path, std::string_view text) {
  if (const std::string_view name = GoClause(text); !name.empty()) return name;
  while (true) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return "";
    path = path.substr(0, slash);
    const std::string_view folder = BaseNameOf(path);
    // "math/rand/v2" is package rand.
    const bool version =
        folder.size() > 1 && folder[0] == 'v' &&
        folder.find_first_not_of("0123456789", 1) == std::string_view::npos;
    if (!version) return IsIdentifier(folder) ? folder : "";
  }
}

}  // namespace

std::string FileOpening(std::string_view path, const Language& language,
                        const Chunk& chunk) {
  if (chunk.first_line > 1) return "";
  const std::string_view file = BaseNameOf(path);
  if (language.id == "go") {
    const std::string package(GoPackage(path, chunk.text));
    const bool says_it =
        !package.empty() && package != "main" && !file.ends_with("_test.go");
    return says_it ? "Package " + package : "";
  }
  if (file == "lib.rs") return "This crate";
  if (IsHeader(file)) return "This header";
  for (const char* id : {"python", "javascript", "typescript", "rust"}) {
    if (language.id == id) return "This module";
  }
  for (const char* id : {"c", "cpp", "ruby", "php", "bash", "lua", "perl"}) {
    if (language.id == id) return "This file";
  }
  return "";
}

std::string FunctionOpening(std::string_view name, const Language& language) {
  if (name.size() > kLongestName) return "";
  const std::vector<std::string> words =
      SplitName(language.id == "go" ? name : OwnName(name));
  if (words.empty()) return "";
  const bool commands = words.size() > 1 && HasWord(kVerbs, words[0]) &&
                        !HasWord(kNoObject, words[1]);
  if (language.id == "go") {
    return std::string(name) + (commands ? " " + MakeThirdPerson(words[0]) +
                                               " the " + JoinWords(words, 1)
                                         : "");
  }
  return Capitalise(commands ? words[0] + " the " + JoinWords(words, 1)
                             : JoinWords(words, 0));
}

}  // namespace dobby
