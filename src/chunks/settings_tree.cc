// Settings that a grammar of tree-sitter finds.
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "chunks/parse.h"
#include "chunks/settings_parts.h"

extern "C" {
const TSLanguage* tree_sitter_json();
const TSLanguage* tree_sitter_toml();
const TSLanguage* tree_sitter_xml();
}

namespace dobby {
namespace {

// Each level is at most four nodes of the tree.
constexpr int kMostNodesDeep = 4 * static_cast<int>(kMostLevels);

constexpr std::size_t kNodesBetweenLooks = 256;

/// What a node means for settings.
enum class Role : std::uint8_t {
  kOther,   ///< Nothing; its children may.
  kPair,    ///< A key, then what it holds.
  kTag,     ///< In a pair: has the key as its first child.
  kItems,   ///< A list.
  kTable,   ///< A pair that is an item of the list with its name.
  kScalar,  ///< A value.
  kSkip,    ///< A comment and the like.
};

struct RoleRow {
  std::string_view node_type;
  Role role;
};

constexpr RoleRow kRoles[] = {
    // JSON; TOML has some of the same names.
    {"pair", Role::kPair},
    {"array", Role::kItems},
    {"string", Role::kScalar},
    {"number", Role::kScalar},
    {"true", Role::kScalar},
    {"false", Role::kScalar},
    {"null", Role::kScalar},
    {"comment", Role::kSkip},
    // TOML
    {"table", Role::kPair},
    {"table_array_element", Role::kTable},
    {"integer", Role::kScalar},
    {"float", Role::kScalar},
    {"boolean", Role::kScalar},
    {"offset_date_time", Role::kScalar},
    {"local_date_time", Role::kScalar},
    {"local_date", Role::kScalar},
    {"local_time", Role::kScalar},
    // XML
    {"element", Role::kPair},
    {"STag", Role::kTag},
    {"EmptyElemTag", Role::kTag},
    {"Attribute", Role::kPair},
    {"AttValue", Role::kScalar},
    {"CharData", Role::kScalar},
    {"CData", Role::kScalar},
    {"EntityRef", Role::kScalar},
    {"CharRef", Role::kScalar},
    {"ETag", Role::kSkip},
    {"prolog", Role::kSkip},
    {"Comment", Role::kSkip},
    {"PI", Role::kSkip},
};

/// A grammar with the roles of its nodes.
struct SettingsGrammar {
  const TSLanguage* language;
  std::vector<Role> roles;  ///< By symbol.

  explicit SettingsGrammar(const TSLanguage* of)
      : language(of), roles(ts_language_symbol_count(of)) {
    for (TSSymbol symbol = 0; symbol < roles.size(); ++symbol) {
      if (ts_language_symbol_type(of, symbol) != TSSymbolTypeRegular) continue;
      const std::string_view name = ts_language_symbol_name(of, symbol);
      for (const RoleRow& row : kRoles) {
        if (row.node_type == name) roles[symbol] = row.role;
      }
    }
  }
};

const SettingsGrammar& GrammarOf(SettingsFormat format) {
  static const auto* const json = new SettingsGrammar(tree_sitter_json());
  static const auto* const toml = new SettingsGrammar(tree_sitter_toml());
  static const auto* const xml = new SettingsGrammar(tree_sitter_xml());
  if (format == SettingsFormat::kToml) return *toml;
  return format == SettingsFormat::kXml ? *xml : *json;
}

class TreeReader {
 public:
  TreeReader(const std::string& text, SettingsFormat format,
             const ParseLimit& limit)
      : text_(text),
        format_(format),
        grammar_(GrammarOf(format)),
        limit_(limit) {}

  std::vector<Setting> Read(TSNode root) {
    cursor_ = ts_tree_cursor_new(root);
    VisitChildren({}, 0);
    ts_tree_cursor_delete(&cursor_);
    return std::move(settings_);
  }

 private:
  static constexpr std::size_t kNone = SIZE_MAX;

  /// Where a node lies.
  struct Place {
    std::string path;
    std::size_t owner = kNone;  ///< The setting that it is the value of.
    std::uint32_t depth = 0;
    bool in_list = false;
    bool is_item = false;  ///< Directly in the list.
  };

  Role RoleOf(TSNode node) const {
    const TSSymbol symbol = ts_node_symbol(node);
    return symbol < grammar_.roles.size() ? grammar_.roles[symbol]
                                          : Role::kOther;
  }

  std::string_view SourceOf(TSNode node) const {
    const std::uint32_t begin = ts_node_start_byte(node);
    return std::string_view(text_).substr(begin,
                                          ts_node_end_byte(node) - begin);
  }

  bool IsDone() {
    done_ = done_ || settings_.size() >= kMostSettings ||
            (++visited_ % kNodesBetweenLooks == 0 && limit_.IsPassed());
    return done_;
  }

  /// Calls `visit` with each named child of the cursor's node.
  template <class Visit>
  void ForChildren(const Visit& visit) {
    if (!ts_tree_cursor_goto_first_child(&cursor_)) return;
    do {
      const TSNode node = ts_tree_cursor_current_node(&cursor_);
      if (ts_node_is_named(node) && RoleOf(node) != Role::kSkip) visit(node);
    } while (!IsDone() && ts_tree_cursor_goto_next_sibling(&cursor_));
    ts_tree_cursor_goto_parent(&cursor_);
  }

  void VisitChildren(const Place& place, int nodes_deep) {
    ForChildren([&](TSNode node) { Visit(node, place, nodes_deep + 1); });
  }

