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

/// How an outline reads a node.
enum class Reading : std::uint8_t {
  kDefinition,        ///< A definition, if it has a name.
  kConstant,          ///< A constant.
  kUpperConstant,     ///< A constant, if its name has no small letter.
  kExportedConstant,  ///< A constant, if it is visible outside.
  kVariable,          ///< A function, or a constant in either of these cases.
  kEntry,             ///< An entry of an object literal: a function or nothing.
  kCall,              ///< A test, a route, or nothing.
  kOpen,              ///< Nothing, but it holds statements.
  kExport,            ///< Nothing, but it says what is visible outside.
  kElse,              ///< Nothing, but it repeats what an #if has defined.
  kSection,           ///< Nothing, but it says who may use what follows.
};

/// What makes a definition visible outside its file or package.
enum class Visibility : std::uint8_t {
  kAlways,      ///< Everything is.
  kExport,      ///< JavaScript: what is exported.
  kPub,         ///< Rust: "pub".
  kPublic,      ///< Java: "public" or "protected".
  kNotPrivate,  ///< Kotlin: all but "private" and "internal".
  kCapital,     ///< Go: a capital letter.
  kUnderscore,  ///< Python: no "_" in front.
  kStatic,      ///< C: all but "static".
  kNotLocal,    ///< Lua: all but "local".
};

/// The meaning of one node type of one grammar. `name_field` and `value_field`
/// are paths: fields, or with ":" in front types of children (":*": the first
/// child), with "/" between.
struct NodeType {
  std::string_view name;
  NodeRole role = NodeRole::kOther;
  std::string_view kind = {};            ///< As outlines show it; empty:
                                         ///< outlines leave it out.
  std::string_view name_field = "name";  ///< Leads to the name.
  std::string_view value_field = {};     ///< Leads to the value. A node that
                                         ///< kName reads counts only if this
                                         ///< is a function.
  Reading reading = Reading::kDefinition;
};

/// A grammar with its node types, for use by any thread.
class Grammar {
 public:
  /// Returns the grammar of a language id ("cpp"), or nullptr.
  static const Grammar* Find(std::string_view language_id);

  Grammar(const TSLanguage* language, const std::vector<NodeType>& types,
          Visibility visibility);

  const TSLanguage* language() const { return language_; }
  Visibility visibility() const { return visibility_; }

  const NodeType& TypeOf(TSNode node) const {
    const TSSymbol symbol = ts_node_symbol(node);
    // Error nodes have a symbol beyond the grammar's own.
    return symbol < types_.size() ? types_[symbol] : other_;
  }

 private:
  const TSLanguage* language_;
  Visibility visibility_;
  std::vector<NodeType> types_;  ///< By symbol.
  NodeType other_;
};

}  // namespace dobby
