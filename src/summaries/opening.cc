#include "summaries/opening.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "base/text.h"
#include "summaries/header_files.h"
#include "summaries/name_phrases.h"

namespace dobby {
namespace {

constexpr std::size_t kLongestName = 80;  ///< Bytes; a longer one is no name.

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
      SentenceWords(language.id == "go" ? name : OwnName(name));
  if (words.empty()) return "";
  const bool commands = IsCommand(words);
  if (language.id == "go") {
    return std::string(name) + (commands ? " " + MakeThirdPerson(words[0]) +
                                               " the " + JoinWords(words, 1)
                                         : "");
  }
  return Capitalise(commands ? words[0] + " the " + JoinWords(words, 1)
                             : JoinWords(words, 0));
}

}  // namespace dobby
