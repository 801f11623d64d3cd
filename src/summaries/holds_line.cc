#include "summaries/holds_line.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "chunks/author_words.h"
#include "summaries/header_files.h"

namespace dobby {
namespace {

constexpr std::size_t kMostNames = 14;    ///< In a line, members among them.
constexpr std::size_t kMostOthers = 6;    ///< Beside one that is described.
constexpr std::size_t kLongestDoc = 160;  ///< Bytes.
constexpr std::size_t kMostMembers = 5;   ///< Of one type.
constexpr std::size_t kLongestName = 60;  ///< Bytes; a longer one is no name.

/// A definition at the top, or a type whose members are defined apart from it.
struct Item {
  std::string kind;  ///< Empty: only its members are defined here.
  std::string name;
  std::string doc;
  std::vector<std::string> members;
  std::uint32_t lines = 0;
};

/// "Ring::push" is a member of Ring.
std::pair<std::string, std::string> SplitName(const std::string& name) {
  const std::size_t at = name.rfind("::");
  if (at == std::string::npos || at == 0) return {"", name};
  return {name.substr(0, at), name.substr(at + 2)};
}

bool BeginsSmall(const std::string& name) {
  return std::islower(static_cast<unsigned char>(name[0])) != 0;
}

/// Whether a name is for the file's own use by the custom of its language.
bool IsPrivate(const std::string& name, std::string_view path) {
  return name.starts_with("_") || (path.ends_with(".go") && BeginsSmall(name));
}

/// Whether any type may have a member of that name: a constructor, "~Ring",
/// "operator=", "__init__".
bool IsSpecial(const std::string& member, const std::string& type) {
  const bool has_underlines =
      member.starts_with("__") && member.ends_with("__");
  return member == SplitName(type).second || member.starts_with("~") ||
         member.starts_with("operator") || has_underlines;
}

/// Gathers the items of an outline.
class Items {
 public:
  Items(std::span<const Symbol> outline, std::string_view path) : path_(path) {
    std::vector<const Symbol*> above;  // What the next symbol may stand in.
    for (const Symbol& symbol : outline) {
      while (!above.empty() && above.back()->depth >= symbol.depth) {
        above.pop_back();
      }
      if (symbol.name.size() <= kLongestName) Add(symbol, above);
      if (!IsNamespace(symbol)) above.push_back(&symbol);
    }
  }

  std::vector<Item> Take() {
    for (Item& item : items_) SortMembers(item);
    SortByKind();
    return std::move(items_);
  }

 private:
  /// Puts private names last, and what is of a kind together, in the order in
  /// which the kinds come first.
  void SortByKind() {
    std::stable_partition(items_.begin(), items_.end(), [&](const Item& item) {
      return !IsPrivate(item.name, path_);
    });
    std::vector<std::string> kinds;
    const auto rank_of = [&](const Item& item) {
      const auto kind = std::find(kinds.begin(), kinds.end(), item.kind);
      return std::pair(IsPrivate(item.name, path_), kind - kinds.begin());
    };
    for (const Item& item : items_) {
      if (rank_of(item).second == std::ssize(kinds)) kinds.push_back(item.kind);
    }
    std::stable_sort(
        items_.begin(), items_.end(),
        [&](const Item& a, const Item& b) { return rank_of(a) < rank_of(b); });
  }

  void SortMembers(Item& item) const {
    std::vector<std::string>& members = item.members;
    const auto is_special = [&](const std::string& member) {
      return IsSpecial(member, item.name);
    };
    // Of a type that is defined elsewhere, they may be all that there is.
    if (!item.kind.empty() ||
        !std::all_of(members.begin(), members.end(), is_special)) {
      std::erase_if(members, is_special);
    }
    std::stable_partition(
        members.begin(), members.end(),
        [&](const std::string& member) { return !IsPrivate(member, path_); });
  }

