#include "summaries/holds_line.h"

#include <algorithm>
#include <string_view>

#include "prompts/slot_texts.h"

namespace dobby {
namespace {

constexpr std::size_t kMostNames = 14;    ///< In a line, members among them.
constexpr std::size_t kMostMembers = 5;   ///< Of one type.
constexpr std::size_t kLongestName = 60;  ///< Bytes; a longer one is no name.

/// A definition at the top, or a type whose members are defined apart from it.
struct Item {
  std::string kind;  ///< Empty: only its members are defined here.
  std::string name;
  std::vector<std::string> members;
};

bool IsNamespace(const Symbol& symbol) {
  return symbol.kind == "namespace" || symbol.kind == "module";
}

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// "Ring::push" is a member of Ring.
std::pair<std::string, std::string> SplitName(const std::string& name) {
  const std::size_t at = name.rfind("::");
  if (at == std::string::npos || at == 0) return {"", name};
  return {name.substr(0, at), name.substr(at + 2)};
}

/// Gathers the items of an outline.
class Items {
 public:
  explicit Items(std::span<const Symbol> outline) {
    std::vector<const Symbol*> above;  // What the next symbol may stand in.
    for (const Symbol& symbol : outline) {
      while (!above.empty() && above.back()->depth >= symbol.depth) {
        above.pop_back();
      }
      if (symbol.name.size() <= kLongestName) Add(symbol, above);
      if (!IsNamespace(symbol)) above.push_back(&symbol);
    }
  }

  const std::vector<Item>& all() const { return items_; }

 private:
  void Add(const Symbol& symbol, const std::vector<const Symbol*>& above) {
    if (IsNamespace(symbol) || above.size() > 1) return;
    if (above.size() == 1) {
      Item& type = ItemOf(above[0]->kind, above[0]->name);
      if (!Has(type.members, symbol.name)) type.members.push_back(symbol.name);
      return;
    }
    const auto [type, name] = SplitName(symbol.name);
    if (type.empty()) {
      ItemOf(symbol.kind, name);
      return;
    }
    auto& members = ItemOf("", type).members;
    if (!Has(members, name)) members.push_back(name);
  }

  /// Returns the item of that name, a new one where there is none.
  Item& ItemOf(const std::string& kind, const std::string& name) {
    const auto found =
        std::find_if(items_.begin(), items_.end(), [&](const Item& item) {
          return item.name == name && (kind.empty() || item.kind == kind);
        });
    if (found != items_.end()) return *found;
    items_.push_back({kind, name, {}});
    return items_.back();
  }

  std::vector<Item> items_;
};

std::string Plural(const std::string& kind) {
  if (kind.ends_with("s")) return kind + "es";
  if (kind.ends_with("y")) return kind.substr(0, kind.size() - 1) + "ies";
  return kind + "s";
}

/// Returns "a, b, c and 3 more" of at most `most` names.
std::string Listed(std::span<const std::string> names, std::size_t most) {
  std::string text;
  const std::size_t shown = std::min(names.size(), most);
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

}  // namespace

std::string HoldsLine(std::span<const Symbol> outline) {
  const Items gathered(outline);
  const std::vector<Item>& items = gathered.all();
  std::string line;
  std::size_t names = 0, begin = 0;
  while (begin < items.size() && names < kMostNames) {
    const std::size_t end =
        std::min(PhraseEnd(items, begin), begin + kMostNames - names);
    const auto [phrase, taken] = Phrase(items, begin, end);
    line += (line.empty() ? "Defines " : "; ") + phrase;
    names += taken;
    begin = end;
  }
  if (line.empty()) return "";
  const std::size_t left = items.size() - begin;
  if (left > 0) line += "; and " + std::to_string(left) + " more";
  return OneLine(line) + ".";
}

std::string HoldsLine(std::span<const std::string> names) {
  return OneLine("Holds " + Listed(names, kMostNames)) + ".";
}

}  // namespace dobby
