#include "summaries/outline_items.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <set>
#include <unordered_map>
#include <utility>

#include "summaries/namesake.h"

namespace dobby {
namespace {

/// "Ring::push" is a member of Ring.
std::pair<std::string, std::string> SplitName(const std::string& name) {
  const std::size_t at = name.rfind("::");
  if (at == std::string::npos || at == 0) return {"", name};
  return {name.substr(0, at), name.substr(at + 2)};
}

/// Whether any type may have a member of that name: a constructor, "~Ring",
/// "operator=", "__init__".
bool IsSpecial(const std::string& member, const std::string& type) {
  const bool has_underlines =
      member.starts_with("__") && member.ends_with("__");
  return member == SplitName(type).second || member.starts_with("~") ||
         member == "constructor" || member.starts_with("operator") ||
         has_underlines;
}

constexpr std::size_t kMostBases = 8;

/// Whether a symbol only holds members of a type, as in Rust.
bool IsImpl(const Symbol& symbol) { return symbol.kind == "impl"; }

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

  std::vector<Item> Take() {
    for (Item& item : items_) LeaveOutSpecial(item);
    return std::move(items_);
  }

 private:
  static void LeaveOutSpecial(Item& item) {
    std::vector<Member>& members = item.members;
    const auto is_special = [&](const Member& member) {
      return IsSpecial(member.name, item.name);
    };
    // Of a type that is defined elsewhere, they may be all that there is.
    if (!item.kind.empty() ||
        !std::all_of(members.begin(), members.end(), is_special)) {
      std::erase_if(members, is_special);
    }
  }

  void Add(const Symbol& symbol, const std::vector<const Symbol*>& above) {
    if (IsNamespace(symbol) || above.size() > 1) return;
    if (above.size() == 1) {
      if (above[0]->name.size() > kLongestName) return;
      return AddMember(IndexOfHolder(*above[0]), symbol, symbol.name);
    }
    if (IsImpl(symbol)) return AddImpl(symbol);
    // A heading or a test is called what its author likes.
    const bool is_prose = symbol.name.find_first_of(" `") != std::string::npos;
    auto [type, name] = is_prose ? std::pair(std::string(), symbol.name)
                                 : SplitName(symbol.name);
    if (!symbol.owner.empty()) type = symbol.owner;
    if (!type.empty()) {
      const std::size_t index = IndexOf("", type);
      items_[index].lines += symbol.lines;
      items_[index].exported = items_[index].exported || symbol.exported;
      return AddMember(index, symbol, name);
    }
    Item& item = items_[IndexOf(symbol.kind, name)];
    item.lines += symbol.lines;
    item.exported = item.exported || symbol.exported;
    if (item.doc.empty()) item.doc = symbol.doc;
    if (item.value.empty()) item.value = symbol.value;
    if (item.signature.empty()) item.signature = symbol.signature;
    if (item.bases.empty()) item.bases = symbol.bases;
    if (item.attributes.empty()) item.attributes = symbol.attributes;
  }

  /// What is implemented for a type is a part of it, and one of its bases.
  void AddImpl(const Symbol& impl) {
    if (impl.name.size() > kLongestName) return;
    const std::string type = impl.name.substr(0, impl.name.find('<'));
    const auto known = by_name_.find(type);
    // Of a type that is defined elsewhere the methods are named, if there are.
    if (known == by_name_.end()) return;
    Item& item = items_[known->second.front()];
    item.lines += impl.lines;
    if (item.bases.size() < kMostBases) {
      item.bases.insert(item.bases.end(), impl.bases.begin(), impl.bases.end());
    }
  }

  void AddMember(std::size_t index, const Symbol& symbol,
                 const std::string& name) {
    if (!members_.emplace(index, name).second) return;
    items_[index].members.push_back({name, symbol.kind, symbol.value});
  }

  /// Returns the index of the item that a symbol's members belong to: of Rust's
  /// "impl Ring<T>" it is Ring.
  std::size_t IndexOfHolder(const Symbol& holder) {
    if (!IsImpl(holder)) return IndexOf(holder.kind, holder.name);
    return IndexOf("", holder.name.substr(0, holder.name.find('<')));
  }

  /// Returns the index of the item of that name, a new one where there is none.
  std::size_t IndexOf(const std::string& kind, const std::string& name) {
    std::vector<std::size_t>& of_name = by_name_[name];
    for (const std::size_t index : of_name) {
      if (kind.empty() || items_[index].kind == kind) return index;
    }
    of_name.push_back(items_.size());
    items_.emplace_back();
    items_.back().kind = kind;
    items_.back().name = name;
    return of_name.back();
  }

  std::vector<Item> items_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_name_;
  std::set<std::pair<std::size_t, std::string>> members_;  ///< Of which item.
};

/// Whether the order of such items in the text says something.
bool KeepsOrder(std::string_view kind) {
  static constexpr std::array<std::string_view, 6> kKinds = {
      "section", "key", "suite", "test", "setting", "call"};
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

void Sort(std::vector<Item>& items, std::string_view path) {
  const auto begin = std::stable_partition(
      items.begin(), items.end(),
      [](const Item& item) { return KeepsOrder(item.kind); });
  std::rotate(items.begin(), begin, items.end());
  const auto end = items.end() - (begin - items.begin());
  std::stable_sort(items.begin(), end, [](const Item& a, const Item& b) {
    return std::pair(a.exported, a.lines) > std::pair(b.exported, b.lines);
  });
  std::stable_partition(items.begin(), end, [path](const Item& item) {
    return IsNamesake(item.name, path);
  });
  std::vector<std::string> kinds;
  const auto kind_rank = [&](const Item& item) {
    return std::find(kinds.begin(), kinds.end(), item.kind) - kinds.begin();
  };
  for (const Item& item : items) {
    if (kind_rank(item) == std::ssize(kinds)) kinds.push_back(item.kind);
  }
  std::stable_sort(items.begin(), items.end(),
                   [&](const Item& a, const Item& b) {
                     return kind_rank(a) < kind_rank(b);
                   });
}

}  // namespace

bool IsNamespace(const Symbol& symbol) {
  return symbol.kind == "namespace" || symbol.kind == "module";
}

bool BeginsSmall(const std::string& name) {
  return std::islower(static_cast<unsigned char>(name[0])) != 0;
}

bool IsPrivate(const std::string& name, std::string_view path) {
  return name.starts_with("_") || (path.ends_with(".go") && BeginsSmall(name));
}

bool IsType(std::string_view kind) {
  static constexpr std::array<std::string_view, 12> kKinds = {
      "class", "struct", "interface", "trait",    "type",   "enum",
      "union", "record", "object",    "protocol", "module", "actor"};
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

std::vector<Item> ItemsOf(std::span<const Symbol> outline,
                          std::string_view path) {
  std::vector<Item> items = Items(outline).Take();
  const auto keep_public = [path](auto& all) {
    const auto is_private = [&](const auto& one) {
      return IsPrivate(one.name, path);
    };
    if (!std::all_of(all.begin(), all.end(), is_private)) {
      std::erase_if(all, is_private);
    }
  };
  keep_public(items);
  for (Item& item : items) keep_public(item.members);
  Sort(items, path);
  return items;
}

}  // namespace dobby
