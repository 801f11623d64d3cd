// Reads nodes of syntax trees: their fields, types and texts.
#pragma once

#include <tree_sitter/api.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace dobby {

/// Returns the type of the node; empty for a null node.
std::string_view TypeNameOf(TSNode node);

/// Returns the child in that field; a null node if there is none.
TSNode FieldOf(TSNode node, std::string_view field);

/// Returns the first child of that type; a null node if there is none.
TSNode ChildOf(TSNode node, std::string_view type);

/// Returns the node that a path of NodeType leads to; a null node if a step
/// leads nowhere, or the path is empty.
TSNode NodeAt(TSNode node, std::string_view path);

/// Returns the source of `node` with runs of white space as one blank, at most
/// 200 bytes.
std::string TextOf(TSNode node, std::string_view text);

/// Returns text[begin, end) in the same form, at most `most` bytes.
std::string OneLineOf(std::string_view text, std::uint64_t begin,
                      std::uint64_t end, std::size_t most);

/// Returns what the first quotation marks of `source` enclose; empty without
/// any.
std::string_view QuotedIn(std::string_view source);

/// Whether the node is a function without a name: a lambda, a closure.
bool IsFunctionValue(TSNode node);

/// Whether the node is written out: a string, a number, a word like true.
bool IsLiteral(TSNode node);

/// Goes through the named children of a node.
class Children {
 public:
  explicit Children(TSNode node);
  ~Children();
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;

  /// Returns the next child; a null node behind the last one. With `all`, also
  /// those without a name, like "static".
  TSNode Next(bool all = false);

 private:
  TSTreeCursor cursor_;
  bool is_null_;
  bool begun_ = false;
};

}  // namespace dobby
