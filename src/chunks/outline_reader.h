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
#include "chunks/surroundings.h"
#include "chunks/syntax.h"

namespace dobby {

/// Collects definitions. The nodes must come in the order of the text, each
/// before those within it.
class OutlineReader {
 public:
  OutlineReader(const std::string& text, const Grammar& grammar,
                const ParseLimit& limit);

  /// Reads one node; `around` is what stands around it and learns from it.
  NodeOutcome Read(TSNode node, const NodeType& type, Rows rows,
                   Surroundings& around);

  std::size_t count() const { return definitions_.size(); }

  /// Returns all definitions in the order of their names. To be called once.
  std::vector<Definition> Finish();

 private:
  /// The name of a definition, and its kind.
  struct Named {
    TSNode node;
    std::string kind;
  };

  bool Notice(TSNode node, const NodeType& type, const Surroundings& around);
  void ReadAttribute(TSNode node, Rows rows, Surroundings& around) const;
  NodeOutcome ReadBlock(TSNode node, Rows rows);
  void ReadExport(TSNode node, std::string_view field);
  void ReadPublicNames(TSNode list);
  NodeOutcome DefineCall(TSNode node, const NodeType& type, Rows rows,
                         const Surroundings& around);
  NodeOutcome Define(TSNode node, const NodeType& type, Rows rows,
                     Surroundings& around);
  std::optional<std::string> KindOfVariable(TSNode node, const NodeType& type,
                                            const Surroundings& around) const;
  bool IsConstant(TSNode node, const NodeType& type, TSNode name,
                  const Surroundings& around) const;
  std::optional<Named> NameOfNode(TSNode node, const NodeType& type,
                                  const Surroundings& around) const;
  Definition Place(TSNode node, const NodeType& type, Rows rows,
                   const Named& named) const;
  bool Repeats(const Definition& definition, const NodeType& type,
               const Surroundings& around);
  std::uint32_t AddHead(TSNode node, Rows rows, Definition& definition,
                        Surroundings& around) const;
  void AddFacts(TSNode node, const NodeType& type, std::uint32_t head,
                Symbol& symbol);
  void ReadSection(TSNode node, Surroundings& around) const;
  bool EndsPending(TSNode node) const;
  bool StandForClass(Definition& constructor);
  void MarkTest(Symbol& symbol, const Surroundings& around) const;
  void AddRoute(const Definition& handler, std::uint32_t begin,
                const Surroundings& around);
  bool SeesOf(TSNode node, const Symbol& symbol,
              const Surroundings& around) const;
  bool IsSignature(const NodeType& type, const Symbol& symbol) const;
  void JudgeExport(Symbol& symbol) const;
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
