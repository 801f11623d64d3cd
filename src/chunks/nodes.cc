#include "chunks/nodes.h"

#include <algorithm>
#include <iterator>

#include "base/utf8.h"

namespace dobby {
namespace {

// No name that a person wrote is longer; a macro's expansion may be.
constexpr std::size_t kMaxNameBytes = 200;

TSNode StepTo(TSNode node, std::string_view step) {
  if (step == ":*") return ts_node_named_child(node, 0);
  if (step == ":$") {
    const std::uint32_t count = ts_node_named_child_count(node);
    return count > 0 ? ts_node_named_child(node, count - 1) : TSNode{};
  }
  return step.starts_with(':') ? ChildOf(node, step.substr(1))
                               : FieldOf(node, step);
}

}  // namespace

std::string_view TypeNameOf(TSNode node) {
  return ts_node_is_null(node) ? std::string_view() : ts_node_type(node);
}

TSNode FieldOf(TSNode node, std::string_view field) {
  return ts_node_child_by_field_name(node, field.data(),
                                     static_cast<std::uint32_t>(field.size()));
}

TSNode ChildOf(TSNode node, std::string_view type) {
  Children children(node);
  while (true) {
    const TSNode child = children.Next();
    if (ts_node_is_null(child) || ts_node_type(child) == type) return child;
  }
}

TSNode NodeAt(TSNode node, std::string_view path) {
  if (path.empty()) return TSNode{};
  while (!path.empty() && !ts_node_is_null(node)) {
    const std::size_t end = std::min(path.find('/'), path.size());
    node = StepTo(node, path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return node;
}

std::string OneLineOf(std::string_view text, std::uint64_t begin,
                      std::uint64_t end, std::size_t most) {
  const std::string_view source = text.substr(begin, end - begin);
  std::string words;
  for (const char c : source.substr(0, Utf8CutAt(source, most))) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) words += c;
    if (blank && !words.empty() && words.back() != ' ') words += ' ';
  }
  return words;
}

std::string TextOf(TSNode node, std::string_view text) {
  return OneLineOf(text, ts_node_start_byte(node), ts_node_end_byte(node),
                   kMaxNameBytes);
}

std::string_view QuotedIn(std::string_view source) {
  std::size_t begin = source.find_first_of("\"'`");
  if (begin == std::string_view::npos) return "";
  const char quote = source[begin];
  begin = std::min(source.find_first_not_of(quote, begin), source.size());
  return source.substr(
      begin, std::min(source.find(quote, begin), source.size()) - begin);
}

bool IsFunctionValue(TSNode node) {
  constexpr std::string_view kTypes[] = {"arrow_function",
                                         "function_expression",
                                         "generator_function",
                                         "function_definition",
                                         "func_literal",
                                         "lambda_expression",
                                         "anonymous_function",
                                         "lambda_literal",
                                         "annotated_lambda",
                                         "closure_expression",
                                         "lambda",
                                         "braced_expression",
                                         "do_block",
                                         "block",
                                         "anonymous_method_expression"};
  return std::find(std::begin(kTypes), std::end(kTypes), TypeNameOf(node)) !=
         std::end(kTypes);
}

bool IsLiteral(TSNode node) {
  constexpr std::string_view kParts[] = {"literal", "string", "number",
                                         "integer", "float",  "true",
                                         "false",   "bool",   "char"};
  const std::string_view type = TypeNameOf(node);
  return std::any_of(std::begin(kParts), std::end(kParts),
                     [&](std::string_view part) {
                       return type.find(part) != std::string_view::npos;
                     });
}

Children::Children(TSNode node)
    : cursor_(ts_tree_cursor_new(node)), is_null_(ts_node_is_null(node)) {}

Children::~Children() { ts_tree_cursor_delete(&cursor_); }

TSNode Children::Next(bool all) {
  if (is_null_) return TSNode{};
  while (begun_ ? ts_tree_cursor_goto_next_sibling(&cursor_)
                : ts_tree_cursor_goto_first_child(&cursor_)) {
    begun_ = true;
    const TSNode node = ts_tree_cursor_current_node(&cursor_);
    if (all || ts_node_is_named(node)) return node;
  }
  begun_ = true;
  return TSNode{};
}

}  // namespace dobby
