// Reads what a call defines: a test, a suite of tests, a route, and in Elixir
// everything.
#pragma once

#include <tree_sitter/api.h>

#include <optional>
#include <string>
#include <string_view>

#include "chunks/grammars.h"

namespace dobby {

/// Where a call stands.
struct CallPlace {
  bool is_statement = false;  ///< Nothing uses its value.
  bool in_code = false;       ///< Within a function.
  bool in_test = false;
  std::string_view prefix;  ///< The path of the routes around it.
};

/// What a call defines.
struct CallDefinition {
  std::string kind;  ///< Empty: it only gives the routes in it a path.
  std::string name;
  TSNode name_node = {};
  NodeRole role = NodeRole::kOther;
  std::string value;         ///< Of a constant; a route's handler.
  std::string path;          ///< Of the routes in it.
  bool needs_block = false;  ///< Only if a block follows: a macro of C.
  bool is_private = false;
};

/// Returns what the call defines, or nothing.
std::optional<CallDefinition> ReadCall(TSNode call, const NodeType& type,
                                       const CallPlace& place,
                                       std::string_view text);

/// Whether the definitions in a call are private, as in Ruby's "private def f".
bool MakesPrivate(TSNode call, const NodeType& type, std::string_view text);

}  // namespace dobby
