#include "chunks/grammars.h"

#include <map>
#include <string>

extern "C" {
const TSLanguage* tree_sitter_bash();
const TSLanguage* tree_sitter_c();
const TSLanguage* tree_sitter_c_sharp();
const TSLanguage* tree_sitter_cpp();
const TSLanguage* tree_sitter_go();
const TSLanguage* tree_sitter_java();
const TSLanguage* tree_sitter_javascript();
const TSLanguage* tree_sitter_kotlin();
const TSLanguage* tree_sitter_php();
const TSLanguage* tree_sitter_python();
const TSLanguage* tree_sitter_ruby();
const TSLanguage* tree_sitter_rust();
const TSLanguage* tree_sitter_swift();
const TSLanguage* tree_sitter_tsx();
const TSLanguage* tree_sitter_typescript();
}

namespace dobby {
namespace {

using Types = std::vector<NodeType>;
using enum NodeRole;

Types operator+(Types a, const Types& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// The node types of each grammar that define or hold something. Comments are
// found by their name, in every grammar.

const Types& C() {
  static const Types types = {
      {"function_definition", kCode, "function", "declarator"},
      {"declaration", kName, "function", "declarator"},
      {"struct_specifier", kType, "struct"},
      {"union_specifier", kType, "union"},
      {"enum_specifier", kType, "enum"},
      {"type_definition", kWrapper, "type", "declarator"},
      {"preproc_function_def", kName, "macro"},
      {"preproc_if", kScope},
      {"preproc_ifdef", kScope},
      {"preproc_else", kScope},
      {"preproc_elif", kScope},
      {"linkage_specification", kScope},
  };
  return types;
}

const Types& Cpp() {
  static const Types types =
      C() + Types{
                {"class_specifier", kType, "class"},
                {"namespace_definition", kScope, "namespace"},
                {"template_declaration", kWrapper},
                {"field_declaration", kName, "function", "declarator"},
                {"alias_declaration", kName, "type"},
                {"concept_definition", kName, "concept"},
            };
  return types;
}

const Types& Python() {
  static const Types types = {
      {"class_definition", kType, "class"},
      {"function_definition", kCode, "function"},
      {"decorated_definition", kWrapper},
  };
  return types;
}

const Types& Rust() {
  static const Types types = {
      {"function_item", kCode, "function"},
      {"function_signature_item", kName, "function"},
      {"struct_item", kType, "struct"},
      {"enum_item", kType, "enum"},
      {"union_item", kType, "union"},
      {"trait_item", kType, "trait"},
      {"impl_item", kType, "impl", "type"},
      {"mod_item", kScope, "module"},
      {"macro_definition", kCode, "macro"},
      {"type_item", kName, "type"},
      {"attribute_item", kAttached},
  };
  return types;
}

const Types& Go() {
  static const Types types = {
      {"function_declaration", kCode, "function"},
      {"method_declaration", kCode, "method"},
      {"type_declaration", kWrapper},
      {"type_spec", kType, "type"},
      {"type_alias", kName, "type"},
  };
  return types;
}

const Types& Java() {
  static const Types types = {
      {"class_declaration", kType, "class"},
      {"interface_declaration", kType, "interface"},
      {"enum_declaration", kType, "enum"},
      {"record_declaration", kType, "record"},
      {"annotation_type_declaration", kType, "annotation"},
      {"method_declaration", kCode, "method"},
      {"constructor_declaration", kCode, "constructor"},
      {"compact_constructor_declaration", kCode, "constructor"},
  };
  return types;
}

const Types& JavaScript() {
  static const Types types = {
      {"class_declaration", kType, "class"},
      {"class", kType},
      {"function_declaration", kCode, "function"},
      {"generator_function_declaration", kCode, "function"},
      {"method_definition", kCode, "method"},
      {"arrow_function", kCode},
      {"function_expression", kCode},
      {"generator_function", kCode},
      {"variable_declarator", kWrapper, "function", "name", "value"},
      {"assignment_expression", kWrapper, "function", "left", "right"},
      {"field_definition", kWrapper, "method", "property", "value"},
      {"export_statement", kWrapper},
      {"expression_statement", kWrapper},
      {"lexical_declaration", kWrapper},
      {"variable_declaration", kWrapper},
      {"decorator", kAttached},
  };
  return types;
}

const Types& TypeScript() {
  static const Types types =
      JavaScript() +
      Types{
          {"abstract_class_declaration", kType, "class"},
          {"interface_declaration", kType, "interface"},
          {"enum_declaration", kType, "enum"},
          {"type_alias_declaration", kName, "type"},
          {"internal_module", kScope, "namespace"},
          {"module", kScope, "namespace"},
          {"ambient_declaration", kWrapper},
          {"function_signature", kName, "function"},
          {"method_signature", kName, "method"},
          {"abstract_method_signature", kName, "method"},
          {"public_field_definition", kWrapper, "method", "name", "value"},
      };
  return types;
}

const Types& CSharp() {
  static const Types types = {
      {"namespace_declaration", kScope, "namespace"},
      {"file_scoped_namespace_declaration", kScope, "namespace"},
      {"class_declaration", kType, "class"},
      {"struct_declaration", kType, "struct"},
      {"interface_declaration", kType, "interface"},
      {"record_declaration", kType, "record"},
      {"enum_declaration", kType, "enum"},
      {"delegate_declaration", kName, "delegate"},
      {"method_declaration", kCode, "method"},
      {"constructor_declaration", kCode, "constructor"},
      {"destructor_declaration", kCode, "destructor"},
      {"operator_declaration", kCode, "operator", "operator"},
      {"property_declaration", kCode, "property"},
      {"local_function_statement", kCode, "function"},
      {"preproc_if", kScope},
      {"preproc_else", kScope},
  };
  return types;
}

const Types& Ruby() {
  static const Types types = {
      {"class", kType, "class"},
      {"module", kType, "module"},
      {"singleton_class", kType},
      {"method", kCode, "function"},
      {"singleton_method", kCode, "function"},
  };
  return types;
}

const Types& Php() {
  static const Types types = {
      {"namespace_definition", kScope, "namespace"},
      {"class_declaration", kType, "class"},
      {"interface_declaration", kType, "interface"},
      {"trait_declaration", kType, "trait"},
      {"enum_declaration", kType, "enum"},
      {"function_definition", kCode, "function"},
      {"method_declaration", kCode, "method"},
  };
  return types;
}

const Types& Kotlin() {
  static const Types types = {
      {"class_declaration", kType, "class"},
      {"object_declaration", kType, "object"},
      {"companion_object", kType, "object"},
      {"function_declaration", kCode, "function"},
      {"secondary_constructor", kCode},
      {"type_alias", kName, "type", "type"},
  };
  return types;
}

const Types& Swift() {
  static const Types types = {
      {"class_declaration", kType, "class"},
      {"protocol_declaration", kType, "protocol"},
      {"function_declaration", kCode, "function"},
      {"protocol_function_declaration", kName, "function"},
      {"init_declaration", kCode, "initializer"},
      {"typealias_declaration", kName, "type"},
  };
  return types;
}

const Types& Bash() {
  static const Types types = {{"function_definition", kCode, "function"}};
  return types;
}

struct GrammarRow {
  std::string_view language_id;
  const TSLanguage* (*language)();
  const Types& (*types)();
};

constexpr GrammarRow kGrammars[] = {
    {"bash", tree_sitter_bash, Bash},
    {"c", tree_sitter_c, C},
    {"cpp", tree_sitter_cpp, Cpp},
    {"csharp", tree_sitter_c_sharp, CSharp},
    {"cuda", tree_sitter_cpp, Cpp},
    {"go", tree_sitter_go, Go},
    {"java", tree_sitter_java, Java},
    {"javascript", tree_sitter_javascript, JavaScript},
    {"kotlin", tree_sitter_kotlin, Kotlin},
    {"php", tree_sitter_php, Php},
    {"python", tree_sitter_python, Python},
    {"ruby", tree_sitter_ruby, Ruby},
    {"rust", tree_sitter_rust, Rust},
    {"swift", tree_sitter_swift, Swift},
    {"tsx", tree_sitter_tsx, TypeScript},
    {"typescript", tree_sitter_typescript, TypeScript},
};

using Grammars = std::map<std::string_view, Grammar>;

const Grammars& AllGrammars() {
  static const Grammars* const grammars = [] {
    auto* all = new Grammars;
    for (const GrammarRow& row : kGrammars) {
      all->try_emplace(row.language_id, row.language(), row.types());
    }
    return all;
  }();
  return *grammars;
}

}  // namespace

Grammar::Grammar(const TSLanguage* language, const std::vector<NodeType>& types)
    : language_(language), types_(ts_language_symbol_count(language)) {
  for (TSSymbol symbol = 0; symbol < types_.size(); ++symbol) {
    if (ts_language_symbol_type(language, symbol) != TSSymbolTypeRegular) {
      continue;
    }
    const std::string_view name = ts_language_symbol_name(language, symbol);
    types_[symbol].name = name;
    if (name.find("comment") != std::string_view::npos) {
      types_[symbol].role = kAttached;
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
