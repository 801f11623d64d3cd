#include "chunks/calls.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"
#include "chunks/nodes.h"
#include "chunks/routes.h"

namespace dobby {
namespace {

// Names of functions that make tests, in the frameworks of all languages.
constexpr std::array<std::string_view, 5> kSuiteWords = {
    "describe", "context", "suite", "group", "feature"};
constexpr std::array<std::string_view, 6> kTestWords = {
    "it", "test", "specify", "scenario", "test_that", "example"};

// Functions that give the routes in their block a path.
constexpr std::array<std::string_view, 6> kPrefixWords = {
    "route", "group", "scope", "namespace", "prefix", "path"};

template <std::size_t N>
bool IsIn(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The node that a chain of calls and members, a.b(c).d, goes on from.
TSNode InnerOf(TSNode node) {
  for (const std::string_view field :
       {"object", "operand", "expression", "value", "receiver", "function",
        "scope", "table"}) {
    const TSNode inner = FieldOf(node, field);
    if (!ts_node_is_null(inner)) return inner;
  }
  return TSNode{};
}

/// Returns the last name of what is called: "get" of "app.get".
std::string LastWordOf(TSNode callee, std::string_view text) {
  for (const std::string_view field :
       {"property", "field", "name", "attribute", "method", "right"}) {
    const TSNode last = FieldOf(callee, field);
    if (!ts_node_is_null(last)) return TextOf(last, text);
  }
  return ts_node_child_count(callee) == 0 ? TextOf(callee, text) : "";
}

/// Returns its first name: "it" of "it.each(rows)".
std::string FirstWordOf(TSNode callee, std::string_view text) {
  constexpr int kMostSteps = 4;
  for (int i = 0; i < kMostSteps; ++i) {
    const TSNode inner = InnerOf(callee);
    if (ts_node_is_null(inner)) break;
    callee = inner;
  }
  return ts_node_child_count(callee) == 0 ? TextOf(callee, text) : "";
}

/// The arguments of a call.
struct Arguments {
  TSNode first = {};
  TSNode second = {};
  TSNode last = {};
  TSNode receiver = {};  ///< What a method is called of.
  int count = 0;
  bool has_function = false;  ///< The last one is a function or a block.
};

/// Returns an argument without its wrapping.
TSNode Unwrapped(TSNode argument) {
  const std::string_view type = ts_node_type(argument);
  const bool is_wrapped = type == "argument" || type == "value_argument";
  const std::uint32_t count = ts_node_named_child_count(argument);
  return is_wrapped && count > 0 ? ts_node_named_child(argument, count - 1)
                                 : argument;
}

TSNode ListOf(TSNode call) {
  const TSNode list = FieldOf(call, "arguments");
  if (!ts_node_is_null(list)) return list;
  Children children(call);
  while (true) {
    const TSNode child = children.Next();
    const std::string_view type = TypeNameOf(child);
    if (type.empty() || type == "arguments" || type == "value_arguments" ||
        type == "call_suffix" || type == "token_tree") {
      return child;
    }
  }
}

Arguments ArgumentsOf(TSNode call) {
  Arguments arguments;
  TSNode list = ListOf(call);
  if (TypeNameOf(list) == "call_suffix")
    list = ChildOf(list, "value_arguments");
  Children children(list);
  for (TSNode child = children.Next(); !ts_node_is_null(child);
       child = children.Next()) {
    if (TypeNameOf(child).find("comment") != std::string::npos) continue;
    ++arguments.count;
    if (arguments.count == 1) arguments.first = Unwrapped(child);
    if (arguments.count == 2) arguments.second = Unwrapped(child);
    arguments.last = child;
  }
  if (arguments.count > 0) arguments.last = Unwrapped(arguments.last);
  const bool has_block =
      !ts_node_is_null(FieldOf(call, "block")) ||
      !ts_node_is_null(ChildOf(call, "do_block")) ||
      !ts_node_is_null(ChildOf(call, "annotated_lambda")) ||
      !ts_node_is_null(NodeAt(call, ":call_suffix/:lambda_literal"));
  arguments.has_function = has_block || IsFunctionValue(arguments.last);
  return arguments;
}

/// Returns the text of a string, empty for other nodes.
std::string StringOf(TSNode node, std::string_view text) {
  TSNode string = node;
  if (TypeNameOf(node) == "pair") string = FieldOf(node, "key");
  if (TypeNameOf(string).find("string") == std::string_view::npos) return "";
  const std::string source = TextOf(string, text);
  return std::string(Trim(QuotedIn(source)));
}

std::optional<CallDefinition> ReadTest(const std::string& word,
                                       const Arguments& arguments,
                                       std::string_view text) {
  const std::string lower = Lower(word);
  const bool is_suite = IsIn(lower, kSuiteWords);
  if (!is_suite && !IsIn(lower, kTestWords)) return std::nullopt;
  if (!arguments.has_function || arguments.count == 0) return std::nullopt;
  CallDefinition test;
  test.name = StringOf(arguments.first, text);
  const std::string_view type = TypeNameOf(arguments.first);
  if (test.name.empty() && is_suite &&
      (type == "constant" || type == "scope_resolution")) {
    test.name = TextOf(arguments.first, text);
  }
  if (test.name.empty()) return std::nullopt;
  test.kind = is_suite ? "suite" : "test";
  test.name_node = arguments.first;
  test.role = is_suite ? NodeRole::kOther : NodeRole::kCode;
  return test;
}

/// Whether a node can stand for the function that handles a route.
bool CanHandle(TSNode node) {
  static constexpr std::array<std::string_view, 14> kHandlers = {
      "identifier",
      "member_expression",
      "selector_expression",
      "field_expression",
      "array_creation_expression",
      "pair",
      "call_expression",
      "member_access_expression",
      "method_reference",
      "atom",
      "class_constant_access_expression",
      "string",
      "scoped_identifier",
      "call"};
  return IsFunctionValue(node) || IsIn(TypeNameOf(node), kHandlers);
}

/// Returns the verb in front of a handler, as in axum's get(handler).
std::string VerbInFront(TSNode handler, std::string_view text) {
  if (TypeNameOf(handler) != "call_expression") return "";
  constexpr std::size_t kMostBytes = 40;
  const std::string source = TextOf(handler, text).substr(0, kMostBytes);
  for (std::size_t at = 0; at < source.size();) {
    const std::size_t end = EndOfWord(source, at);
    const auto verb = VerbOf(std::string_view(source).substr(at, end - at));
    if (verb && !verb->empty()) return *verb;
    at = std::max(end, at + 1);
  }
  return "";
}

std::string HandlerOf(TSNode node, std::string_view text) {
  const std::string_view type = TypeNameOf(node);
  const bool is_name = type.find("identifier") != type.npos ||
                       type == "member_expression" ||
                       type == "selector_expression";
  return is_name ? TextOf(node, text) : "";
}

std::optional<CallDefinition> ReadRoute(const std::string& word,
                                        const Arguments& arguments,
                                        const CallPlace& place,
                                        std::string_view text) {
  if (place.in_test || arguments.count == 0) return std::nullopt;
  const std::string lower = Lower(word);
  const auto verb = VerbOf(word);
  const bool is_prefix = IsIn(lower, kPrefixWords) && arguments.has_function;
  if (!verb && !is_prefix) return std::nullopt;
  CallDefinition route;
  const std::string path = StringOf(arguments.first, text);
  if (is_prefix) {
    // Route::prefix("/admin")->group(function () { ... }).
    const TSNode receiver = arguments.receiver;
    const std::string own = path.empty() && !ts_node_is_null(receiver)
                                ? StringOf(ArgumentsOf(receiver).first, text)
                                : path;
    if (!own.starts_with('/')) return std::nullopt;
    route.path = RouteName("", place.prefix, own);
    return route;
  }
  const std::string before = VerbInFront(arguments.second, text);
  const bool has_handler =
      arguments.has_function ||
      ((arguments.count > 1 || TypeNameOf(arguments.first) == "pair") &&
       CanHandle(arguments.last));
  if (!IsRoutePath(path) || !has_handler) return std::nullopt;
  if (!place.is_statement && before.empty()) return std::nullopt;
  route.kind = "route";
  route.name = RouteName(verb->empty() ? before : *verb, place.prefix, path);
  route.name_node = arguments.first;
  TSNode handler = arguments.last;
  if (!before.empty()) handler = NodeAt(handler, "arguments/:*");
  route.value = HandlerOf(handler, text);
  return route;
}

bool IsMacroName(std::string_view word) {
  return word.size() > 2 && std::none_of(word.begin(), word.end(), [](char c) {
           return std::islower(static_cast<unsigned char>(c)) != 0;
         });
}

/// A macro in front of a block: TEST_CASE("x") {}, DEFINE(name, int) {}.
std::optional<CallDefinition> ReadMacro(const std::string& word,
                                        const Arguments& arguments,
                                        std::string_view text) {
  if (!IsMacroName(word) || arguments.count == 0) return std::nullopt;
  CallDefinition definition;
  definition.needs_block = true;
  definition.role = NodeRole::kCode;
  definition.name_node = arguments.first;
  definition.name = StringOf(arguments.first, text);
  definition.kind = "test";
  if (definition.name.empty()) {
    if (TypeNameOf(arguments.first) != "identifier") return std::nullopt;
    definition.name = TextOf(arguments.first, text);
    if (word.find("TEST") == word.npos) definition.kind = "function";
  }
  return definition;
}

/// Rust's macros that make tests: rgtest!(name, ...).
std::optional<CallDefinition> ReadRustMacro(const std::string& word,
                                            const Arguments& arguments,
                                            std::string_view text) {
  const bool is_test = word.find("test") != std::string::npos &&
                       TypeNameOf(arguments.first) == "identifier" &&
                       arguments.count > 1;
  if (!is_test) return std::nullopt;
  CallDefinition test;
  test.kind = "test";
  test.name = TextOf(arguments.first, text);
  test.name_node = arguments.first;
  test.role = NodeRole::kCode;
  return test;
}

/// Elixir's definitions are calls: def push(a, b) do ... end.
std::optional<CallDefinition> ReadElixir(const std::string& word,
                                         const Arguments& arguments,
                                         std::string_view text) {
  struct Row {
    std::string_view word, kind;
    NodeRole role;
  };
  static constexpr std::array<Row, 7> kRows = {
      Row{"defmodule", "module", NodeRole::kScope},
      Row{"defprotocol", "protocol", NodeRole::kScope},
      Row{"defimpl", "impl", NodeRole::kScope},
      Row{"def", "function", NodeRole::kCode},
      Row{"defp", "function", NodeRole::kCode},
      Row{"defmacro", "macro", NodeRole::kCode},
      Row{"defmacrop", "macro", NodeRole::kCode}};
  const auto row = std::find_if(kRows.begin(), kRows.end(),
                                [&](const Row& r) { return r.word == word; });
  if (row == kRows.end() || arguments.count == 0) return std::nullopt;
  TSNode name = arguments.first;
  if (TypeNameOf(name) == "binary_operator") name = FieldOf(name, "left");
  if (TypeNameOf(name) == "call") name = FieldOf(name, "target");
  if (ts_node_is_null(name)) return std::nullopt;
  CallDefinition definition;
  definition.kind = row->kind;
  definition.name = TextOf(name, text);
  definition.name_node = name;
  definition.role = row->role;
  definition.is_private = word.ends_with('p') && row->role == NodeRole::kCode;
  return definition;
}

/// PHP's define("X", 3).
std::optional<CallDefinition> ReadPhpDefine(const Arguments& arguments,
                                            std::string_view text) {
  CallDefinition constant;
  constant.name = StringOf(arguments.first, text);
  if (constant.name.empty() || arguments.count != 2 || arguments.has_function) {
    return std::nullopt;
  }
  constant.kind = "constant";
  constant.name_node = arguments.first;
  if (IsLiteral(arguments.second)) {
    constant.value = TextOf(arguments.second, text);
  }
  return constant;
}

/// Go's t.Run("x", func...) within a test.
bool IsSubtest(const std::string& word, const Arguments& arguments) {
  return word == "Run" && arguments.count == 2 && arguments.has_function;
}

}  // namespace

std::optional<CallDefinition> ReadCall(TSNode call, const NodeType& type,
                                       const CallPlace& place,
                                       std::string_view text) {
  TSNode callee = NodeAt(call, type.name_field);
  if (ts_node_is_null(callee)) return std::nullopt;
  // Kotlin: a lambda follows a call.
  const bool is_doubled =
      type.name_field == ":*" && TypeNameOf(callee) == type.name;
  const TSNode list = is_doubled ? callee : call;
  if (is_doubled) callee = ts_node_named_child(callee, 0);
  if (ts_node_is_null(callee)) return std::nullopt;
  const std::string word = LastWordOf(callee, text);
  Arguments arguments = ArgumentsOf(list);
  arguments.has_function |= is_doubled;
  arguments.receiver = FieldOf(call, "object");
  if (type.name_field == "macro") {
    if (place.in_code) return std::nullopt;
    return ReadRustMacro(word, arguments, text);
  }
  if (type.name_field == "target") {
    if (auto found = ReadElixir(word, arguments, text)) return found;
  }
  if (word == "define" && !place.in_code) {
    return ReadPhpDefine(arguments, text);
  }
  if (!place.in_test) {
    if (auto test = ReadTest(word, arguments, text)) return test;
    const std::string first = FirstWordOf(callee, text);
    if (auto test = ReadTest(first, arguments, text)) return test;
  } else if (IsSubtest(word, arguments)) {
    return ReadTest("test", arguments, text);
  }
  // In Java map.put("/x", y) is common; in a method of Ruby, get "/x" is a
  // test's request.
  const bool is_other =
      (type.name == "method_invocation" && !arguments.has_function) ||
      (type.name_field == "method" && place.in_code) || word == "request";
  if (!is_other) {
    if (auto route = ReadRoute(word, arguments, place, text)) return route;
  }
  if (!place.in_code && place.is_statement) {
    return ReadMacro(word, arguments, text);
  }
  return std::nullopt;
}

bool MakesPrivate(TSNode call, const NodeType& type, std::string_view text) {
  const TSNode callee = NodeAt(call, type.name_field);
  if (ts_node_is_null(callee)) return false;
  const std::string word = TextOf(callee, text);
  return word == "private" || word == "private_class_method";
}

}  // namespace dobby