  void Visit(TSNode node, const Place& place, int nodes_deep);
  void VisitPair(const Place& inside, Place& inner, int nodes_deep);
  void AddScalar(TSNode node, const Place& place);
  Place Open(TSNode key, const Place& place);
  std::string NameOf(TSNode key) const;
  std::string PartOf(std::string_view source) const;

  void MarkGroup(const Place& place) {
    if (place.owner != kNone) settings_[place.owner].is_group = true;
  }

  const std::string& text_;
  const SettingsFormat format_;
  const SettingsGrammar& grammar_;
  const ParseLimit& limit_;
  TSTreeCursor cursor_{};
  std::vector<Setting> settings_;
  std::size_t visited_ = 0;
  bool done_ = false;
};

std::string TreeReader::PartOf(std::string_view source) const {
  if (format_ == SettingsFormat::kXml) return std::string(Trim(source));
  return OneLine(DecodedScalar(source, format_));
}

/// Returns the name of a key; of TOML's dotted keys all parts.
std::string TreeReader::NameOf(TSNode key) const {
  const std::string_view source = SourceOf(key);
  if (source.size() > kMostPathOfSettingBytes) return "";
  if (std::string_view(ts_node_type(key)) != "dotted_key") {
    return PartOf(source);
  }
  std::string name;
  std::size_t begin = 0;
  char quote = 0;
  for (std::size_t at = 0; at <= source.size(); ++at) {
    const char c = at < source.size() ? source[at] : '.';
    if (quote == 0 && c == '.') {
      name = JoinedPath(name, PartOf(Trim(source.substr(begin, at - begin))));
      begin = at + 1;
    } else if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    }
  }
  return name;
}

/// Adds the setting of a key; returns the place of what it holds. Its owner is
/// kNone where the key was left out.
TreeReader::Place TreeReader::Open(TSNode key, const Place& place) {
  MarkGroup(place);
  Setting setting;
  setting.name = NameOf(key);
  setting.path = JoinedPath(place.path, setting.name);
  setting.line = ts_node_start_point(key).row + 1;
  setting.depth = place.depth;
  setting.in_list = place.in_list;
  setting.begin = ts_node_start_byte(key);
  Place inner{setting.path, settings_.size(), place.depth + 1, place.in_list,
              false};
  if (setting.name.empty() || place.depth >= kMostLevels ||
      setting.path.size() > kMostPathOfSettingBytes) {
    inner.owner = kNone;
    return inner;
  }
  settings_.push_back(std::move(setting));
  return inner;
}

/// Visits the children of a pair, or of the tag in it: the first is its key.
void TreeReader::VisitPair(const Place& inside, Place& inner, int nodes_deep) {
  bool has_key = inner.depth > 0;
  ForChildren([&](TSNode node) {
    if (!has_key && RoleOf(node) == Role::kTag) {
      VisitPair(inside, inner, nodes_deep + 1);
      has_key = inner.depth > 0;
    } else if (!has_key) {
      const bool is_list = inner.in_list && !inside.in_list;
      inner = Open(node, inside);
      inner.in_list = inner.in_list || is_list;
      has_key = true;
    } else if (inner.owner != kNone) {
      Visit(node, inner, nodes_deep + 1);
    }
  });
}

void TreeReader::AddScalar(TSNode node, const Place& place) {
  // What the parser thinks is missing takes no bytes.
  if (SourceOf(node).empty()) return;
  const std::string value = DecodedScalar(SourceOf(node), format_);
  if (place.is_item && !place.path.empty()) {
    settings_.push_back({place.path, "", value,
                         ts_node_start_point(node).row + 1, place.depth, false,
                         true, ts_node_start_byte(node)});
  } else if (place.owner != kNone) {
    // The text of an element may come in pieces.
    std::string& all = settings_[place.owner].value;
    if (all.size() + value.size() > kMostValueBytes || value.empty()) return;
    const std::uint32_t begin = ts_node_start_byte(node);
    const bool touches =
        all.empty() || (!IsBlank(SourceOf(node).substr(0, 1)) &&
                        !IsBlank(text_.substr(begin - 1, 1)));
    all += (touches ? "" : " ") + value;
  }
}

void TreeReader::Visit(TSNode node, const Place& place, int nodes_deep) {
  if (nodes_deep > kMostNodesDeep || done_) return;
  switch (RoleOf(node)) {
    case Role::kPair: {
      Place inner;
      VisitPair(place, inner, nodes_deep);
      return;
    }
    case Role::kTable: {
      Place inner;
      inner.in_list = true;
      VisitPair(place, inner, nodes_deep);
      return;
    }
    case Role::kItems: {
      MarkGroup(place);
      Place items = place;
      items.in_list = items.is_item = true;
      items.owner = kNone;
      VisitChildren(items, nodes_deep);
      return;
    }
    case Role::kScalar:
      AddScalar(node, place);
      return;
    case Role::kOther:
    case Role::kTag:
      VisitChildren(place, nodes_deep);
      return;
    case Role::kSkip:
      return;
  }
}

}  // namespace

std::vector<Setting> ReadTreeSettings(std::string_view text,
                                      SettingsFormat format,
                                      const std::stop_token& stop) {
  const std::string source(text);
  const ParseLimit limit(stop);
  const TreePtr tree = ParseText(source, GrammarOf(format).language, limit);
  if (!tree) return {};
  return TreeReader(source, format, limit).Read(ts_tree_root_node(tree.get()));
}

}  // namespace dobby
