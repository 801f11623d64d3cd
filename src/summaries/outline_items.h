// The definitions of an outline, as a line of a summary names them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/chunk.h"

namespace dobby {

/// In bytes; longer names are not shown.
inline constexpr std::size_t kLongestName = 60;

/// A definition at the top level, or a type whose members are defined
/// elsewhere.
struct Item {
  std::string kind;  ///< Empty: only its members are defined here.
  std::string name;
  std::string doc;
  std::vector<std::string> members;
  std::uint32_t lines = 0;
};

/// Whether a definition only contains others.
bool IsNamespace(const Symbol& symbol);

/// Whether a name begins with a lower-case letter.
bool BeginsSmall(const std::string& name);

/// Whether a name is private by the conventions of its language: "_x", and in
/// Go a lower-case name.
bool IsPrivate(const std::string& name, std::string_view path);

/// Returns the items of an outline, those of a kind together, in the order in
/// which the kinds come first. Overloads are one, namespaces none;
/// constructors, operators and their like are no members.
std::vector<Item> ItemsOf(std::span<const Symbol> outline);

/// Returns the items to name in a line. Private items and members are left out
/// if there are others.
std::vector<Item> NamedItems(std::span<const Symbol> outline,
                             std::string_view path);

}  // namespace dobby
