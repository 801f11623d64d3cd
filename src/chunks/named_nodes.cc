#include "chunks/named_nodes.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "chunks/definition_names.h"
#include "chunks/parse.h"
#include "chunks/settings.h"

extern "C" {
const TSLanguage* tree_sitter_cmake();
const TSLanguage* tree_sitter_containerfile();
const TSLanguage* tree_sitter_css();
const TSLanguage* tree_sitter_html();
const TSLanguage* tree_sitter_proto();
}

namespace dobby {
namespace {

// Deeper nodes name nothing that a reader looks for.
constexpr int kMostNodesDeep = 200;
constexpr std::size_t kNodesBetweenLooks = 256;
constexpr std::size_t kMostNameBytes = 100;

/// Which node is the name.
enum class NameIs : std::uint8_t {
  kItself,      ///< The node.
  kChild,       ///< Its first named child.
  kField,       ///< Its field `word`.
  kArgument,    ///< The first argument of a command called `word`.
  kElementText  ///< The text of an element with the tag `word`.
};

/// A kind of part: nodes of that type have it and a name.
struct NamedNode {
  std::string_view language_id, node_type, kind;
  NameIs name;
  std::string_view word = {};
  std::uint32_t depth = 0;  ///< For headings.
};

using enum NameIs;

constexpr NamedNode kNamedNodes[] = {
    {"cmake", "normal_command", "project", kArgument, "project"},
    {"cmake", "normal_command", "target", kArgument, "add_custom_target"},
    {"cmake", "normal_command", "executable", kArgument, "add_executable"},
    {"cmake", "normal_command", "library", kArgument, "add_library"},
    {"cmake", "normal_command", "option", kArgument, "option"},
    {"cmake", "function_command", "command", kArgument},
    {"cmake", "macro_command", "command", kArgument},
    {"css", "class_selector", "selector", kItself},
    {"css", "id_selector", "selector", kItself},
    {"css", "keyframes_name", "animation", kItself},
    {"dockerfile", "from_instruction", "stage", kField, "as"},
    {"dockerfile", "image_spec", "image", kItself},
    {"dockerfile", "entrypoint_instruction", "entry point", kChild},
    {"dockerfile", "cmd_instruction", "command", kChild},
    {"dockerfile", "expose_port", "port", kItself},
    {"html", "element", "title", kElementText, "title"},
    {"html", "element", "section", kElementText, "h1"},
    {"html", "element", "section", kElementText, "h2", 1},
    {"html", "element", "section", kElementText, "h3", 2},
    {"protobuf", "message", "message", kChild},
    {"protobuf", "enum", "enum", kChild},
    {"protobuf", "service", "service", kChild},
    {"protobuf", "rpc", "method", kChild},
    {"protobuf", "package", "package", kChild},
};

struct PartGrammar {
  std::string_view language_id;
  const TSLanguage* (*language)();
};

constexpr PartGrammar kPartGrammars[] = {
    {"cmake", tree_sitter_cmake},
    {"css", tree_sitter_css},
    {"dockerfile", tree_sitter_containerfile},
    {"html", tree_sitter_html},
    {"protobuf", tree_sitter_proto},
};

const PartGrammar* FindGrammar(std::string_view language_id) {
  for (const PartGrammar& grammar : kPartGrammars) {
    if (grammar.language_id == language_id) return &grammar;
  }
  return nullptr;
}

class PartReader {
 public:
  PartReader(const std::string& text, const PartGrammar& grammar,
             const ParseLimit& limit)
      : text_(text),
        limit_(limit),
        rows_(ts_language_symbol_count(grammar.language())) {
    for (TSSymbol symbol = 0; symbol < rows_.size(); ++symbol) {
      const std::string_view name =
          ts_language_symbol_name(grammar.language(), symbol);
      if (ts_language_symbol_type(grammar.language(), symbol) !=
          TSSymbolTypeRegular) {
        continue;
      }
      for (const NamedNode& row : kNamedNodes) {
        if (row.language_id == grammar.language_id && row.node_type == name) {
          rows_[symbol].push_back(&row);
        }
      }
    }
  }

  std::vector<Definition> Read(TSNode root) {
    cursor_ = ts_tree_cursor_new(root);
    Visit(0, 0);
    ts_tree_cursor_delete(&cursor_);
    return std::move(parts_);
  }

 private:
  std::string_view SourceOf(TSNode node) const {
    const std::uint32_t begin = ts_node_start_byte(node);
    return std::string_view(text_).substr(begin,
                                          ts_node_end_byte(node) - begin);
  }

  bool IsCalled(TSNode node, std::string_view word) const {
    if (word.empty()) return true;
    const std::string_view name = SourceOf(ts_node_named_child(node, 0));
    return name.size() == word.size() && Lower(name) == word;
  }

  std::optional<TSNode> NameOf(TSNode node, const NamedNode& row) const;
  std::string TextOfElement(TSNode element) const;
  bool Define(TSNode node, std::uint32_t depth);
  void Visit(std::uint32_t depth, int nodes_deep);

