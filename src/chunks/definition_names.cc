#include "chunks/definition_names.h"

#include <algorithm>

#include "base/text.h"

namespace dobby {
namespace {

// Between the head of a class and a constructor its name stands rarely, and
// they are near each other; in a hostile text neither need be so.
constexpr int kMostLooks = 100;
constexpr std::size_t kMostBytesBetween = 64u << 10;

/// Whether a C++ declarator is "operator bool() const".
bool IsCast(TSNode node) {
  if (TypeNameOf(node) == "qualified_identifier") node = FieldOf(node, "name");
  return TypeNameOf(node) == "operator_cast";
}

/// Returns the name in `DEFINE(name) { ... }`: to the grammar of C a function
/// of the type DEFINE with brackets around its name.
std::optional<TSNode> MadeByMacro(TSNode node) {
  const TSNode brackets = FieldOf(node, "declarator");
  if (TypeNameOf(node) != "function_definition" ||
      TypeNameOf(brackets) != "parenthesized_declarator" ||
      ts_node_named_child_count(brackets) != 1) {
    return std::nullopt;
  }
  const TSNode name = ts_node_named_child(brackets, 0);
  if (TypeNameOf(name) != "identifier") return std::nullopt;
  return name;
}

/// Follows a C declarator (`*f(int)`) inwards to the name. A prototype counts
/// only when a function is what is declared, not a pointer to one.
std::optional<TSNode> DeclaredName(TSNode node, bool function_only) {
  bool function = false;
  while (!IsCast(node)) {
    TSNode inner = FieldOf(node, "declarator");
    if (ts_node_is_null(inner)) {
      // C++'s reference_declarator has no field name for what it holds.
      const std::string_view type = ts_node_type(node);
      const bool is_pointer =
          type == "parenthesized_declarator" && !function_only;
      if (type != "reference_declarator" && !is_pointer) break;
      inner = ts_node_named_child(node, 0);
      if (ts_node_is_null(inner)) break;
    }
    const std::string_view type = ts_node_type(node);
    if (type == "function_declarator") function = true;
    if (function && function_only &&
        std::string_view(ts_node_type(inner)) == "parenthesized_declarator") {
      return std::nullopt;
    }
    node = inner;
  }
  if (function_only && !function && !IsCast(node)) return std::nullopt;
  return node;
}

/// `struct x y;` mentions a type, `struct x { ... };` defines one.
bool IsMention(TSNode node, std::string_view type) {
  return type.ends_with("_specifier") && ts_node_is_null(FieldOf(node, "body"));
}

/// Whether a name is written like that of a macro which makes a test: TEST_F,
/// TYPED_TEST, BOOST_AUTO_TEST_CASE.
bool IsTestMacro(std::string_view name) {
  return name.find("TEST") != std::string_view::npos &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return c >= 'a' && c <= 'z'; });
}

/// Returns the last argument of a macro that makes a test, or the first one of
/// a macro like BOOST_FIXTURE_TEST_CASE(Name, Fixture): to the grammar of C++,
/// `TEST(Suite, Name) { ... }` is a function without a type.
std::optional<TSNode> TestNameOf(TSNode node, std::string_view text) {
  const TSNode function = FieldOf(node, "declarator");
  const bool is_macro =
      std::string_view(ts_node_type(node)) == "function_definition" &&
      ts_node_is_null(FieldOf(node, "type")) && !ts_node_is_null(function);
  if (!is_macro) return std::nullopt;
  const TSNode macro = FieldOf(function, "declarator");
  const TSNode arguments = FieldOf(function, "parameters");
  if (ts_node_is_null(macro) || ts_node_is_null(arguments)) return std::nullopt;
  const std::uint32_t count = ts_node_named_child_count(arguments);
  const std::string name = TextOf(macro, text);
  if (count == 0 || !IsTestMacro(name)) return std::nullopt;
  const bool is_first = name.find("CASE") != std::string::npos;
  return ts_node_named_child(arguments, is_first ? 0 : count - 1);
}

bool HasChild(TSNode node, std::string_view type) {
  TSTreeCursor cursor = ts_tree_cursor_new(node);
  bool has = false;
  bool more = ts_tree_cursor_goto_first_child(&cursor);
  while (more && !has) {
    has = ts_node_type(ts_tree_cursor_current_node(&cursor)) == type;
    more = ts_tree_cursor_goto_next_sibling(&cursor);
  }
  ts_tree_cursor_delete(&cursor);
  return has;
}

}  // namespace

std::optional<TSNode> NameNodeOf(TSNode node, const NodeType& type,
                                 std::string_view text) {
  if (const auto test = TestNameOf(node, text)) return test;
  if (IsMention(node, type.name)) return std::nullopt;
  if (!type.value_field.empty() &&
      !IsFunctionValue(NodeAt(node, type.value_field))) {
    return std::nullopt;
  }
  if (type.name_field == "declarator") {
    if (const auto name = MadeByMacro(node)) return name;
    return DeclaredName(node, type.role != NodeRole::kWrapper);
  }
  const TSNode named = NodeAt(node, type.name_field);
  if (ts_node_is_null(named)) return std::nullopt;
  return named;
}

