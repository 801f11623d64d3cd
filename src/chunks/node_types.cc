#include "chunks/node_types.h"

namespace dobby {
namespace {

using enum NodeRole;
using enum Reading;

}  // namespace

NodeTypes Joined(NodeTypes a, const NodeTypes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const NodeTypes& CTypes() {
  static const NodeTypes types = {
      {"function_definition", kCode, "function", "declarator"},
      {"declaration", kName, "function", "declarator"},
      {"struct_specifier", kType, "struct"},
      {"union_specifier", kType, "union"},
      {"enum_specifier", kType, "enum"},
      {"type_definition", kWrapper, "type", "declarator"},
      {"field_declaration", kOther, "", "", "", kOpen},
      {"preproc_function_def", kName, "macro"},
      {"preproc_def", kOther, "constant", "name", "value", kConstant},
      {"preproc_if", kScope},
      {"preproc_ifdef", kScope},
      {"preproc_else", kScope, "", "", "", kElse},
      {"preproc_elif", kScope, "", "", "", kElse},
      {"linkage_specification", kScope},
      {"expression_statement", kOther, "", "", "", kOpen},
      {"call_expression", kOther, "", "function", "", kCall},
  };
  return types;
}

const NodeTypes& CppTypes() {
  static const NodeTypes types = Joined(
      CTypes(), {
                    {"class_specifier", kType, "class"},
                    {"namespace_definition", kScope, "namespace"},
                    {"template_declaration", kWrapper},
                    {"friend_declaration", kWrapper},
                    {"field_declaration", kName, "function", "declarator"},
                    {"alias_declaration", kName, "type"},
                    {"concept_definition", kName, "concept"},
                    {"access_specifier", kOther, "", "", "", kSection},
                });
  return types;
}

const NodeTypes& ObjectiveCTypes() {
  static const NodeTypes types = Joined(
      CTypes(), {
                    {"class_interface", kType, "interface", ":identifier"},
                    {"class_implementation", kType, "class", ":identifier"},
                    {"protocol_declaration", kType, "protocol", ":identifier"},
                    {"implementation_definition", kWrapper},
                    {"method_declaration", kName, "method", ":identifier"},
                    {"method_definition", kCode, "method", ":identifier"},
                });
  return types;
}

const NodeTypes& RustTypes() {
  static const NodeTypes types = {
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
      {"const_item", kOther, "constant", "name", "value", kExportedConstant},
      {"static_item", kOther, "constant", "name", "value", kExportedConstant},
      {"expression_statement", kOther, "", "", "", kOpen},
      {"macro_invocation", kOther, "", "macro", "", kCall},
      {"call_expression", kOther, "", "function", "", kCall},
  };
  return types;
}

const NodeTypes& GoTypes() {
  static const NodeTypes types = {
      {"function_declaration", kCode, "function"},
      {"method_declaration", kCode, "method"},
      {"type_declaration", kWrapper},
      {"type_spec", kType, "type"},
      {"type_alias", kName, "type"},
      {"const_declaration", kOther, "", "", "", kOpen},
      {"var_declaration", kOther, "", "", "", kOpen},
      {"statement_list", kOther, "", "", "", kOpen},
      {"const_spec", kOther, "constant", "name", "value", kExportedConstant},
      {"var_spec", kOther, "constant", "name", "value", kExportedConstant},
      {"expression_statement", kOther, "", "", "", kOpen},
      {"call_expression", kOther, "", "function", "", kCall},
  };
  return types;
}

const NodeTypes& JavaTypes() {
  static const NodeTypes types = {
      {"class_declaration", kType, "class"},
      {"interface_declaration", kType, "interface"},
      {"enum_declaration", kType, "enum"},
      {"record_declaration", kType, "record"},
      {"annotation_type_declaration", kType, "annotation"},
      {"method_declaration", kCode, "method"},
      {"constructor_declaration", kCode, "constructor"},
      {"compact_constructor_declaration", kCode, "constructor"},
      {"expression_statement", kOther, "", "", "", kOpen},
      {"method_invocation", kOther, "", "name", "", kCall},
  };
  return types;
}

const NodeTypes& CSharpTypes() {
  static const NodeTypes types = {
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
      {"global_statement", kOther, "", "", "", kOpen},
      {"expression_statement", kOther, "", "", "", kOpen},
      {"invocation_expression", kOther, "", "function", "", kCall},
  };
  return types;
}

const NodeTypes& KotlinTypes() {
  static const NodeTypes types = {
      {"class_declaration", kType, "class"},
      {"object_declaration", kType, "object"},
      {"companion_object", kType, "object"},
      {"function_declaration", kCode, "function"},
      {"secondary_constructor", kCode},
      {"type_alias", kName, "type", "type"},
      {"property_declaration", kOther, "constant",
       ":variable_declaration/:identifier", ":$", kUpperConstant},
      {"block", kOther, "", "", "", kOpen},
      {"lambda_literal", kOther, "", "", "", kOpen},
      {"call_expression", kOther, "", ":*", "", kCall},
  };
  return types;
}

const NodeTypes& SwiftTypes() {
  static const NodeTypes types = {
      {"class_declaration", kType, "class"},
      {"protocol_declaration", kType, "protocol"},
      {"function_declaration", kCode, "function"},
      {"protocol_function_declaration", kName, "function"},
      {"init_declaration", kCode, "initializer"},
      {"typealias_declaration", kName, "type"},
      {"property_declaration", kOther, "constant", "name/bound_identifier",
       "value", kExportedConstant},
      {"statements", kOther, "", "", "", kOpen},
      {"call_expression", kOther, "", ":*", "", kCall},
  };
  return types;
}

const NodeTypes& DartTypes() {
  static const NodeTypes types = {
      {"class_declaration", kType, "class"},
      {"mixin_declaration", kType, "mixin"},
      {"extension_declaration", kType, "extension"},
      {"enum_declaration", kType, "enum"},
      {"type_alias", kName, "type", ":type_identifier"},
      {"function_declaration", kCode, "function", "signature/name"},
      {"method_declaration", kCode, "method", "signature/:*/name"},
      {"declaration", kName, "method", ":function_signature/name"},
      {"constructor_signature", kName, "constructor"},
      {"member_declaration", kWrapper},
      {"annotation", kAttached},
      {"top_level_variable_declaration", kOther, "", "", "", kOpen},
      {"static_final_declaration_list", kOther, "", "", "", kOpen},
      {"static_final_declaration", kOther, "constant", "name", "value",
       kExportedConstant},
      {"expression_statement", kOther, "", "", "", kOpen},
      {"call_expression", kOther, "", "function", "", kCall},
  };
  return types;
}

const NodeTypes& ZigTypes() {
  static const NodeTypes types = {
      {"function_declaration", kCode, "function"},
      {"struct_declaration", kType},
      {"enum_declaration", kType},
      {"union_declaration", kType},
      {"test_declaration", kCode, "test", ":string"},
      {"variable_declaration", kWrapper, "constant", ":identifier", ":$",
       kExportedConstant},
  };
  return types;
}

}  // namespace dobby
