#include "summaries/main_item.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "base/text.h"
#include "chunks/author_words.h"
#include "summaries/header_files.h"
#include "summaries/name_claims.h"
#include "summaries/namesake.h"

namespace dobby {
namespace {

constexpr std::size_t kLongestDoc = 160;  ///< Bytes.

/// How likely an item is what its file is about.
int WeighItem(const Item& item, const std::vector<std::string>& file_names) {
  const std::string name = LettersOf(item.name);
  int weight = 0;
  for (const std::string& file : file_names) {
    if (name.empty() || file.empty()) continue;
    if (name == file) weight += 4;
    if (&file != &file_names.front()) continue;
    if (name.find(file) != std::string::npos ||
        file.find(name) != std::string::npos) {
      weight += 2;
    }
  }
  const bool is_type = item.kind == "class" || item.kind == "struct" ||
                       item.kind == "interface" || item.kind == "trait" ||
                       item.kind == "type";
  // What may go wrong is rarely what a file is for.
  const bool is_error = name.ends_with("error") || name.ends_with("exception");
  return weight + (is_type ? 1 : 0) - (is_error ? 2 : 0) -
         (item.name.starts_with("_") ? 3 : 0);
}

/// Whether an item can tell what its file is for: no part of another one, no
/// entry point, and in C and C++ no function that may be the constructor of a
/// type which a broken text hides.
bool CanStandForFile(const Item& item, std::string_view path) {
  static constexpr std::array<std::string_view, 4> kImplementations = {
      ".c", ".cc", ".cpp", ".cxx"};
  const bool is_function = item.kind == "function";
  const bool is_cpp =
      IsHeader(path) ||
      std::any_of(kImplementations.begin(), kImplementations.end(),
                  [path](auto ending) { return path.ends_with(ending); });
  const bool may_construct = is_function && is_cpp && !BeginsSmall(item.name);
  return item.kind != "method" && item.kind != "section" && !may_construct &&
         !(is_function && item.name == "main") && !IsPrivate(item.name, path);
}

}  // namespace

bool IsDescribed(const Item& item) {
  return item.doc.size() <= kLongestDoc && SaysMoreThan(item.name, item.doc) &&
         !SentenceAbout(item.name, item.doc).empty();
}

std::vector<Item>::iterator FindMain(std::vector<Item>& items,
                                     std::string_view path) {
  const std::vector<std::string> names = NamesOfFile(path);
  auto best = items.end();
  for (auto item = items.begin(); item != items.end(); ++item) {
    if (!IsDescribed(*item)) continue;
    const bool better = best == items.end() ||
                        WeighItem(*item, names) > WeighItem(*best, names);
    if (better) best = item;
  }
  return best;
}

bool IsSubjectOf(const Item& item, std::string_view path) {
  return CanStandForFile(item, path) && IsNamesake(item.name, path);
}

}  // namespace dobby
