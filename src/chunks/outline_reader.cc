#include "chunks/outline_reader.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "chunks/definition_names.h"
#include "chunks/nodes.h"
#include "chunks/routes.h"
#include "chunks/symbol_facts.h"

namespace dobby {
namespace {

using Outcome = OutlineReader::Outcome;

// More constructors without a class than this are no C++ that anybody wrote.
constexpr int kMostClassSearches = 1000;

// Of names in a list of exports.
constexpr std::size_t kMostExports = 10'000;

bool IsUpperName(std::string_view name) {
  const auto is = [&](int (*test)(int)) {
    return std::any_of(name.begin(), name.end(), [test](char c) {
      return test(static_cast<unsigned char>(c)) != 0;
    });
  };
  return name.size() > 1 && is(std::isupper) && !is(std::islower);
}

/// Whether symbols of that kind stand around others.
bool IsContainer(std::string_view kind) {
  return !kind.empty() && kind != "constant" && kind != "route";
}

bool IsIdentifier(TSNode node) {
  return TypeNameOf(node).find("identifier") != std::string_view::npos ||
         TypeNameOf(node) == "constant" || TypeNameOf(node) == "name";
}

/// Whether an operator of R gives a name a value.
bool IsAssignment(TSNode node, std::string_view text) {
  const std::string word = TextOf(FieldOf(node, "operator"), text);
  return word == "<-" || word == "=" || word == "<<-";
}

/// Whether a type in that interface-like node has public members only.
bool IsInterface(TSNode node, std::string_view type) {
  return type.starts_with("interface_") || type == "trait_item" ||
         type.starts_with("annotation_type") ||
         (type == "impl_item" && !ts_node_is_null(FieldOf(node, "trait")));
}

}  // namespace

Rows RowsOf(TSNode node) {
  const std::uint32_t first = ts_node_start_point(node).row;
  const TSPoint end = ts_node_end_point(node);
  const bool before = end.column == 0 && end.row > first;
  return {first, before ? end.row - 1 : end.row};
}

OutlineReader::OutlineReader(const std::string& text, const Grammar& grammar,
                             const ParseLimit& limit)
    : text_(text),
      grammar_(grammar),
      limit_(limit),
      is_cpp_(&grammar == Grammar::Find("cpp")),
      is_c_(grammar.visibility() == Visibility::kStatic),
      is_python_(&grammar == Grammar::Find("python")) {}

/// Makes a constructor outside of any class the definition of its class, whose
/// head a macro has hidden. Returns false where there is no such class, or it
/// is known.
bool OutlineReader::StandForClass(Definition& constructor) {
  Symbol& symbol = constructor.symbol;
  // "Ring::Ring() {}" is one that stands apart from its class.
  if (symbol.name.find(':') != std::string::npos) return true;
  if (++class_searches_ > kMostClassSearches || limit_.IsPassed()) return false;
  const auto head = FindClassHead(text_, constructor.begin, symbol.name);
  if (!head || begins_.count(*head) != 0) return false;
  symbol.kind = "class";
  symbol.signature.clear();
  const auto line_breaks = std::count(
      text_.begin() + static_cast<std::ptrdiff_t>(*head),
      text_.begin() + static_cast<std::ptrdiff_t>(constructor.begin), '\n');
  symbol.line -= static_cast<std::uint32_t>(line_breaks);
  constructor.head_line = symbol.line;
  constructor.begin = *head;
  return true;
}

void OutlineReader::ReadAttribute(TSNode node, Rows rows,
                                  Surroundings& around) const {
  const std::size_t before = around.attributes.size();
  AddAttributes(node, text_, around.attributes);
  if (before == 0 && !around.attributes.empty()) {
    around.attributes_row = rows.first;
    around.attributes_begin = ts_node_start_byte(node);
  }
}

/// Notes the names that an export makes visible.
void OutlineReader::ReadExport(TSNode node, std::string_view field) {
  const TSNode name = field.empty() ? node : FieldOf(node, field);
  if (ts_node_is_null(name)) return;
  if (exports_.size() < kMostExports && IsIdentifier(name)) {
    exports_.insert(TextOf(name, text_));
  }
}

/// Notes the names of Python's __all__.
void OutlineReader::ReadPublicNames(TSNode list) {
  has_public_names_ = true;
  Children children(list);
  for (TSNode name = children.Next();
       !ts_node_is_null(name) && exports_.size() < kMostExports;
       name = children.Next()) {
    exports_.insert(std::string(QuotedIn(TextOf(name, text_))));
  }
}

/// Reads a node that defines nothing but changes what is around. Returns
/// whether it is one.
bool OutlineReader::Notice(TSNode node, const NodeType& type,
                           const Surroundings& around) {
  if (ExportsValue(node, type, text_)) {
    ReadExport(node, "right");
    return false;
  }
  if (type.reading == Reading::kExport) {
    if (around.exporting || type.role == NodeRole::kWrapper) {
      ReadExport(node, type.name_field);
    }
    return type.role != NodeRole::kWrapper;
  }
  if (!is_python_ || type.reading != Reading::kUpperConstant) return false;
  const TSNode name = NodeAt(node, type.name_field);
  const bool is_all = !ts_node_is_null(name) && !around.in_code &&
                      TextOf(name, text_) == "__all__";
  const TSNode list = NodeAt(node, type.value_field);
  if (is_all && !ts_node_is_null(list)) ReadPublicNames(list);
  return is_all;
}

/// Defines what a macro in front of a block has named.
Outcome OutlineReader::ReadBlock(TSNode node, Rows rows) {
  Outcome outcome;
  outcome.role = NodeRole::kCode;
  outcome.kind = pending_->symbol.kind;
  pending_->end = ts_node_end_byte(node);
  pending_->symbol.lines = rows.last - pending_->symbol.line + 2;
  definitions_.push_back(std::move(*pending_));
  return outcome;
}

Outcome OutlineReader::DefineCall(TSNode node, const NodeType& type, Rows rows,
                                  const Surroundings& around) {
  Outcome outcome;
  outcome.is_private =
      type.name_field == "method" && MakesPrivate(node, type, text_);
  const CallPlace place{around.is_statement, around.in_code, around.in_test,
                        around.prefix};
  auto call = ReadCall(node, type, place, text_);
  if (!call || (call->needs_block && !is_c_)) return outcome;
  outcome.path = std::move(call->path);
  if (call->kind.empty()) return outcome;
  Definition definition;
  definition.begin = ts_node_start_byte(call->name_node);
  definition.end = call->kind == "route" || call->kind == "constant"
                       ? 0
                       : ts_node_end_byte(node);
  definition.head_line = rows.first + 1;
  Symbol& symbol = definition.symbol;
  symbol.kind = call->kind;
  symbol.name = std::move(call->name);
  symbol.line = ts_node_start_point(call->name_node).row + 1;
  symbol.lines = rows.last - rows.first + 1;
  symbol.depth = around.depth;
  symbol.exported = !call->is_private;
  symbol.value = std::move(call->value);
  const bool is_definition = type.name_field == "target" &&
                             symbol.kind != "route" && symbol.kind != "test" &&
                             symbol.kind != "suite";
  if (is_definition) {
    symbol.signature = SignatureOf(node, type, ts_node_start_byte(node), text_);
  }
  if (call->needs_block) {
    pending_ = std::move(definition);
    return outcome;
  }
  outcome.role = call->role;
  outcome.kind = symbol.kind;
  definitions_.push_back(std::move(definition));
  return outcome;
}

bool OutlineReader::SeesOf(TSNode node, const Symbol& symbol,
                           const Surroundings& around) const {
  if (around.in_code || around.hidden || around.is_private) return false;
  const bool is_by_word = grammar_.visibility() == Visibility::kExport;
  if (is_by_word && !around.in_type) return around.exporting;
  const bool is_open = around.in_interface || (is_c_ && around.in_type);
  return IsVisible(node, symbol.name, grammar_.visibility(), is_open, text_);
}

bool OutlineReader::IsConstant(TSNode node, const NodeType& type, TSNode name,
                               const Surroundings& around) const {
  const bool is_ruby = type.name == "assignment";
  if (around.in_code || around.in_suite) return false;
  if ((around.in_type && !is_ruby) || !IsIdentifier(name)) return false;
  Symbol symbol;
  symbol.name = TextOf(name, text_);
  switch (type.reading) {
    case Reading::kConstant:
      // A macro without a value is an include guard or a switch.
      return !ts_node_is_null(NodeAt(node, type.value_field)) &&
             !symbol.name.ends_with("_H") && !symbol.name.ends_with("_H_");
    case Reading::kUpperConstant:
      return IsUpperName(symbol.name);
    case Reading::kExportedConstant:
      return symbol.name != "_" && SeesOf(node, symbol, around);
    case Reading::kVariable:
      return IsUpperName(symbol.name) || around.exporting;
    default:
      return false;
  }
}

/// Returns what a node that gives a value a name defines, if anything.
std::optional<std::string> OutlineReader::KindOfVariable(
    TSNode node, const NodeType& type, const Surroundings& around) const {
  const TSNode name = NodeAt(node, type.name_field);
  const TSNode value = NodeAt(node, type.value_field);
  const bool is_function = IsFunctionValue(value);
  if (type.reading == Reading::kExport) {
    if (!is_function) return std::nullopt;
    return "function";
  }
  if (ts_node_is_null(name)) return std::nullopt;
  if (type.reading == Reading::kEntry || type.reading == Reading::kVariable) {
    const bool is_r = type.name == "binary_operator";
    if (is_r && !IsAssignment(node, text_)) return std::nullopt;
    if (is_function && (!is_r || IsIdentifier(name))) return "function";
    if (TypeNameOf(value) == "class") return "class";
    if (type.reading == Reading::kEntry) return std::nullopt;
    if (IsWrappedFunction(value, TextOf(name, text_))) return "function";
  }
  if (!IsConstant(node, type, name, around)) return std::nullopt;
  return type.role == NodeRole::kWrapper && type.reading != Reading::kVariable
             ? ContainerKindOf(node)
             : "constant";
}

bool OutlineReader::IsOverload(const Symbol& symbol,
                               const NodeType& type) const {
  if (definitions_.empty()) return false;
  const Symbol& before = definitions_.back().symbol;
  const bool is_same =
      before.name == symbol.name && before.depth == symbol.depth;
  if (after_signature_ && is_same) return true;
  // In "#if A int f() {} #else int f() {} #endif" there is one f.
  return type.name == "function_definition" && is_c_ &&
         functions_.count(symbol.name) != 0;
}

void OutlineReader::MarkTest(Symbol& symbol, const Surroundings& around) const {
  if (symbol.kind != "function" && symbol.kind != "method") return;
  const bool is_go =
      grammar_.visibility() == Visibility::kCapital &&
      symbol.signature.find("testing.") != std::string::npos &&
      (symbol.name.starts_with("Test") ||
       symbol.name.starts_with("Benchmark") || symbol.name.starts_with("Fuzz"));
  const bool is_loose = is_python_ && !around.in_type && !around.in_code;
  if (SayTest(symbol.attributes) || is_go ||
      ((around.in_tests || is_loose) && IsTestName(symbol.name))) {
    symbol.kind = "test";
  }
}

/// Puts the route that attributes give a function before it.
void OutlineReader::AddRoute(const Definition& handler, std::uint32_t begin,
                             const Surroundings& around) {
  const Symbol& symbol = handler.symbol;
  if (symbol.kind != "function" && symbol.kind != "method") return;
  Definition route;
  route.symbol.name = RouteOf(symbol.attributes, around.prefix);
  if (route.symbol.name.empty()) return;
  route.symbol.kind = "route";
  route.symbol.value = symbol.name;
  route.symbol.line = handler.head_line;
  route.symbol.depth = symbol.depth;
  route.symbol.exported = true;
  route.begin = begin;
  route.head_line = handler.head_line;
  definitions_.push_back(std::move(route));
}

Outcome OutlineReader::Define(TSNode node, const NodeType& type, Rows rows,
                              Surroundings& around) {
  Outcome outcome;
  outcome.role = type.role;
  if (type.kind.empty()) return outcome;
  // Locals are no part of an outline, but functions in functions are.
  if (around.in_code && type.role != NodeRole::kCode &&
      type.role != NodeRole::kType) {
    return outcome;
  }
  if (around.in_typedef && type.role == NodeRole::kType) return outcome;
  std::string kind;
  std::optional<TSNode> name;
  if (type.reading == Reading::kDefinition) {
    name = NameNodeOf(node, type, text_);
    if (name) kind = KindOf(node, type, text_);
    if (!name && is_c_ && type.name == "declaration" && !around.in_type &&
        (name = ConstantNameOf(node, text_))) {
      kind = "constant";
    }
  } else if (const auto found = KindOfVariable(node, type, around)) {
    kind = *found;
    name = NodeAt(node, type.name_field);
  }
  if (!name || ts_node_is_null(*name)) return outcome;
  Definition definition;
  definition.begin = ts_node_start_byte(*name);
  definition.head_line = rows.first + 1;
  Symbol& symbol = definition.symbol;
  if (kind != "constant" && type.role != NodeRole::kScope) {
    definition.end = ts_node_end_byte(node);
  }
  symbol.line = ts_node_start_point(*name).row + 1;
  if (type.name == "type_definition") {
    // The name stands behind the members.
    definition.begin = ts_node_start_byte(node);
    symbol.line = rows.first + 1;
  }
  symbol.name = NameOf(*name, type, text_);
  if (symbol.name.empty()) return outcome;
  symbol.kind = std::move(kind);
  if (symbol.kind == "function" && around.in_type) symbol.kind = "method";
  if (type.name == "method_definition" && !around.in_type && !is_c_) {
    symbol.kind = "function";
  }
  symbol.lines = rows.last - rows.first + 1;
  symbol.depth = around.depth;
  symbol.owner = OwnerOf(node, text_);
  if (IsOverload(symbol, type) && (after_signature_ || around.in_else)) {
    outcome.kind = symbol.kind;
    if (after_signature_) {
      Definition& first = definitions_.back();
      first.end = definition.end;
      first.symbol.lines = rows.last + 2 - first.symbol.line;
    }
    return outcome;
  }
  std::uint32_t head_begin = ts_node_start_byte(node);
  symbol.attributes = std::exchange(around.attributes, {});
  if (!symbol.attributes.empty()) {
    head_begin = around.attributes_begin;
    definition.head_line =
        std::min(definition.head_line, around.attributes_row + 1);
  }
  const std::uint32_t begin = AddOwnAttributes(node, text_, symbol.attributes);
  if (around.has_head && around.head_last == rows.last) {
    definition.head_line = std::min(definition.head_line, around.head_row + 1);
    around.has_head = false;
  }
  if (symbol.kind == "constant") {
    symbol.value = ValueOf(
        node,
        type.reading == Reading::kDefinition ? "declarator" : type.value_field,
        text_);
  } else {
    symbol.signature = SignatureOf(node, type, begin, text_);
  }
  if (type.role == NodeRole::kType) {
    symbol.bases = BasesOf(node, text_);
    if (type.name == "impl_item") {
      auto& traits = traits_[symbol.name.substr(0, symbol.name.find('<'))];
      for (const std::string& base : symbol.bases) {
        if (traits.size() < 8) traits.push_back(base);
      }
    }
  }
  symbol.exported = SeesOf(node, symbol, around);
  if (symbol.kind == "function" && is_cpp_ && IsConstructor(node) &&
      !StandForClass(definition)) {
    return outcome;
  }
  MarkTest(symbol, around);
  AddRoute(definition, head_begin, around);
  if (is_c_ && symbol.kind == "function") functions_.insert(symbol.name);
  outcome.kind = symbol.kind;
  outcome.attributes = symbol.attributes;
  outcome.is_tests =
      type.role == NodeRole::kType &&
      (symbol.name.find("Test") != std::string::npos ||
       std::any_of(symbol.bases.begin(), symbol.bases.end(),
                   [](const std::string& base) {
                     return base.find("Test") != std::string::npos;
                   }));
  after_signature_ = grammar_.visibility() == Visibility::kExport &&
                     type.name.find("signature") != std::string_view::npos;
  begins_.insert(definition.begin);
  definitions_.push_back(std::move(definition));
  return outcome;
}

Outcome OutlineReader::Read(TSNode node, const NodeType& type, Rows rows,
                            Surroundings& around) {
  Outcome outcome;
  outcome.role = type.role;
  if (type.role == NodeRole::kAttached) {
    ReadAttribute(node, rows, around);
    return outcome;
  }
  // What the parser only misses has no text.
  const bool is_missing = ts_node_start_byte(node) == ts_node_end_byte(node);
  if (pending_ && !is_missing && ts_node_is_named(node)) {
    const bool is_block = type.name == "compound_statement";
    // What is in the call that named it is no block.
    const bool is_behind = ts_node_start_byte(node) >= pending_->end;
    if (is_behind && is_block) outcome = ReadBlock(node, rows);
    if (is_behind) pending_.reset();
    if (is_behind && is_block) return outcome;
  }
  if (type.reading == Reading::kSection) {
    const std::string word = TextOf(node, text_);
    if (around.in_type && !around.in_code) {
      const bool is_private = word == "private";
      if (is_private || word == "public" || word == "protected") {
        around.is_private = is_private;
      }
    }
    return outcome;
  }
  if (Notice(node, type, around)) return outcome;
  outcome = type.reading == Reading::kCall
                ? DefineCall(node, type, rows, around)
                : Define(node, type, rows, around);
  if (type.role != NodeRole::kWrapper) around.attributes.clear();
  return outcome;
}

/// Whether nobody outside of the file sees what is in a node: a namespace
/// without a name, a local variable of Lua.
bool OutlineReader::IsHidden(TSNode node, const NodeType& type,
                             std::string_view kind) const {
  if (type.name == "namespace_definition") return kind.empty();
  return type.name == "variable_declaration" &&
         grammar_.visibility() == Visibility::kNotLocal &&
         HasModifier(node, {"local"}, text_);
}

Surroundings OutlineReader::Inside(TSNode node, const NodeType& type, Rows rows,
                                   const Outcome& outcome,
                                   const Surroundings& around) const {
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
  inside.hidden = around.hidden ||
                  (type.name == "namespace_definition" && outcome.kind.empty());
  inside.is_private = is_type ? type.name == "class_specifier"
                              : around.is_private || outcome.is_private;
  inside.exporting =
      ((type.reading == Reading::kExport && role == NodeRole::kWrapper) ||
       around.exporting || ExportsValue(node, type, text_)) &&
      !is_type && !is_code;
  inside.in_chain = is_call || (around.in_chain && role == NodeRole::kOther);
  const bool is_argument = type.name.find("argument") != std::string_view::npos;
  inside.is_statement =
      type.reading == Reading::kOpen || role == NodeRole::kScope ||
      (around.is_statement && inside.in_chain && !is_argument);
  inside.opens =
      role != NodeRole::kOther || type.reading == Reading::kOpen || is_call;
  if (role == NodeRole::kWrapper) {
    const bool goes_on = around.has_head && around.head_last == rows.last;
    inside.has_head = true;
    inside.head_row = goes_on ? around.head_row : rows.first;
    inside.head_last = rows.last;
    inside.attributes = around.attributes;
    inside.attributes_row = around.attributes_row;
    inside.attributes_begin = around.attributes_begin;
  }
  if (!is_code || !is_named) inside.prefix = around.prefix;
  if (!outcome.path.empty()) inside.prefix = outcome.path;
  if (is_type) inside.prefix = PrefixOf(outcome.attributes);
  return inside;
}

/// Tells each symbol what those around it, and lists elsewhere in the file,
/// mean for it.
void OutlineReader::Relate() {
  std::vector<std::size_t> around;  // By depth.
  for (std::size_t i = 0; i < definitions_.size(); ++i) {
    Symbol& symbol = definitions_[i].symbol;
    around.resize(std::min<std::size_t>(around.size(), symbol.depth));
    if (symbol.depth == 0 && has_public_names_ && symbol.kind != "route") {
      symbol.exported = exports_.count(symbol.name) != 0;
    } else if (symbol.depth == 0 && exports_.count(symbol.name) != 0) {
      symbol.exported = true;
    }
    if (!around.empty()) {
      Symbol& parent = definitions_[around.back()].symbol;
      symbol.exported = symbol.exported && parent.exported;
      if (symbol.kind == "test" && parent.kind == "class") {
        parent.kind = "suite";
      }
    }
    const auto traits = traits_.find(symbol.name);
    if (traits != traits_.end() && symbol.kind != "impl") {
      for (const std::string& trait : traits->second) {
        symbol.bases.push_back(trait);
      }
      traits->second.clear();
    }
    if (IsContainer(symbol.kind)) around.push_back(i);
  }
}

std::vector<Definition> OutlineReader::Finish() {
  Relate();
  std::stable_sort(
      definitions_.begin(), definitions_.end(),
      [](const auto& a, const auto& b) { return a.begin < b.begin; });
  return std::move(definitions_);
}

}  // namespace dobby
