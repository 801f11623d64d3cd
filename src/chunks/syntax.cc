#include "chunks/syntax.h"

#include <tree_sitter/api.h>

#include <utility>

#include "chunks/grammars.h"
#include "chunks/macros.h"
#include "chunks/nodes.h"
#include "chunks/outline_reader.h"
#include "chunks/parse.h"

namespace dobby {
namespace {

// Deeper nodes are nested expressions; nothing to cut at, nothing to name.
constexpr std::size_t kMaxDepth = 400;

// How often the limits of a parse are looked at while its tree is read.
constexpr std::size_t kNodesBetweenLooks = 256;

// What cutting inside a node costs, in units of kChunkCost.
constexpr std::int32_t kInType = 20;
constexpr std::int32_t kInCode = 80;
constexpr std::int32_t kInStatement = 30;
constexpr std::int32_t kInHeader = 120;   // Between a head and its body.
constexpr std::int32_t kInAttached = 80;  // Comment and definition.
constexpr std::int32_t kInRemark = 20;    // Comment and statement.
constexpr std::int32_t kAtClosing = 20;   // Just before a "}".

/// Goes through the tree with a cursor and its own stack, adding up what each
/// node makes a cut cost. Only nodes of several lines matter for that.
class SyntaxReader {
 public:
  SyntaxReader(const std::string& text, const Grammar& grammar,
               std::uint32_t line_count, const ParseLimit& limit)
      : text_(text),
        grammar_(grammar),
        limit_(limit),
        steps_(line_count + 1),
        outline_(text, grammar, limit) {}

  /// Returns nothing where the limit is passed.
  std::optional<Syntax> Read(TSNode root);

 private:
  /// A node whose children are being visited.
  struct Level {
    std::uint32_t last = UINT32_MAX;  ///< Its last line; none ends the file.
    Surroundings surroundings;        ///< Of the children.
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

  /// Adds `cost` to cuts before the lines `first` to `last`.
  void Add(std::uint32_t first, std::uint32_t last, std::int32_t cost) {
    if (first > last || last + 1 >= steps_.size()) return;
    steps_[first] += cost;
    steps_[last + 1] -= cost;
  }

  const std::string& text_;
  const Grammar& grammar_;
  const ParseLimit& limit_;
  std::vector<std::int64_t> steps_;  ///< Differences from line to line.
  std::vector<Level> levels_;
  OutlineReader outline_;
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

/// Returns whether the children are worth a visit; then their level is open.
bool SyntaxReader::Visit(TSNode node) {
  const NodeType& type = grammar_.TypeOf(node);
  const Rows rows = RowsOf(node);
  Attach(type.role, rows);
  Price(node, type, rows);
  Surroundings& around = levels_.back().surroundings;
  const NodeOutcome outcome = outline_.Read(node, type, rows, around);
  const bool opens = type.role != NodeRole::kOther ||
                     type.reading == Reading::kOpen ||
                     type.reading == Reading::kCall;
  if (type.role == NodeRole::kAttached) return false;
  const bool is_visited = levels_.size() <= kMaxDepth &&
                          (rows.first != rows.last || opens || around.opens);
  Level level;
  level.last = rows.last;
  if (is_visited) {
    level.surroundings = Inside(node, type, outcome, around, text_);
  }
  // A word like "export" stands between attributes and their definition.
  if (ts_node_is_named(node)) around.attributes.clear();
  if (is_visited) levels_.push_back(std::move(level));
  return is_visited;
}

/// Visits every node below the cursor's; false where the limit is passed.
bool SyntaxReader::Walk(TSTreeCursor& cursor) {
  levels_.emplace_back();
  bool more = ts_tree_cursor_goto_first_child(&cursor);
  for (std::size_t visited = 1; more; ++visited) {
    if (visited % kNodesBetweenLooks == 0 && limit_.IsPassed()) return false;
    if (outline_.count() > kMostDefinitions) return false;
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
  syntax.definitions = outline_.Finish();
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
  const std::string_view id = file.language.id;
  const bool is_objective_c = id == "objectivec";
  const bool has_macros = id == "cpp" || id == "c" || is_objective_c;
  std::string plain = has_macros ? WithoutMacros(file.text) : "";
  if (is_objective_c) plain = WithPlainEnums(plain);
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
