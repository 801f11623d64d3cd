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

// More constructors without a class than this are no C++ that anybody wrote.
constexpr int kMostClassSearches = 1000;

// Of names in a list of exports.
constexpr std::size_t kMostExports = 10'000;

constexpr std::size_t kMostBases = 8;

bool IsUpperName(std::string_view name) {
  const auto is = [&](int (*test)(int)) {
    return std::any_of(name.begin(), name.end(), [test](char c) {
      return test(static_cast<unsigned char>(c)) != 0;
    });
  };
  return name.size() > 1 && is(std::isupper) && !is(std::islower);
}

bool IsIdentifier(TSNode node) {
  return TypeNameOf(node).find("identifier") != std::string_view::npos ||
         TypeNameOf(node) == "constant" || TypeNameOf(node) == "name";
}

/// Whether the name of a type, or that of one of its bases, is one of tests.
bool IsOfTests(const Symbol& type) {
  const auto is_test = [](const std::string& name) {
    return name.find("Test") != std::string::npos;
  };
  return is_test(type.name) ||
         std::any_of(type.bases.begin(), type.bases.end(), is_test);
}

/// Whether an operator of R gives a name a value.
bool IsAssignment(TSNode node, std::string_view text) {
  const std::string word = TextOf(FieldOf(node, "operator"), text);
  return word == "<-" || word == "=" || word == "<<-";
}

}  // namespace

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