  void Add(const Symbol& symbol, const std::vector<const Symbol*>& above) {
    if (IsNamespace(symbol) || above.size() > 1) return;
    if (above.size() == 1) {
      if (above[0]->name.size() > kLongestName) return;
      return AddMember(IndexOf(above[0]->kind, above[0]->name), symbol.name);
    }
    auto [type, name] = SplitName(symbol.name);
    if (!symbol.owner.empty()) type = symbol.owner;
    if (!type.empty()) {
      const std::size_t index = IndexOf("", type);
      items_[index].lines += symbol.lines;
      return AddMember(index, name);
    }
    Item& item = items_[IndexOf(symbol.kind, name)];
    if (item.doc.empty()) item.doc = symbol.doc;
    item.lines += symbol.lines;
  }

  void AddMember(std::size_t index, const std::string& name) {
    if (!members_.emplace(index, name).second) return;
    items_[index].members.push_back(name);
  }

  /// Returns the index of the item of that name, a new one where there is none.
  std::size_t IndexOf(const std::string& kind, const std::string& name) {
    std::vector<std::size_t>& of_name = by_name_[name];
    for (const std::size_t index : of_name) {
      if (kind.empty() || items_[index].kind == kind) return index;
    }
    of_name.push_back(items_.size());
    items_.push_back({kind, name, "", {}, 0});
    return of_name.back();
  }

  std::string_view path_;
  std::vector<Item> items_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_name_;
  std::set<std::pair<std::size_t, std::string>> members_;  ///< Of which item.
};

/// Returns the items of an outline that a line names: private ones, and private
/// members, only where there are no others.
std::vector<Item> NamedItems(std::span<const Symbol> outline,
                             std::string_view path) {
  std::vector<Item> items = Items(outline, path).Take();
  const auto keep_public = [path](auto& all, const auto& name_of) {
    const auto is_private = [&](const auto& one) {
      return IsPrivate(name_of(one), path);
    };
    if (!std::all_of(all.begin(), all.end(), is_private)) {
      std::erase_if(all, is_private);
    }
  };
  keep_public(items, [](const Item& item) { return item.name; });
  for (Item& item : items) {
    keep_public(item.members, [](const std::string& name) { return name; });
  }
  return items;
}

std::string Plural(const std::string& kind) {
  if (kind.ends_with("s")) return kind + "es";
  if (kind.ends_with("y")) return kind.substr(0, kind.size() - 1) + "ies";
  return kind + "s";
}

/// Returns "a, b, c and 3 more" of at most `most` names; one more is shown
/// rather than counted.
std::string Listed(std::span<const std::string> names, std::size_t most) {
  std::string text;
  const std::size_t shown =
      names.size() == most + 1 ? most + 1 : std::min(names.size(), most);
  for (std::size_t i = 0; i < shown; ++i) {
    text += (i > 0 ? ", " : "") + names[i];
  }
  const std::size_t left = names.size() - shown;
  return left == 0 ? text : text + " and " + std::to_string(left) + " more";
}

/// Items that one phrase tells of: one with members, or neighbours of a kind.
std::size_t PhraseEnd(const std::vector<Item>& items, std::size_t begin) {
  std::size_t end = begin + 1;
  if (!items[begin].members.empty()) return end;
  while (end < items.size() && items[end].members.empty() &&
         items[end].kind == items[begin].kind) {
    ++end;
  }
  return end;
}

/// Returns the phrase of items [begin, end), and how many names it took.
std::pair<std::string, std::size_t> Phrase(const std::vector<Item>& items,
                                           std::size_t begin, std::size_t end) {
  const Item& first = items[begin];
  if (!first.members.empty()) {
    const std::string kind = first.kind.empty() ? "" : first.kind + " ";
    return {
        kind + first.name + " (" + Listed(first.members, kMostMembers) + ")",
        1 + std::min(first.members.size(), kMostMembers)};
  }
  std::vector<std::string> names;
  for (std::size_t i = begin; i < end; ++i) names.push_back(items[i].name);
  return {(names.size() > 1 ? Plural(first.kind) : first.kind) + " " +
              Listed(names, kMostNames),
          names.size()};
}

/// Returns a name without what spellings differ in.
std::string Letters(std::string_view name) {
  std::string letters = Lower(name);
  std::erase_if(letters, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) == 0;
  });
  return letters;
}

