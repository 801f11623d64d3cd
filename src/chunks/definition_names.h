// Reads names and kinds of definitions from syntax tree nodes.
#pragma once

#include <tree_sitter/api.h>

#include <optional>
#include <string>
#include <string_view>

#include "chunks/grammars.h"
#include "chunks/nodes.h"

namespace dobby {

/// Returns the node that names the definition `node`, or nothing if the node
/// defines nothing, like a variable or a mere mention of a struct. The name of
/// a test made by a macro, TEST(Suite, Name), is the last argument.
std::optional<TSNode> NameNodeOf(TSNode node, const NodeType& type,
                                 std::string_view text);

/// Returns "struct" for Go's `type X struct`, "extension" for Swift's, ...:
/// the kind of the node type, or a finer one that the source names; "test" for
/// a test that a macro makes.
std::string KindOf(TSNode node, const NodeType& type, std::string_view text);

/// Returns the type that a method belongs to if it is defined outside of it: in
/// Go that of the receiver, without "*" and parameters. Otherwise empty.
std::string OwnerOf(TSNode node, std::string_view text);

/// Whether a C++ function has no return type, as only constructors do.
bool IsConstructor(TSNode node);

/// Returns the place of the name in the last head of a class or struct, like
/// "class EXPORT Ring", that begins before `before`. Nothing if there is none,
/// or if the name occurs too often in between.
std::optional<std::size_t> FindClassHead(std::string_view text,
                                         std::size_t before,
                                         std::string_view name);

/// Returns the text of a name that NameNodeOf or a path of the node type has
/// found, without quotation marks; "default" for a function without a name that
/// is exported as that.
std::string NameOf(TSNode name, const NodeType& type, std::string_view text);

/// Returns the name of a constant that a declaration of C gives a value; a
/// null node for other declarations.
std::optional<TSNode> ConstantNameOf(TSNode declaration, std::string_view text);

/// Returns "struct" and the like for a variable of Zig that is a type,
/// otherwise "constant".
std::string ContainerKindOf(TSNode variable);

/// Whether the value of a variable is a function in a call that wraps it, as in
/// Row = memo(() => ...).
bool IsWrappedFunction(TSNode value, std::string_view name);

/// Whether a node of JavaScript exports a value: module.exports = ...
bool ExportsValue(TSNode node, const NodeType& type, std::string_view text);

}  // namespace dobby
