#include "chunks/surroundings.h"

#include "chunks/definition_names.h"
#include "chunks/nodes.h"
#include "chunks/routes.h"
#include "chunks/symbol_facts.h"

namespace dobby {
namespace {

/// Whether a type in that interface-like node has public members only.
bool IsInterface(TSNode node, std::string_view type) {
  return type.starts_with("interface_") || type == "trait_item" ||
         type.starts_with("annotation_type") ||
         (type == "impl_item" && !ts_node_is_null(FieldOf(node, "trait")));
}

/// Whether nobody outside of the file sees what is in a node: a namespace
/// without a name, a local variable of Lua.
bool IsHidden(TSNode node, const NodeType& type, std::string_view kind,
              std::string_view text) {
  if (type.name == "namespace_definition") return kind.empty();
  return type.name == "variable_declaration" &&
         HasModifier(node, {"local"}, text);
}

/// A wrapper hands on what stands in front of the definition in it.
void TakeOver(Rows rows, const Surroundings& around, Surroundings& inside) {
  const bool goes_on = around.has_head && around.head_last == rows.last;
  inside.has_head = true;
  inside.head_row = goes_on ? around.head_row : rows.first;
  inside.head_last = rows.last;
  inside.attributes = around.attributes;
  inside.attributes_row = around.attributes_row;
  inside.attributes_begin = around.attributes_begin;
}

/// Sets whether something uses the values of what is inside, and whether all of
/// that is visited.
void SetStatement(const NodeType& type, NodeRole role,
                  const Surroundings& around, Surroundings& inside) {
  const bool is_call = type.reading == Reading::kCall;
  inside.in_chain = is_call || (around.in_chain && role == NodeRole::kOther);
  const bool is_argument = type.name.find("argument") != std::string_view::npos;
  inside.is_statement =
      type.reading == Reading::kOpen || role == NodeRole::kScope ||
      (around.is_statement && inside.in_chain && !is_argument);
  inside.opens =
      role != NodeRole::kOther || type.reading == Reading::kOpen || is_call;
}

}  // namespace

Rows RowsOf(TSNode node) {
  const std::uint32_t first = ts_node_start_point(node).row;
  const TSPoint end = ts_node_end_point(node);
  const bool before = end.column == 0 && end.row > first;
  return {first, before ? end.row - 1 : end.row};
}

bool IsContainer(std::string_view kind) {
  return !kind.empty() && kind != "constant" && kind != "route";
}

Surroundings Inside(TSNode node, const NodeType& type,
                    const NodeOutcome& outcome, const Surroundings& around,
                    std::string_view text) {
  Surroundings inside;
  const NodeRole role = outcome.role;
  const bool is_code = role == NodeRole::kCode;
  const bool is_type = role == NodeRole::kType;
  const bool is_named = IsContainer(outcome.kind);
  const bool is_call = type.reading == Reading::kCall;
  inside.depth = around.depth + (is_named ? 1 : 0);
  inside.role = role;
  inside.in_code =
      around.in_code || (is_code && (is_named || !around.in_suite));
  inside.in_type = is_type || (around.in_type && !is_code);
  inside.in_interface =
      is_type ? IsInterface(node, type.name) : around.in_interface;
  inside.in_tests = is_type ? outcome.is_tests : around.in_tests;
  inside.in_test = around.in_test || outcome.kind == "test";
  // A function that is called where it stands is a scope.
  const bool is_called_at_once =
      is_call && around.is_statement && !around.in_code &&
      TypeNameOf(NodeAt(node, type.name_field)) == "parenthesized_expression";
  inside.in_suite = outcome.kind == "suite" || !outcome.path.empty() ||
                    is_called_at_once ||
                    (around.in_suite && role == NodeRole::kOther && !is_call);
  inside.in_typedef = type.name == "type_definition" && is_named;
  inside.in_else = around.in_else || type.reading == Reading::kElse;
  inside.hidden = around.hidden || IsHidden(node, type, outcome.kind, text);
  const bool is_friend = type.name == "friend_declaration";
  inside.is_private =
      is_type ? type.name == "class_specifier"
              : (around.is_private && !is_friend) || outcome.is_private;
  inside.exporting =
      ((type.reading == Reading::kExport && role == NodeRole::kWrapper) ||
       around.exporting || ExportsValue(node, type, text)) &&
      !is_type && !is_code && role != NodeRole::kScope;
  SetStatement(type, role, around, inside);
  if (role == NodeRole::kWrapper) TakeOver(RowsOf(node), around, inside);
  if (!is_code || !is_named) inside.prefix = around.prefix;
  if (!outcome.path.empty()) inside.prefix = outcome.path;
  if (is_type) inside.prefix = PrefixOf(outcome.attributes);
  return inside;
}

}  // namespace dobby
