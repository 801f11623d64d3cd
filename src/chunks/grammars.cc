#include "chunks/grammars.h"

#include <map>
#include <string>

#include "chunks/node_types.h"

extern "C" {
const TSLanguage* tree_sitter_bash();
const TSLanguage* tree_sitter_c();
const TSLanguage* tree_sitter_c_sharp();
const TSLanguage* tree_sitter_cpp();
const TSLanguage* tree_sitter_dart();
const TSLanguage* tree_sitter_elixir();
const TSLanguage* tree_sitter_go();
const TSLanguage* tree_sitter_java();
const TSLanguage* tree_sitter_javascript();
const TSLanguage* tree_sitter_kotlin();
const TSLanguage* tree_sitter_lua();
const TSLanguage* tree_sitter_objc();
const TSLanguage* tree_sitter_php();
const TSLanguage* tree_sitter_python();
const TSLanguage* tree_sitter_r();
const TSLanguage* tree_sitter_ruby();
const TSLanguage* tree_sitter_rust();
const TSLanguage* tree_sitter_swift();
const TSLanguage* tree_sitter_tsx();
const TSLanguage* tree_sitter_typescript();
const TSLanguage* tree_sitter_zig();
}

namespace dobby {
namespace {

using enum Visibility;

struct GrammarRow {
  std::string_view language_id;
  const TSLanguage* (*language)();
  const NodeTypes& (*types)();
  Visibility visibility;
};

constexpr GrammarRow kGrammars[] = {
    {"bash", tree_sitter_bash, BashTypes, kAlways},
    {"c", tree_sitter_c, CTypes, kStatic},
    {"cpp", tree_sitter_cpp, CppTypes, kStatic},
    {"csharp", tree_sitter_c_sharp, CSharpTypes, kPublic},
    {"cuda", tree_sitter_cpp, CppTypes, kStatic},
    {"dart", tree_sitter_dart, DartTypes, kUnderscore},
    {"elixir", tree_sitter_elixir, ElixirTypes, kNotLocal},
    {"go", tree_sitter_go, GoTypes, kCapital},
    {"java", tree_sitter_java, JavaTypes, kPublic},
    {"javascript", tree_sitter_javascript, JavaScriptTypes, kExport},
    {"kotlin", tree_sitter_kotlin, KotlinTypes, kNotPrivate},
    {"lua", tree_sitter_lua, LuaTypes, kNotLocal},
    {"objectivec", tree_sitter_objc, ObjectiveCTypes, kStatic},
    {"php", tree_sitter_php, PhpTypes, kNotPrivate},
    {"python", tree_sitter_python, PythonTypes, kUnderscore},
    {"r", tree_sitter_r, RTypes, kAlways},
    {"ruby", tree_sitter_ruby, RubyTypes, kUnderscore},
    {"rust", tree_sitter_rust, RustTypes, kPub},
    {"swift", tree_sitter_swift, SwiftTypes, kNotPrivate},
    {"tsx", tree_sitter_tsx, TypeScriptTypes, kExport},
    {"typescript", tree_sitter_typescript, TypeScriptTypes, kExport},
    {"zig", tree_sitter_zig, ZigTypes, kPub},
};

using Grammars = std::map<std::string_view, Grammar>;

const Grammars& AllGrammars() {
  static const Grammars* const grammars = [] {
    auto* all = new Grammars;
    for (const GrammarRow& row : kGrammars) {
      all->try_emplace(row.language_id, row.language(), row.types(),
                       row.visibility);
    }
    return all;
  }();
  return *grammars;
}

}  // namespace

Grammar::Grammar(const TSLanguage* language, const std::vector<NodeType>& types,
                 Visibility visibility)
    : language_(language),
      visibility_(visibility),
      types_(ts_language_symbol_count(language)) {
  for (TSSymbol symbol = 0; symbol < types_.size(); ++symbol) {
    if (ts_language_symbol_type(language, symbol) != TSSymbolTypeRegular) {
      continue;
    }
    const std::string_view name = ts_language_symbol_name(language, symbol);
    types_[symbol].name = name;
    if (name.find("comment") != std::string_view::npos) {
      types_[symbol].role = NodeRole::kAttached;
    }
    for (const NodeType& type : types) {
      if (type.name == name) types_[symbol] = type;
    }
  }
}

const Grammar* Grammar::Find(std::string_view language_id) {
  const auto found = AllGrammars().find(language_id);
  return found == AllGrammars().end() ? nullptr : &found->second;
}

}  // namespace dobby
