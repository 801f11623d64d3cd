// Collects the definitions of a file while its syntax tree is walked.
#pragma once

#include <tree_sitter/api.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "chunks/calls.h"
#include "chunks/grammars.h"
#include "chunks/parse.h"
#include "chunks/syntax.h"

namespace dobby {

/// First and last line of a node, from 0; one that ends right after a newline
/// ends on the line before.
struct Rows {
  std::uint32_t first = 0, last = 0;
};

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

/// Collects definitions. The nodes must come in the order of the text, each
/// before those within it.
class OutlineReader {
 public:
  OutlineReader(const std::string& text, const Grammar& grammar,
                const ParseLimit& limit);

  /// What a node turned out to be.
  struct Outcome {
    NodeRole role = NodeRole::kOther;
    std::string kind;  ///< Empty: the outline leaves it out.
    std::vector<std::string> attributes;
    bool is_tests = false;  ///< A class that holds tests.
    std::string path;       ///< Of the routes in it.
    bool is_private = false;
  };

  /// Reads one node; `around` is what stands around it and learns from it.
  Outcome Read(TSNode node, const NodeType& type, Rows rows,
               Surroundings& around);

  /// Returns what the nodes within it have around them.
  Surroundings Inside(TSNode node, const NodeType& type, Rows rows,
                      const Outcome& outcome, const Surroundings& around) const;

  std::size_t count() const { return definitions_.size(); }

  /// Returns all definitions in the order of their names. To be called once.
  std::vector<Definition> Finish();

 private:
  bool Notice(TSNode node, const NodeType& type, const Surroundings& around);
  void ReadAttribute(TSNode node, Rows rows, Surroundings& around) const;
  Outcome ReadBlock(TSNode node, Rows rows);
  void ReadExport(TSNode node, std::string_view field);
  void ReadPublicNames(TSNode list);
  Outcome DefineCall(TSNode node, const NodeType& type, Rows rows,
                     const Surroundings& around);
  Outcome Define(TSNode node, const NodeType& type, Rows rows,
                 Surroundings& around);
  std::optional<std::string> KindOfVariable(TSNode node, const NodeType& type,
                                            const Surroundings& around) const;
  bool IsConstant(TSNode node, const NodeType& type, TSNode name,
                  const Surroundings& around) const;
  bool IsOverload(const Symbol& symbol, const NodeType& type) const;
  bool StandForClass(Definition& constructor);
  void MarkTest(Symbol& symbol, const Surroundings& around) const;
  void AddRoute(const Definition& handler, std::uint32_t begin,
                const Surroundings& around);
  bool SeesOf(TSNode node, const Symbol& symbol,
              const Surroundings& around) const;
  bool IsHidden(TSNode node, const NodeType& type, std::string_view kind) const;
  void Relate();

  const std::string& text_;
  const Grammar& grammar_;
  const ParseLimit& limit_;
  const bool is_cpp_, is_c_, is_python_;
  std::vector<Definition> definitions_;
  std::unordered_set<std::uint64_t> begins_;   ///< Of definitions_.
  std::unordered_set<std::string> functions_;  ///< Of C: their names.
  std::unordered_set<std::string> exports_;    ///< Names in a list of exports.
  bool has_public_names_ = false;              ///< Python's __all__.
  bool after_signature_ = false;
  /// Traits that are implemented for a type of this name.
  std::unordered_map<std::string, std::vector<std::string>> traits_;
  std::optional<Definition> pending_;  ///< If a block follows.
  int class_searches_ = 0;
};

}  // namespace dobby