/// Notes who may use what follows in a type.
void OutlineReader::ReadSection(TSNode node, Surroundings& around) const {
  if (!around.in_type || around.in_code) return;
  const std::string word = TextOf(node, text_);
  const bool is_private = word == "private";
  if (is_private || word == "public" || word == "protected") {
    around.is_private = is_private;
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
  // var app = exports = module.exports = {};
  if (type.name == "variable_declarator") {
    const TSNode value = FieldOf(node, "value");
    if (!ts_node_is_null(value) &&
        ExportsValue(value, grammar_.TypeOf(value), text_)) {
      ReadExport(node, "name");
    }
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

/// Whether a node comes behind a macro that waits for its block. What the
/// parser only misses has no text.
bool OutlineReader::EndsPending(TSNode node) const {
  return ts_node_start_byte(node) >= pending_->end &&
         ts_node_start_byte(node) < ts_node_end_byte(node) &&
         ts_node_is_named(node);
}

/// Defines what a macro in front of a block has named.
NodeOutcome OutlineReader::ReadBlock(TSNode node, Rows rows) {
  NodeOutcome outcome;
  outcome.role = NodeRole::kCode;
  outcome.kind = pending_->symbol.kind;
  pending_->end = ts_node_end_byte(node);
  pending_->symbol.lines = rows.last - pending_->symbol.line + 2;
  definitions_.push_back(std::move(*pending_));
  return outcome;
}

NodeOutcome OutlineReader::DefineCall(TSNode node, const NodeType& type,
                                      Rows rows, const Surroundings& around) {
  NodeOutcome outcome;
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

/// Returns the name of the definition that a node is, with its kind, if it is
/// one that an outline shows.
std::optional<OutlineReader::Named> OutlineReader::NameOfNode(
    TSNode node, const NodeType& type, const Surroundings& around) const {
  if (type.kind.empty()) return std::nullopt;
  // Locals are no part of an outline, but functions in functions are.
  if (around.in_code && type.role != NodeRole::kCode &&
      type.role != NodeRole::kType) {
    return std::nullopt;
  }
  if (around.in_typedef && type.role == NodeRole::kType) return std::nullopt;
  if (type.reading != Reading::kDefinition) {
    const auto kind = KindOfVariable(node, type, around);
    const TSNode name = NodeAt(node, type.name_field);
    if (!kind || ts_node_is_null(name)) return std::nullopt;
    return Named{name, *kind};
  }
  if (const auto name = NameNodeOf(node, type, text_)) {
    return Named{*name, KindOf(node, type, text_)};
  }
  if (!is_c_ || type.name != "declaration" || around.in_type) {
    return std::nullopt;
  }
  const auto constant = ConstantNameOf(node, text_);
  if (!constant) return std::nullopt;
  return Named{*constant, "constant"};
}

/// Returns the definition without what is around it.
Definition OutlineReader::Place(TSNode node, const NodeType& type, Rows rows,
                                const Named& named) const {
  Definition definition;
  Symbol& symbol = definition.symbol;
  symbol.kind = named.kind;
  symbol.name = NameOf(named.node, type, text_);
  symbol.line = ts_node_start_point(named.node).row + 1;
  symbol.lines = rows.last - rows.first + 1;
  symbol.owner = OwnerOf(node, text_);
  definition.begin = ts_node_start_byte(named.node);
  definition.head_line = rows.first + 1;
  if (named.kind != "constant" && type.role != NodeRole::kScope) {
    definition.end = ts_node_end_byte(node);
  }
  if (type.name == "type_definition") {
    // The name stands behind the members.
    definition.begin = ts_node_start_byte(node);
    symbol.line = definition.head_line;
  }
  return definition;
}

/// Whether other definitions of the same function may follow.
bool OutlineReader::IsSignature(const NodeType& type,
                                const Symbol& symbol) const {
  if (is_python_) {
    const auto& all = symbol.attributes;
    return std::any_of(all.begin(), all.end(), [](const std::string& one) {
      return NameOfAttribute(one) == "overload";
    });
  }
  return grammar_.visibility() == Visibility::kExport &&
         type.name.find("signature") != std::string_view::npos;
}

/// Whether a definition is one that the outline has. Then the one there
/// reaches to the end of this one.
bool OutlineReader::Repeats(const Definition& definition, const NodeType& type,
                            const Surroundings& around) {
  const Symbol& symbol = definition.symbol;
  if (after_signature_ && !definitions_.empty()) {
    Definition& first = definitions_.back();
    if (first.symbol.name == symbol.name &&
        first.symbol.depth == symbol.depth) {
      if (is_python_) {  // The last one has the docstring.
        definitions_.pop_back();
        return false;
      }
      const std::uint32_t last = definition.head_line + symbol.lines;
      first.end = definition.end;
      first.symbol.lines = last - std::min(first.symbol.line, last);
      return true;
    }
  }
  // In "#if A int f() {} #else int f() {} #endif" there is one f.
  return around.in_else && is_c_ && type.name == "function_definition" &&
         functions_.count(symbol.name) != 0;
}

/// Adds what stands in front of the name: attributes, and where all begins.
/// Returns the byte where the head begins.
std::uint32_t OutlineReader::AddHead(TSNode node, Rows rows,
                                     Definition& definition,
                                     Surroundings& around) const {
  Symbol& symbol = definition.symbol;
  symbol.attributes = std::exchange(around.attributes, {});
  if (!symbol.attributes.empty()) {
    definition.head_line =
        std::min(definition.head_line, around.attributes_row + 1);
  }
  if (around.has_head && around.head_last == rows.last) {
    definition.head_line = std::min(definition.head_line, around.head_row + 1);
    around.has_head = false;
  }
  return AddOwnAttributes(node, text_, symbol.attributes);
}

/// Adds what the node says of the definition that it is.
void OutlineReader::AddFacts(TSNode node, const NodeType& type,
                             std::uint32_t head, Symbol& symbol) {
  if (symbol.kind == "constant") {
    const bool is_c = type.reading == Reading::kDefinition;
    symbol.value = ValueOf(node, is_c ? "declarator" : type.value_field, text_);
    return;
  }
  symbol.signature = SignatureOf(node, type, head, text_);
  if (type.role != NodeRole::kType) return;
  symbol.bases = BasesOf(node, text_);
  if (type.name != "impl_item") return;
  auto& traits = traits_[symbol.name.substr(0, symbol.name.find('<'))];
  for (const std::string& base : symbol.bases) {
    if (traits.size() < kMostBases) traits.push_back(base);
  }
}

NodeOutcome OutlineReader::Define(TSNode node, const NodeType& type, Rows rows,
                                  Surroundings& around) {
  NodeOutcome outcome;
  outcome.role = type.role;
  const auto named = NameOfNode(node, type, around);
  if (!named) return outcome;
  Definition definition = Place(node, type, rows, *named);
  Symbol& symbol = definition.symbol;
  if (symbol.name.empty()) return outcome;
  symbol.depth = around.depth;
  if (symbol.kind == "function" && around.in_type) symbol.kind = "method";
  if (type.name == "method_definition" && !around.in_type && !is_c_) {
    symbol.kind = "function";
  }
  outcome.kind = symbol.kind;
  if (Repeats(definition, type, around)) return outcome;
  const std::uint32_t begin = around.attributes.empty()
                                  ? ts_node_start_byte(node)
                                  : around.attributes_begin;
  const std::uint32_t head = AddHead(node, rows, definition, around);
  AddFacts(node, type, head, symbol);
  symbol.exported = SeesOf(node, symbol, around);
  outcome.kind.clear();
  if (symbol.kind == "function" && is_cpp_ && IsConstructor(node) &&
      !StandForClass(definition)) {
    return outcome;
  }
  MarkTest(symbol, around);
  AddRoute(definition, begin, around);
  if (is_c_ && symbol.kind == "function") functions_.insert(symbol.name);
  outcome.kind = symbol.kind;
  outcome.attributes = symbol.attributes;
  outcome.is_tests = type.role == NodeRole::kType && IsOfTests(symbol);
  after_signature_ = IsSignature(type, symbol);
  begins_.insert(definition.begin);
  definitions_.push_back(std::move(definition));
  return outcome;
}

NodeOutcome OutlineReader::Read(TSNode node, const NodeType& type, Rows rows,
                                Surroundings& around) {
  NodeOutcome outcome;
  outcome.role = type.role;
  if (type.role == NodeRole::kAttached) {
    ReadAttribute(node, rows, around);
    return outcome;
  }
  if (pending_ && EndsPending(node)) {
    if (type.name == "compound_statement") outcome = ReadBlock(node, rows);
    pending_.reset();
    if (!outcome.kind.empty()) return outcome;
  }
  if (type.reading == Reading::kSection) {
    ReadSection(node, around);
    return outcome;
  }
  if (Notice(node, type, around)) return outcome;
  outcome = type.reading == Reading::kCall
                ? DefineCall(node, type, rows, around)
                : Define(node, type, rows, around);
  return outcome;
}

/// Sets whether a list of exports in the file has a symbol at its top level, or
/// what it is a part of: "Ring" of "Ring.prototype.push".
void OutlineReader::JudgeExport(Symbol& symbol) const {
  if (symbol.kind == "route") return;
  const std::string head = symbol.name.substr(0, symbol.name.find('.'));
  const bool is_listed = exports_.count(head) != 0;
  if (has_public_names_) {
    symbol.exported = is_listed;
  } else if (is_listed || (grammar_.visibility() == Visibility::kExport &&
                           (head == "exports" || head == "module"))) {
    symbol.exported = true;
  }
}

/// Tells each symbol what those around it, and lists elsewhere in the file,
/// mean for it.
void OutlineReader::Relate() {
  std::vector<std::size_t> around;  // By depth.
  for (std::size_t i = 0; i < definitions_.size(); ++i) {
    Symbol& symbol = definitions_[i].symbol;
    around.resize(std::min<std::size_t>(around.size(), symbol.depth));
    if (symbol.depth == 0) JudgeExport(symbol);
    if (!around.empty()) {
      Symbol& parent = definitions_[around.back()].symbol;
      symbol.exported &= parent.exported || symbol.kind == "route";
      if (symbol.kind == "test" && parent.kind == "class") {
        parent.kind = "suite";
      }
    }
    const auto traits = traits_.find(symbol.name);
    if (traits != traits_.end() && symbol.kind != "impl") {
      for (const std::string& trait : traits->second) {
        if (symbol.bases.size() < kMostBases) symbol.bases.push_back(trait);
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