std::string OwnerOf(TSNode node, std::string_view text) {
  TSNode type = FieldOf(node, "receiver");
  if (ts_node_is_null(type)) return "";
  // Of "(r *Ring[T])": the list, the parameter, the pointer, the generic type.
  while (std::string_view(ts_node_type(type)) != "type_identifier") {
    const TSNode field = FieldOf(type, "type");
    const TSNode inner =
        ts_node_is_null(field) ? ts_node_named_child(type, 0) : field;
    if (ts_node_is_null(inner)) return "";
    type = inner;
  }
  return TextOf(type, text);
}

bool IsConstructor(TSNode node) {
  return std::string_view(ts_node_type(node)) == "function_definition" &&
         ts_node_is_null(FieldOf(node, "type"));
}

std::optional<std::size_t> FindClassHead(std::string_view text,
                                         std::size_t before,
                                         std::string_view name) {
  const std::size_t least =
      before > kMostBytesBetween ? before - kMostBytesBetween : 0;
  const std::string_view between = text.substr(least, before - least);
  std::size_t at = between.size();
  for (int looks = 0; looks < kMostLooks; ++looks) {
    if (at == 0 || (at = between.rfind(name, at - 1)) == between.npos) break;
    const std::size_t line = between.rfind('\n', at) + 1;
    const std::string_view head = Trim(between.substr(line, at - line));
    const bool ends =
        !IsWordByte(between[std::min(at + name.size(), between.size() - 1)]);
    const bool is_class =
        head.starts_with("class") || head.starts_with("struct");
    // No bracket of a base class, and no word that goes on.
    if (is_class && ends && between[at - 1] == ' ' &&
        head.find_first_of("(<:,;") == head.npos) {
      return least + at;
    }
  }
  return std::nullopt;
}

std::string KindOf(TSNode node, const NodeType& type, std::string_view text) {
  if (TestNameOf(node, text)) return "test";
  if (type.name == "type_spec") {
    const TSNode value = FieldOf(node, "type");
    const std::string_view name =
        ts_node_is_null(value) ? "" : ts_node_type(value);
    if (name == "struct_type") return "struct";
    if (name == "interface_type") return "interface";
  }
  if (type.name == "type_definition") {
    const TSNode value = FieldOf(node, "type");
    const std::string_view name = TypeNameOf(value);
    const std::size_t end = name.find("_specifier");
    if (end != name.npos && !ts_node_is_null(FieldOf(value, "body"))) {
      return std::string(name.substr(0, end));
    }
  }
  if (type.name == "class_declaration") {
    const TSNode keyword = FieldOf(node, "declaration_kind");  // Swift.
    if (!ts_node_is_null(keyword)) return TextOf(keyword, text);
    if (HasChild(node, "interface")) return "interface";  // Kotlin.
  }
  return std::string(type.kind);
}

std::string NameOf(TSNode name, const NodeType& type, std::string_view text) {
  if (type.reading == Reading::kExport) return "default";
  std::string words = TextOf(name, text);
  if (TypeNameOf(name).find("string") != std::string_view::npos) {
    return std::string(QuotedIn(words));
  }
  if (IsCast(name)) words = Trim(words.substr(0, words.find('(')));
  // A type that a broken text has put in front: "enable_if_t<x, int> push".
  const std::size_t type_end = words.rfind("> ");
  if (type_end != std::string::npos && !words.starts_with("operator")) {
    words.erase(0, type_end + 2);
  }
  return words;
}

std::optional<TSNode> ConstantNameOf(TSNode declaration,
                                     std::string_view text) {
  const TSNode value = FieldOf(declaration, "declarator");
  if (TypeNameOf(value) != "init_declarator") return std::nullopt;
  Children children(declaration);
  for (TSNode child = children.Next(); !ts_node_is_null(child);
       child = children.Next()) {
    if (TypeNameOf(child) != "type_qualifier") continue;
    const std::string word = TextOf(child, text);
    if (word == "const" || word == "constexpr") {
      return DeclaredName(value, false);
    }
  }
  return std::nullopt;
}

std::string ContainerKindOf(TSNode variable) {
  for (const std::string_view kind : {"struct", "enum", "union"}) {
    if (HasChild(variable, std::string(kind) + "_declaration")) {
      return std::string(kind);
    }
  }
  return "constant";
}

bool IsWrappedFunction(TSNode value, std::string_view name) {
  if (TypeNameOf(value) != "call_expression") return false;
  const TSNode callee = FieldOf(value, "function");
  const bool is_component = !name.empty() && name[0] >= 'A' && name[0] <= 'Z';
  if (TypeNameOf(callee) != "identifier" && !is_component) return false;
  const TSNode arguments = FieldOf(value, "arguments");
  Children children(arguments);
  while (true) {
    const TSNode argument = children.Next();
    if (ts_node_is_null(argument)) return false;
    if (IsFunctionValue(argument)) return true;
  }
}

bool ExportsValue(TSNode node, const NodeType& type, std::string_view text) {
  if (type.name != "assignment_expression") return false;
  const std::string left = TextOf(FieldOf(node, "left"), text);
  return left == "exports" || left.starts_with("exports.") ||
         left.starts_with("module.exports");
}

}  // namespace dobby
