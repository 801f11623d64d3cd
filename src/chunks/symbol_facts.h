// Reads off a definition what else the syntax tree says of it.
#pragma once

#include <tree_sitter/api.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chunks/grammars.h"

namespace dobby {

/// Returns the base classes, interfaces and traits of a type, without
/// parameters; at most 8.
std::vector<std::string> BasesOf(TSNode type, std::string_view text);

/// Adds the attributes of one node, "@A", "#[a]", "[A, B]", as they are
/// written, to `attributes`, until these are 8.
void AddAttributes(TSNode node, std::string_view text,
                   std::vector<std::string>& attributes);

/// Adds those that stand within the definition. Returns the byte at which the
/// definition begins behind them.
std::uint32_t AddOwnAttributes(TSNode definition, std::string_view text,
                               std::vector<std::string>& attributes);

/// Returns the head of a definition on one line, without its body, at most 200
/// bytes; "..." at the end says that it was cut. `begin`: its first byte.
std::string SignatureOf(TSNode definition, const NodeType& type,
                        std::uint32_t begin, std::string_view text);

/// Returns the value that the path leads to if it is a literal of at most 60
/// bytes, otherwise nothing.
std::string ValueOf(TSNode definition, std::string_view path,
                    std::string_view text);

/// Whether a definition is visible outside of its file or package, as far as it
/// says so itself. `in_interface`: the members of a type like that around it
/// are public.
bool IsVisible(TSNode definition, std::string_view name, Visibility visibility,
               bool in_interface, std::string_view text);

/// Whether a word before the body of a definition is one of `words`.
bool HasModifier(TSNode definition, const std::vector<std::string_view>& words,
                 std::string_view text);

}  // namespace dobby