/// Names of the file at `path`: its own without an ending, its folder's.
std::vector<std::string> NamesOfFile(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view file = BaseNameOf(path);
  std::vector<std::string> names = {Letters(file.substr(0, file.find('.')))};
  if (slash != std::string_view::npos) {
    names.push_back(Letters(BaseNameOf(path.substr(0, slash))));
  }
  return names;
}

/// How likely an item is what its file is about.
int Weight(const Item& item, const std::vector<std::string>& file_names) {
  const std::string name = Letters(item.name);
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

bool IsDescribed(const Item& item) {
  return item.doc.size() <= kLongestDoc &&
         !SentenceAbout(item.name, item.doc).empty();
}

/// Puts the item that is named as the file, if there is one, first.
void PutNamesakeFirst(std::vector<Item>& items, std::string_view path) {
  const std::vector<std::string> names = NamesOfFile(path);
  const auto namesake = std::find_if(
      items.begin(), items.end(),
      [&names](const Item& item) { return Letters(item.name) == names[0]; });
  if (namesake != items.end()) {
    std::rotate(items.begin(), namesake, namesake + 1);
  }
}

/// Returns the described item that the file is likeliest about.
std::vector<Item>::iterator FindMain(std::vector<Item>& items,
                                     std::string_view path) {
  const std::vector<std::string> names = NamesOfFile(path);
  auto best = items.end();
  for (auto item = items.begin(); item != items.end(); ++item) {
    if (!IsDescribed(*item)) continue;
    const bool better =
        best == items.end() || Weight(*item, names) > Weight(*best, names);
    if (better) best = item;
  }
  return best;
}

/// Whether the file at `path` is named as an item, or its folder where that
/// is a package.
bool IsNamesake(const Item& item, std::string_view path) {
  static constexpr std::array<std::string_view, 4> kForFolders = {
      "__init__", "mod", "lib", "index"};
  const std::string name = Letters(item.name);
  const std::vector<std::string> names = NamesOfFile(path);
  const std::string_view file = BaseNameOf(path);
  const bool speaks_for_folder =
      path.ends_with(".go") ||
      std::find(kForFolders.begin(), kForFolders.end(),
                file.substr(0, file.find('.'))) != kForFolders.end();
  const auto is_alike = [&name](const std::string& other) {
    return name == other || name + "s" == other || name == other + "s";
  };
  return is_alike(names.front()) ||
         (speaks_for_folder && names.size() > 1 && is_alike(names[1]));
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

std::string VerbFor(const std::vector<Item>& items) {
  const std::string& kind = items.front().kind;
  return kind == "section" || kind == "key" ? "Has" : "Defines";
}

/// Returns "class Ring (push, pop); functions main, usage; and 3 more" of at
/// most `most` names, or one more.
std::string ListedItems(const std::vector<Item>& items, std::size_t most) {
  std::string text;
  std::size_t names = 0, begin = 0;
  while (begin < items.size()) {
    std::size_t room = most - std::min(names, most);
    if (items.size() - begin == room + 1) ++room;
    if (room == 0) break;
    const std::size_t end = std::min(PhraseEnd(items, begin), begin + room);
    const auto [phrase, taken] = Phrase(items, begin, end);
    text += (text.empty() ? "" : "; ") + phrase;
    names += taken;
    begin = end;
  }
  const std::size_t left = items.size() - begin;
  return left == 0 ? text : text + "; and " + std::to_string(left) + " more";
}

/// Returns "Defines class Ring (push, pop); function main.", or "Also defines
/// ..." behind that word.
std::string Sentence(const std::string& before, const std::vector<Item>& items,
                     std::size_t most = kMostNames) {
  const std::string verb = VerbFor(items);
  return before + (before.empty() ? verb : Lower(verb)) + " " +
         ListedItems(items, most) + ".";
}

/// Returns the lines of a text that is about a described item, the first
/// beginning so.
std::optional<FileLines> LinesOf(std::vector<Item>& items,
                                 std::vector<Item>::iterator main,
                                 const std::string& before) {
  const std::string first = SentenceAbout(before + main->name, main->doc);
  if (first.empty()) return std::nullopt;
  std::rotate(items.begin(), main, main + 1);
  // It is named again for its members' sake alone.
  const bool is_named = items.size() > 1 && items.front().members.empty();
  if (is_named) items.erase(items.begin());
  return FileLines{first, OneLine(Sentence(is_named ? "Also " : "", items))};
}

}  // namespace

bool IsNamespace(const Symbol& symbol) {
  return symbol.kind == "namespace" || symbol.kind == "module";
}

std::string HoldsLine(std::span<const Symbol> outline, std::string_view path) {
  std::vector<Item> items = NamedItems(outline, path);
  if (items.empty()) return "";
  const auto found = FindMain(items, path);
  if (found == items.end()) {
    PutNamesakeFirst(items, path);
    return OneLine(Sentence("", items));
  }
  const Item main = std::move(*found);
  items.erase(found);
  const std::string members =
      main.members.empty() ? ""
                           : " (" + Listed(main.members, kMostMembers) + ")";
  std::string line = main.name + members + ": " + main.doc;
  if (!items.empty()) {
    line += " " + Sentence("Also ", items, kMostOthers);
  }
  return OneLine(line);
}

std::string CountsOf(std::span<const Symbol> outline, std::string_view path) {
  const std::vector<Item> items = Items(outline, path).Take();
  if (items.size() == 1 && !items.front().kind.empty()) {
    return OneLine(items.front().kind + " " + items.front().name);
  }
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (const Item& item : items) {
    // Of a type that is defined elsewhere, its members are defined here.
    const bool is_type = !item.kind.empty();
    const std::string kind = is_type ? item.kind : "method";
    auto count = std::find_if(counts.begin(), counts.end(),
                              [&](auto& other) { return other.first == kind; });
    if (count == counts.end()) count = counts.insert(count, {kind, 0});
    count->second += is_type ? 1 : item.members.size();
  }
  std::string text;
  for (const auto& count : counts) {
    const auto& [kind, number] = count;
    const bool is_last = &count == &counts.back();
    if (!text.empty()) text += is_last ? " and " : ", ";
    text += std::to_string(number) + " " + (number == 1 ? kind : Plural(kind));
  }
  return text;
}

std::optional<FileLines> LinesOfMain(std::span<const Symbol> outline,
                                     std::string_view path,
                                     std::string_view opening) {
  std::vector<Item> items = NamedItems(outline, path);
  const auto main = FindMain(items, path);
  const bool is_about_it = main != items.end() &&
                           CanStandForFile(*main, path) &&
                           IsNamesake(*main, path);
  if (!is_about_it) return std::nullopt;
  const std::string subject(opening.empty() ? "This file" : opening);
  return LinesOf(items, main, subject + " defines ");
}

std::optional<FileLines> LinesOfPart(std::span<const Symbol> outline,
                                     std::string_view path) {
  std::vector<Item> items = NamedItems(outline, path);
  const auto length = [&path](const Item& item) -> std::uint32_t {
    const bool can_stand = item.kind != "method" && IsDescribed(item) &&
                           !IsPrivate(item.name, path);
    return can_stand ? item.lines : 0;
  };
  const auto main = std::max_element(
      items.begin(), items.end(),
      [&](const Item& a, const Item& b) { return length(a) < length(b); });
  if (main == items.end() || length(*main) == 0) return std::nullopt;
  return LinesOf(items, main, "Defines ");
}

std::string HoldsLine(std::span<const std::string> names) {
  return OneLine("Holds " + Listed(names, kMostNames)) + ".";
}

}  // namespace dobby
