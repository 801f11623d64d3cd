// Names and kinds of definitions, read off syntax tree nodes.
#pragma once

#include <tree_sitter/api.h>

#include <optional>
#include <string>
#include <string_view>

#include "chunks/grammars.h"

namespace dobby {

/// Returns the child of that field; a null node when there is none.
TSNode FieldOf(TSNode node, std::string_view field);

/// Returns the node that names the definition `node`, or nothing when the node
/// defines nothing: a variable, or a mere mention of a struct. A test that a
/// macro makes, TEST(Suite, Name), has the last argument's name.
std::optional<TSNode> NameNodeOf(TSNode node, const NodeType& type,
                                 std::string_view text);

/// Returns "struct" for Go's `type X struct`, "extension" for Swift's, ...:
/// the kind of the node type, or a finer one that the source names; "test" for
/// a test that a macro makes.
std::string KindOf(TSNode node, const NodeType& type, std::string_view text);

/// Returns the name of the type that a method stands outside of: the receiver's
/// in Go, without "*" and parameters. Empty for others.
std::string OwnerOf(TSNode node, std::string_view text);

/// Whether a C++ function is written as only a constructor is, without a type.
bool IsConstructor(TSNode node);

/// Returns where the name stands in the head of a class or struct, "class
/// EXPORT Ring", that begins before `before`; of several the last. Nothing
/// where there is none, or the name stands in too many places between.
std::optional<std::size_t> FindClassHead(std::string_view text,
                                         std::size_t before,
                                         std::string_view name);

/// Returns the source of `node` with runs of white space as one blank.
std::string TextOf(TSNode node, std::string_view text);

}  // namespace dobby
