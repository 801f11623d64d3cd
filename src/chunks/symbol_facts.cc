#include "chunks/symbol_facts.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"
#include "base/utf8.h"
#include "chunks/nodes.h"

namespace dobby {
namespace {

constexpr std::size_t kMost = 8;  // Bases, attributes.
constexpr std::size_t kMaxBaseBytes = 60;
constexpr std::size_t kMaxAttributeBytes = 100;
constexpr std::size_t kMaxSignatureBytes = 200;
constexpr std::size_t kMaxValueBytes = 60;

// Children before the body of a definition; more are no head.
constexpr int kMostHeadChildren = 40;

using Words = std::vector<std::string_view>;

template <typename List>
bool IsIn(std::string_view word, const List& words) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// The nodes that hold the bases of a type, in all grammars.
constexpr std::array<std::string_view, 16> kBaseClauses = {
    "base_class_clause",
    "superclass",
    "super_interfaces",
    "extends_interfaces",
    "class_heritage",
    "extends_type_clause",
    "base_list",
    "delegation_specifiers",
    "inheritance_specifier",
    "base_clause",
    "class_interface_clause",
    "interfaces",
    "trait_bounds",
    "protocol_reference_list",
    "parameterized_arguments",
    "mixins"};

/// Lists within those.
constexpr std::array<std::string_view, 6> kBaseLists = {
    "type_list", "extends_clause",       "implements_clause",
    "mixins",    "delegation_specifier", "argument_list"};

constexpr std::array<std::string_view, 9> kNoBases = {
    "access_specifier",   "type_arguments",
    "keyword_argument",   "comment",
    "lifetime",           "virtual",
    "type_argument_list", "attribute_list",
    "line_comment"};

void AddBase(std::string name, std::vector<std::string>& bases) {
  name.resize(std::min(name.find_first_of("(<[ "), name.size()));
  const bool is_new =
      std::find(bases.begin(), bases.end(), name) == bases.end();
  if (!name.empty() && name.size() <= kMaxBaseBytes && is_new &&
      bases.size() < kMost) {
    bases.push_back(std::move(name));
  }
}

/// Adds the bases in a clause; lists in it may be nested a little.
void AddBases(TSNode clause, std::string_view text, int depth,
              std::vector<std::string>& bases) {
  Children children(clause);
  for (TSNode base = children.Next(); !ts_node_is_null(base);
       base = children.Next()) {
    const std::string_view type = ts_node_type(base);
    if (bases.size() >= kMost) return;
    if (IsIn(type, kNoBases)) continue;
    if (depth > 0 && IsIn(type, kBaseLists)) {
      AddBases(base, text, depth - 1, bases);
    } else {
      AddBase(TextOf(base, text), bases);
    }
  }
}

constexpr std::array<std::string_view, 8> kAttributes = {
    "decorator",
    "attribute_list",
    "annotation",
    "marker_annotation",
    "attribute_item",
    "attribute",
    "attribute_declaration",
    "attributes"};

void AddAttribute(std::string_view source, std::string_view open,
                  std::string_view close,
                  std::vector<std::string>& attributes) {
  if (attributes.size() >= kMost) return;
  std::string attribute =
      std::string(open) + OneLine(source) + std::string(close);
  attribute.resize(Utf8CutAt(attribute, kMaxAttributeBytes));
  attributes.push_back(std::move(attribute));
}

/// Adds the attributes of a list, "[A, B]" or "#[A, B]", one by one.
void AddListed(TSNode list, std::string_view open, std::string_view text,
               std::vector<std::string>& attributes) {
  Children children(list);
  for (TSNode child = children.Next();
       !ts_node_is_null(child) && attributes.size() < kMost;
       child = children.Next()) {
    const std::string_view type = ts_node_type(child);
    if (type == "attribute_group") AddListed(child, open, text, attributes);
    if (type == "attribute") {
      AddAttribute(TextOf(child, text), open, "]", attributes);
    }
  }
}

/// Returns the function among the arguments of a call, or a null node.
TSNode FunctionIn(TSNode call) {
  Children children(FieldOf(call, "arguments"));
  while (true) {
    const TSNode child = children.Next();
    if (ts_node_is_null(child) || IsFunctionValue(child)) return child;
  }
}

/// Returns the node that holds the body of a definition, or a null node.
TSNode BodyOf(TSNode node, const NodeType& type) {
  // The body of what only gives a name is its value: a macro's.
  const bool is_value =
      type.name.starts_with("preproc") || type.name == "type_alias_declaration";
  if (is_value) return FieldOf(node, "value");
  TSNode body = FieldOf(node, "body");
  if (ts_node_is_null(body) && !type.value_field.empty()) {
    TSNode value = NodeAt(node, type.value_field);
    if (TypeNameOf(value) == "call_expression") value = FunctionIn(value);
    if (!ts_node_is_null(value)) body = FieldOf(value, "body");
  }
  constexpr std::array<std::string_view, 7> kBodies = {
      "class_body", "function_body",      "enum_class_body",   "block",
      "do_block",   "compound_statement", "struct_declaration"};
  if (!ts_node_is_null(body)) return body;
  Children children(node);
  for (int i = 0; i < kMostHeadChildren; ++i) {
    const TSNode child = children.Next();
    if (ts_node_is_null(child) || IsIn(ts_node_type(child), kBodies)) {
      return child;
    }
  }
  return TSNode{};
}

/// Removes what leads into a body or ends a definition.
void TrimHead(std::string& head) {
  constexpr std::array<std::string_view, 11> kEnds = {
      " do",   " end", "= default", "= delete", "= 0", "=>",
      ", do:", "{",    ";",         ":",        "="};
  for (bool again = true; again;) {
    while (head.ends_with(' ')) head.pop_back();
    again = false;
    for (const std::string_view end : kEnds) {
      if (!head.ends_with(end)) continue;
      head.resize(head.size() - end.size());
      again = true;
      break;
    }
  }
}

/// Whether a node is a word like "static", or holds such words.
bool IsModifier(TSNode node) {
  const std::string_view type = ts_node_type(node);
  return !ts_node_is_named(node) || type.find("modifier") != type.npos ||
         type == "storage_class_specifier" || type == "type_qualifier" ||
         type == "private_property_identifier";
}

bool IsUnderscored(std::string_view name) { return name.starts_with('_'); }

}  // namespace

std::vector<std::string> BasesOf(TSNode type, std::string_view text) {
  constexpr int kMaxNested = 3;
  std::vector<std::string> bases;
  const TSNode super = FieldOf(type, "superclasses");  // Python.
  if (!ts_node_is_null(super)) AddBases(super, text, 0, bases);
  const TSNode one = FieldOf(type, "superclass");  // Objective-C.
  if (TypeNameOf(one) == "identifier") AddBase(TextOf(one, text), bases);
  const TSNode trait = FieldOf(type, "trait");  // Rust.
  if (!ts_node_is_null(trait)) AddBase(TextOf(trait, text), bases);
  Children children(type);
  for (int i = 0; i < kMostHeadChildren; ++i) {
    const TSNode child = children.Next();
    if (ts_node_is_null(child)) break;
    if (IsIn(ts_node_type(child), kBaseClauses)) {
      AddBases(child, text, kMaxNested, bases);
    }
  }
  return bases;
}

void AddAttributes(TSNode node, std::string_view text,
                   std::vector<std::string>& attributes) {
  const std::string_view type = ts_node_type(node);
  if (!IsIn(type, kAttributes)) return;
  const std::string source = TextOf(node, text);
  const bool is_list = type == "attribute_list" && !source.starts_with("[[");
  if (is_list) {
    AddListed(node, source.starts_with('#') ? "#[" : "[", text, attributes);
  } else {
    AddAttribute(source, "", "", attributes);
  }
}

std::uint32_t AddOwnAttributes(TSNode definition, std::string_view text,
                               std::vector<std::string>& attributes) {
  Children children(definition);
  for (int i = 0; i < kMostHeadChildren; ++i) {
    TSNode child = children.Next(true);
    if (ts_node_is_null(child)) break;
    const std::string_view type = ts_node_type(child);
    if (IsIn(type, kAttributes)) {
      AddAttributes(child, text, attributes);
    } else if (type == "modifiers") {
      Children modifiers(child);
      TSNode word = modifiers.Next(true);
      for (; !ts_node_is_null(word) && IsIn(ts_node_type(word), kAttributes);
           word = modifiers.Next(true)) {
        AddAttributes(word, text, attributes);
      }
      if (!ts_node_is_null(word)) return ts_node_start_byte(word);
    } else if (type.find("comment") == type.npos) {
      return ts_node_start_byte(child);
    }
  }
  return ts_node_start_byte(definition);
}

namespace {

/// Returns where the head of a definition ends that begins at `begin`: before
/// its body and before a comment behind the name.
std::uint32_t EndOfHead(TSNode definition, TSNode body, std::uint32_t begin) {
  const std::uint32_t end = ts_node_is_null(body) ? ts_node_end_byte(definition)
                                                  : ts_node_start_byte(body);
  Children children(definition);
  for (int i = 0; i < kMostHeadChildren; ++i) {
    const TSNode child = children.Next();
    if (ts_node_is_null(child) || ts_node_start_byte(child) >= end) break;
    const bool is_comment =
        TypeNameOf(child).find("comment") != std::string_view::npos;
    if (is_comment && ts_node_start_byte(child) > begin) {
      return ts_node_start_byte(child);
    }
  }
  return std::max(begin, end);
}

}  // namespace

std::string SignatureOf(TSNode definition, const NodeType& type,
                        std::uint32_t begin, std::string_view text) {
  const TSNode body = BodyOf(definition, type);
  const std::uint32_t end = EndOfHead(definition, body, begin);
  std::string head = OneLineOf(text, begin, end, 3 * kMaxSignatureBytes);
  if (head.starts_with('@')) {  // Objective-C has no brackets around members.
    const std::size_t line_end = text.find('\n', begin);
    head = OneLineOf(text, begin, std::min<std::size_t>(end, line_end),
                     3 * kMaxSignatureBytes);
  }
  if (type.role == NodeRole::kType || ts_node_is_null(body)) {
    head.resize(std::min(head.find(" {"), head.size()));
  }
  TrimHead(head);
  if (head.size() > kMaxSignatureBytes) {
    constexpr std::string_view kCut = "...";
    head.resize(Utf8CutAt(head, kMaxSignatureBytes - kCut.size()));
    head += kCut;
  }
  return head;
}

std::string ValueOf(TSNode definition, std::string_view path,
                    std::string_view text) {
  TSNode value = NodeAt(definition, path);
  if (ts_node_is_null(value)) return "";
  if (TypeNameOf(value) == "init_declarator") value = FieldOf(value, "value");
  const bool is_list = TypeNameOf(value) == "expression_list";
  if (is_list && ts_node_named_child_count(value) == 1) {
    value = ts_node_named_child(value, 0);
  }
  const bool is_macro = TypeNameOf(value) == "preproc_arg";
  const bool is_negative = TypeNameOf(value).find("unary") != std::string::npos;
  if (!is_macro && !is_negative && !IsLiteral(value)) return "";
  std::string words = TextOf(value, text);
  // The preprocessor keeps a comment behind the value.
  if (is_macro) words = Trim(words.substr(0, words.find("/*")));
  return words.size() <= kMaxValueBytes ? words : "";
}

bool HasModifier(TSNode definition, const Words& words, std::string_view text) {
  Children children(definition);
  for (int i = 0; i < kMostHeadChildren; ++i) {
    const TSNode child = children.Next(true);
    if (ts_node_is_null(child)) return false;
    if (!IsModifier(child)) continue;
    const std::string word = TextOf(child, text);
    if (IsIn(word, words)) return true;
    if (TypeNameOf(child) != "modifiers") continue;
    Children modifiers(child);
    for (TSNode one = modifiers.Next(true); !ts_node_is_null(one);
         one = modifiers.Next(true)) {
      if (IsIn(TextOf(one, text), words)) return true;
    }
  }
  return false;
}

bool IsVisible(TSNode definition, std::string_view name, Visibility visibility,
               bool in_interface, std::string_view text) {
  static const Words kPrivate = {"private", "protected", "internal",
                                 "fileprivate"};
  static const Words kPublic = {"public", "protected"};
  switch (visibility) {
    case Visibility::kAlways:
      return true;
    case Visibility::kExport:
      return !name.starts_with('#') && !HasModifier(definition, kPrivate, text);
    case Visibility::kPub: {
      if (HasModifier(definition, {"pub", "export"}, text)) return true;
      const TSNode word = ChildOf(definition, "visibility_modifier");
      return !ts_node_is_null(word) || in_interface ||
             TypeNameOf(definition) == "impl_item";
    }
    case Visibility::kPublic:
      return in_interface || HasModifier(definition, kPublic, text) ||
             TypeNameOf(definition).find("namespace") != std::string::npos;
    case Visibility::kNotPrivate:
      return !HasModifier(definition, kPrivate, text);
    case Visibility::kCapital:
      return !name.empty() &&
             std::islower(static_cast<unsigned char>(name[0])) == 0 &&
             name[0] != '_';
    case Visibility::kUnderscore:
      return !IsUnderscored(name);
    case Visibility::kStatic:
      return in_interface || !HasModifier(definition, {"static"}, text);
    case Visibility::kNotLocal:
      return !HasModifier(definition, {"local"}, text);
  }
  return true;
}

}  // namespace dobby
