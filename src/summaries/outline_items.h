// What an outline defines, as a line of a summary names it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/chunk.h"

namespace dobby {

/// Bytes; a longer one is no name that a line could show.
inline constexpr std::size_t kLongestName = 60;

/// A definition at the top, or a type whose members are defined apart from it.
struct Item {
  std::string kind;  ///< Empty: only its members are defined here.
  std::string name;
  std::string doc;
  std::vector<std::string> members;
  std::uint32_t lines = 0;
};

/// Whether a definition only gives others a place.
bool IsNamespace(const Symbol& symbol);

/// Whether a name begins with a small letter.
bool BeginsSmall(const std::string& name);

/// Whether a name is for the file's own use by the custom of its language:
/// "_x", and in Go what begins small.
bool IsPrivate(const std::string& name, std::string_view path);

/// Returns the items of an outline, those of a kind together, in the order in
/// which the kinds come first. Overloads are one, namespaces none;
/// constructors, operators and their like are no members.
std::vector<Item> ItemsOf(std::span<const Symbol> outline);

/// Returns those that a line names: private ones, and private members, only
/// where there are no others.
std::vector<Item> NamedItems(std::span<const Symbol> outline,
                             std::string_view path);

}  // namespace dobby
