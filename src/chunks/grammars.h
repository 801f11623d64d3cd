// The tree-sitter grammars, and the roles of their node types.
#pragma once

#include <tree_sitter/api.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace dobby {

/// The role of a node when looking for a place to cut.
enum class NodeRole : std::uint8_t {
  kOther,
  kScope,     ///< A namespace, an #if: cutting in it costs nothing.
  kType,      ///< A class and its like: holds members.
  kCode,      ///< A function: holds statements.
  kName,      ///< Gives something else a name: a type alias, a macro.
  kWrapper,   ///< Surrounds one definition: a template head, an export.
  kAttached,  ///< A comment or an attribute: belongs to what follows.
};

/// The meaning of one node type of one grammar.
struct NodeType {
  std::string_view name;
  NodeRole role = NodeRole::kOther;
  std::string_view kind = {};            ///< As outlines show it; empty:
                                         ///< outlines leave it out.
  std::string_view name_field = "name";  ///< Field that leads to the name.
  std::string_view value_field = {};     ///< If set, the node counts only if
                                         ///< this field holds a function.
};

/// A grammar with its node types, for use by any thread.
class Grammar {
 public:
  /// Returns the grammar of a language id ("cpp"), or nullptr.
  static const Grammar* Find(std::string_view language_id);

  Grammar(const TSLanguage* language, const std::vector<NodeType>& types);

  const TSLanguage* language() const { return language_; }

  const NodeType& TypeOf(TSNode node) const {
    const TSSymbol symbol = ts_node_symbol(node);
    // Error nodes have a symbol beyond the grammar's own.
    return symbol < types_.size() ? types_[symbol] : other_;
  }

 private:
  const TSLanguage* language_;
  std::vector<NodeType> types_;  ///< By symbol.
  NodeType other_;
};

}  // namespace dobby
