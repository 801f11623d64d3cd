#include "chunks/syntax.h"

#include <tree_sitter/api.h>

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "chunks/definition_names.h"
#include "chunks/grammars.h"
#include "chunks/macros.h"
#include "chunks/parse.h"

namespace dobby {
namespace {

// Deeper nodes are nested expressions; nothing to cut at, nothing to name.
constexpr std::size_t kMaxDepth = 400;

// How often the limits of a parse are looked at while its tree is read.
constexpr std::size_t kNodesBetweenLooks = 256;

// More constructors without a class than this are no C++ that anybody wrote.
constexpr int kMostClassSearches = 1000;

// What cutting inside a node costs, in units of kChunkCost.
constexpr std::int32_t kInType = 20;
constexpr std::int32_t kInCode = 80;
constexpr std::int32_t kInStatement = 30;
constexpr std::int32_t kInHeader = 120;   // Between a head and its body.
constexpr std::int32_t kInAttached = 80;  // Comment and definition.
constexpr std::int32_t kInRemark = 20;    // Comment and statement.
constexpr std::int32_t kAtClosing = 20;   // Just before a "}".

/// First and last line of a node; one that ends right after a newline ends on
/// the line before.
struct Rows {
  std::uint32_t first = 0, last = 0;
};

Rows RowsOf(TSNode node) {
  const std::uint32_t first = ts_node_start_point(node).row;
  const TSPoint end = ts_node_end_point(node);
  const bool before = end.column == 0 && end.row > first;
  return {first, before ? end.row - 1 : end.row};
}

/// Goes through the tree with a cursor and its own stack, adding up what each
/// node makes a cut cost. Only nodes of several lines matter for that.
class SyntaxReader {
 public:
  SyntaxReader(const std::string& text, const Grammar& grammar,
               std::uint32_t line_count, const ParseLimit& limit)
      : text_(text),
        grammar_(grammar),
        limit_(limit),
        is_cpp_(&grammar == Grammar::Find("cpp")),
        steps_(line_count + 1) {}

  /// Returns nothing where the limit is passed.
  std::optional<Syntax> Read(TSNode root);

 private:
  /// A node whose children are being visited.
  struct Level {
    std::uint32_t last = UINT32_MAX;  ///< Its last line; none ends the file.
    NodeRole role = NodeRole::kScope;
    std::uint32_t depth = 0;  ///< Symbols around the children.
    bool in_code = false;
    bool in_type = false;  ///< The nearest definition is a type.
    // The comments and attributes before the next child.
    bool attached = false;
    Rows run;
    std::uint32_t last_row = UINT32_MAX;  ///< Where the child before ended.
  };

  bool Walk(TSTreeCursor& cursor);
  bool Visit(TSNode node);
  void Price(TSNode node, const NodeType& type, Rows rows);
  void PriceHeader(TSNode node, NodeRole role, Rows rows);
  void Attach(NodeRole role, Rows rows);
  bool Define(TSNode node, const NodeType& type);
  bool StandForClass(Definition& constructor);

  /// Adds `cost` to cuts before the lines `first` to `last`.
  void Add(std::uint32_t first, std::uint32_t last, std::int32_t cost) {
    if (first > last || last + 1 >= steps_.size()) return;
    steps_[first] += cost;
    steps_[last + 1] -= cost;
  }

