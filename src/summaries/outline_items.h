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

/// A definition or key inside another one.
struct Member {
  std::string name;
  std::string kind;
  std::string value;  ///< Of a constant or key; may be empty.
};

/// A definition at the top level, or a type whose members are defined
/// elsewhere.
struct Item {
  std::string kind;  ///< Empty: only its members are defined here.
  std::string name;
  std::string doc;
  std::string value;
  std::string signature;
  std::vector<std::string> bases, attributes;
  std::vector<Member> members;
  std::uint32_t lines = 0;
  bool exported = false;
};

/// Whether a definition only contains others.
bool IsNamespace(const Symbol& symbol);

/// Whether a name begins with a lower-case letter.
bool BeginsSmall(const std::string& name);

/// Whether a name is private by the conventions of its language: "_x", and in
/// Go a lower-case name.
bool IsPrivate(const std::string& name, std::string_view path);

/// Whether a kind is of types: "class", "struct", "trait", ...
bool IsType(std::string_view kind);

/// Returns the items of an outline, those of a kind together: first the kind
/// of the item that the file is named after, or of the largest one; in a kind
/// what is visible outside comes first, then what is larger. Keys and sections
/// stay in the order of the text. Overloads are one, namespaces none;
/// constructors, operators and their like are no members. Private items and
/// members are left out if there are others.
std::vector<Item> ItemsOf(std::span<const Symbol> outline,
                          std::string_view path);

}  // namespace dobby