  const std::string& text_;
  const ParseLimit& limit_;
  std::vector<std::vector<const NamedNode*>> rows_;  ///< By symbol.
  TSTreeCursor cursor_{};
  std::vector<Definition> parts_;
  std::unordered_set<std::string> selectors_;
  std::size_t visited_ = 0;
  bool done_ = false;
};

std::optional<TSNode> PartReader::NameOf(TSNode node,
                                         const NamedNode& row) const {
  TSNode name = node;
  switch (row.name) {
    case kItself:
      break;
    case kChild:
      name = ts_node_named_child(node, 0);
      break;
    case kField:
      name = FieldOf(node, row.word);
      break;
    case kArgument:
      if (!IsCalled(node, row.word)) return std::nullopt;
      // The command's own name, then "(", its arguments, ")".
      for (const std::uint32_t at : {1u, 0u}) {
        const TSNode list = ts_node_named_child(node, at);
        if (ts_node_is_null(list) ||
            std::string_view(ts_node_type(list)) != "argument_list") {
          continue;
        }
        name = ts_node_named_child(list, 0);
        break;
      }
      break;
    case kElementText: {
      const TSNode tag = ts_node_named_child(node, 0);
      if (ts_node_is_null(tag) || !IsCalled(tag, row.word)) return std::nullopt;
      name = ts_node_named_child(node, 1);
      break;
    }
  }
  if (ts_node_is_null(name)) return std::nullopt;
  if (row.name != kItself && ts_node_eq(name, node)) return std::nullopt;
  return name;
}

/// Returns the text of an element without the tags in it.
std::string PartReader::TextOfElement(TSNode element) const {
  std::string_view source = SourceOf(element);
  source = source.substr(0, 8 * kMostNameBytes);
  std::string plain;
  bool in_tag = false;
  for (const char c : source) {
    in_tag = in_tag || c == '<';
    if (!in_tag) plain += c;
    if (c == '>') in_tag = false;
  }
  return plain;
}

/// Returns whether the node is a part now.
bool PartReader::Define(TSNode node, std::uint32_t depth) {
  const TSSymbol symbol = ts_node_symbol(node);
  if (symbol >= rows_.size()) return false;
  for (const NamedNode* row : rows_[symbol]) {
    const auto name = NameOf(node, *row);
    if (!name) continue;
    const std::string text =
        row->name == kElementText
            ? TextOfElement(node)
            : std::string(SourceOf(*name).substr(0, 8 * kMostNameBytes));
    Definition part;
    part.symbol.kind = row->kind;
    part.symbol.name = OneLine(JoinedWords(text));
    if (part.symbol.name.empty() || part.symbol.name.find("${") == 0) continue;
    if (part.symbol.name.size() > kMostNameBytes) {
      part.symbol.name = Shortened(part.symbol.name, kMostNameBytes);
    }
    const bool is_selector = row->kind == "selector";
    if (is_selector && !selectors_.insert(part.symbol.name).second) continue;
    part.symbol.line = ts_node_start_point(*name).row + 1;
    part.symbol.depth = depth + row->depth;
    part.begin = ts_node_start_byte(*name);
    if (row->name == kChild) {
      part.symbol.lines =
          ts_node_end_point(node).row - ts_node_start_point(node).row + 1;
    }
    parts_.push_back(std::move(part));
    return true;
  }
  return false;
}

void PartReader::Visit(std::uint32_t depth, int nodes_deep) {
  if (nodes_deep > kMostNodesDeep || done_) return;
  if (!ts_tree_cursor_goto_first_child(&cursor_)) return;
  do {
    done_ = parts_.size() >= kMostDefinitions ||
            (++visited_ % kNodesBetweenLooks == 0 && limit_.IsPassed());
    const TSNode node = ts_tree_cursor_current_node(&cursor_);
    if (done_ || !ts_node_is_named(node)) continue;
    const bool is_part = Define(node, depth);
    const bool nests = is_part && (parts_.back().symbol.kind == "message" ||
                                   parts_.back().symbol.kind == "service");
    Visit(depth + (nests ? 1 : 0), nodes_deep + 1);
  } while (!done_ && ts_tree_cursor_goto_next_sibling(&cursor_));
  ts_tree_cursor_goto_parent(&cursor_);
}

}  // namespace

bool HasNamedNodes(std::string_view language_id) {
  return FindGrammar(language_id) != nullptr;
}

std::vector<Definition> NamedNodesOf(std::string_view text,
                                     std::string_view language_id,
                                     const std::stop_token& stop) {
  const PartGrammar* grammar = FindGrammar(language_id);
  if (grammar == nullptr || text.size() > kMaxParseBytes) return {};
  const std::string source(text);
  const ParseLimit limit(stop);
  const TreePtr tree = ParseText(source, grammar->language(), limit);
  if (!tree) return {};
  std::vector<Definition> parts =
      PartReader(source, *grammar, limit).Read(ts_tree_root_node(tree.get()));
  std::stable_sort(
      parts.begin(), parts.end(),
      [](const auto& a, const auto& b) { return a.begin < b.begin; });
  return parts;
}

}  // namespace dobby