  const std::string& text_;
  const Grammar& grammar_;
  const ParseLimit& limit_;
  const bool is_cpp_;
  std::vector<std::int64_t> steps_;  ///< Differences from line to line.
  std::vector<Level> levels_;
  std::vector<Definition> definitions_;
  std::unordered_set<std::uint64_t> begins_;  ///< Of definitions_.
  int class_searches_ = 0;
};

void SyntaxReader::Attach(NodeRole role, Rows rows) {
  Level& level = levels_.back();
  const bool adjoins = level.attached && rows.first <= level.run.last + 1;
  if (role == NodeRole::kAttached) {
    // A comment behind something on the same line belongs to that.
    if (rows.first == level.last_row) return;
    if (!adjoins) level.run.first = rows.first;
    level.run.last = rows.last;
    level.attached = true;
  } else {
    if (adjoins) {
      Add(level.run.first + 1, rows.first,
          role == NodeRole::kOther ? kInRemark : kInAttached);
    }
    level.attached = false;
    level.last_row = rows.last;
  }
}

/// Keeps the head of a definition together with the first thing in its body.
void SyntaxReader::PriceHeader(TSNode node, NodeRole role, Rows rows) {
  TSNode body = FieldOf(node, "body");
  if (ts_node_is_null(body)) {
    const std::uint32_t count = ts_node_named_child_count(node);
    if (count == 0 || role == NodeRole::kScope) return;
    body = ts_node_named_child(node, count - 1);
  }
  if (role != NodeRole::kWrapper) {
    const TSNode first = ts_node_named_child(body, 0);
    if (!ts_node_is_null(first)) body = first;
  }
  Add(rows.first + 1, RowsOf(body).first, kInHeader);
}

void SyntaxReader::Price(TSNode node, const NodeType& type, Rows rows) {
  if (rows.first == rows.last) return;
  std::int32_t cost = 0;
  switch (type.role) {
    case NodeRole::kType:
      cost = kInType;
      break;
    case NodeRole::kCode:
      cost = kInCode;
      break;
    case NodeRole::kName:
      cost = kInStatement;
      break;
    case NodeRole::kScope:
    case NodeRole::kWrapper:
      break;
    case NodeRole::kOther:
    case NodeRole::kAttached:
      // What ends with the node around it is that node's body.
      if (rows.last != levels_.back().last && !ts_node_is_error(node)) {
        cost = kInStatement;
      }
      break;
  }
  Add(rows.first + 1, rows.last, cost);
  if (cost > 0) Add(rows.last, rows.last, kAtClosing);
  if (type.role != NodeRole::kOther && type.role != NodeRole::kAttached) {
    PriceHeader(node, type.role, rows);
  }
}

/// Makes a constructor outside of any class the definition of its class, whose
/// head a macro has hidden. Returns false where there is no such class, or it
/// is known.
bool SyntaxReader::StandForClass(Definition& constructor) {
  Symbol& symbol = constructor.symbol;
  // "Ring::Ring() {}" is one that stands apart from its class.
  if (symbol.name.find(':') != std::string::npos) return true;
  if (++class_searches_ > kMostClassSearches || limit_.IsPassed()) return false;
  const auto head = FindClassHead(text_, constructor.begin, symbol.name);
  if (!head || begins_.count(*head) != 0) return false;
  symbol.kind = "class";
  const auto line_breaks = std::count(
      text_.begin() + static_cast<std::ptrdiff_t>(*head),
      text_.begin() + static_cast<std::ptrdiff_t>(constructor.begin), '\n');
  symbol.line -= static_cast<std::uint32_t>(line_breaks);
  constructor.begin = *head;
  return true;
}

/// Returns whether the node is in the outline now.
bool SyntaxReader::Define(TSNode node, const NodeType& type) {
  const Level& level = levels_.back();
  if (type.kind.empty()) return false;
  // Locals are no part of an outline, but functions in functions are.
  if (level.in_code && type.role != NodeRole::kCode &&
      type.role != NodeRole::kType) {
    return false;
  }
  const auto name = NameNodeOf(node, type, text_);
  if (!name) return false;
  Definition definition;
  definition.begin = ts_node_start_byte(*name);
  if (type.role != NodeRole::kScope) definition.end = ts_node_end_byte(node);
  Symbol& symbol = definition.symbol;
  symbol.name = TextOf(*name, text_);
  // A type that a broken text has put in front: "enable_if_t<x, int> push".
  const std::size_t type_end = symbol.name.rfind("> ");
  if (type_end != std::string::npos && !symbol.name.starts_with("operator")) {
    symbol.name.erase(0, type_end + 2);
  }
  symbol.kind = KindOf(node, type, text_);
  if (symbol.kind == "function" && level.in_type) symbol.kind = "method";
  symbol.line = ts_node_start_point(*name).row + 1;
  const Rows rows = RowsOf(node);
  symbol.lines = rows.last - rows.first + 1;
  symbol.depth = level.depth;
  symbol.owner = OwnerOf(node, text_);
  if (symbol.name.empty()) return false;
  if (symbol.kind == "function" && is_cpp_ && IsConstructor(node) &&
      !StandForClass(definition)) {
    return false;
  }
  begins_.insert(definition.begin);
  definitions_.push_back(std::move(definition));
  return true;
}

/// Returns whether the children are worth a visit; then their level is open.
bool SyntaxReader::Visit(TSNode node) {
  const NodeType& type = grammar_.TypeOf(node);
  const Rows rows = RowsOf(node);
  Attach(type.role, rows);
  Price(node, type, rows);
  const bool named = Define(node, type);
  const Level& parent = levels_.back();
  const bool parent_defines = parent.role != NodeRole::kOther;
  const bool defines = type.role != NodeRole::kOther;
  if (type.role == NodeRole::kAttached || levels_.size() > kMaxDepth ||
      (rows.first == rows.last && !defines && !parent_defines)) {
    return false;
  }
  Level level;
  level.last = rows.last;
  level.role = type.role;
  level.depth = parent.depth + (named ? 1 : 0);
  level.in_code = parent.in_code || type.role == NodeRole::kCode;
  level.in_type = type.role == NodeRole::kType ||
                  (parent.in_type && type.role != NodeRole::kCode);
  levels_.push_back(level);
  return true;
}

/// Visits every node below the cursor's; false where the limit is passed.
bool SyntaxReader::Walk(TSTreeCursor& cursor) {
  levels_.emplace_back();
  bool more = ts_tree_cursor_goto_first_child(&cursor);
  for (std::size_t visited = 1; more; ++visited) {
    if (visited % kNodesBetweenLooks == 0 && limit_.IsPassed()) return false;
    if (definitions_.size() > kMostDefinitions) return false;
    if (Visit(ts_tree_cursor_current_node(&cursor))) {
      if (ts_tree_cursor_goto_first_child(&cursor)) continue;
      levels_.pop_back();
    }
    while (!(more = ts_tree_cursor_goto_next_sibling(&cursor)) &&
           levels_.size() > 1) {
      ts_tree_cursor_goto_parent(&cursor);
      levels_.pop_back();
    }
  }
  return true;
}

std::optional<Syntax> SyntaxReader::Read(TSNode root) {
  TSTreeCursor cursor = ts_tree_cursor_new(root);
  const bool is_whole = Walk(cursor);
  ts_tree_cursor_delete(&cursor);
  if (!is_whole) return std::nullopt;
  Syntax syntax;
  syntax.definitions = std::move(definitions_);
  std::stable_sort(
      syntax.definitions.begin(), syntax.definitions.end(),
      [](const auto& a, const auto& b) { return a.begin < b.begin; });
  std::int64_t cost = 0;
  for (std::size_t line = 0; line + 1 < steps_.size(); ++line) {
    cost += steps_[line];
    syntax.cut_costs.push_back(static_cast<std::uint32_t>(cost));
  }
  return syntax;
}

}  // namespace

std::optional<Syntax> ReadSyntax(const SourceFile& file,
                                 std::uint32_t line_count,
                                 const std::stop_token& stop) {
  const Grammar* grammar = Grammar::Find(file.language.id);
  if (grammar == nullptr || file.text.size() > kMaxParseBytes) {
    return std::nullopt;
  }
  // Names are read off the file's own text: every byte keeps its place.
  const bool has_macros = file.language.id == "cpp" || file.language.id == "c";
  const std::string plain = has_macros ? WithoutMacros(file.text) : "";
  const ParseLimit limit(stop);
  const TreePtr tree =
      ParseText(has_macros ? plain : file.text, grammar->language(), limit);
  if (!tree) return std::nullopt;
  const TSNode root = ts_tree_root_node(tree.get());
  // The root of a text that ends in the middle of something is an error; the
  // definitions before that are whole.
  if (ts_node_child_count(root) == 0) return std::nullopt;
  return SyntaxReader(file.text, *grammar, line_count, limit).Read(root);
}

}  // namespace dobby
