// What stands around a node of a syntax tree, and what that means for it.
#pragma once

#include <tree_sitter/api.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chunks/grammars.h"

namespace dobby {

/// First and last line of a node, from 0; one that ends right after a newline
/// ends on the line before.
struct Rows {
  std::uint32_t first = 0, last = 0;
};

/// Returns the lines of a node.
Rows RowsOf(TSNode node);

/// What the nodes around a node mean for it.
struct Surroundings {
  std::uint32_t depth = 0;           ///< Symbols around it.
  NodeRole role = NodeRole::kScope;  ///< Of the nearest node.
  bool in_code = false;              ///< Within a function.
  bool in_type = false;              ///< The nearest definition is a type.
  bool in_interface = false;         ///< All members of that type are public.
  bool in_tests = false;             ///< That type holds tests.
  bool in_test = false;
  bool in_suite = false;  ///< The next function holds tests.
  bool in_typedef = false;
  bool in_else = false;        ///< In a branch of an #if that is not the first.
  bool in_chain = false;       ///< The nearest node is a call or a member.
  bool hidden = false;         ///< In a namespace that nobody else sees.
  bool is_private = false;     ///< In a private section of a type.
  bool exporting = false;      ///< In an export.
  bool is_statement = true;    ///< Nothing uses its value.
  bool opens = true;           ///< Visited even if it is short.
  bool has_head = false;       ///< head_row and head_last are set.
  std::uint32_t head_row = 0;  ///< Where a wrapper around it begins,
  std::uint32_t head_last = 0;  ///< and ends.
  std::string prefix;           ///< The path of the routes in it.
  /// Of the definition that comes next, with the place of the first.
  std::vector<std::string> attributes;
  std::uint32_t attributes_row = 0;
  std::uint32_t attributes_begin = 0;
};

/// What a node turned out to be.
struct NodeOutcome {
  NodeRole role = NodeRole::kOther;
  std::string kind;  ///< Empty: the outline leaves it out.
  std::vector<std::string> attributes;
  bool is_tests = false;  ///< A class that holds tests.
  std::string path;       ///< Of the routes in it.
  bool is_private = false;
};

/// Whether symbols of that kind stand around others.
bool IsContainer(std::string_view kind);

/// Returns what the nodes within a node have around them.
Surroundings Inside(TSNode node, const NodeType& type,
                    const NodeOutcome& outcome, const Surroundings& around,
                    std::string_view text);

}  // namespace dobby
