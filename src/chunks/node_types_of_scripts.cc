#include "chunks/node_types.h"

namespace dobby {
namespace {

using enum NodeRole;
using enum Reading;

}  // namespace

const NodeTypes& PythonTypes() {
  static const NodeTypes types = {
      {"class_definition", kType, "class"},
      {"function_definition", kCode, "function"},
      {"decorated_definition", kWrapper},
      {"decorator", kAttached},
      {"expression_statement", kOther, "constant", ":assignment/left",
       ":assignment/right", kUpperConstant},
  };
  return types;
}

const NodeTypes& JavaScriptTypes() {
  static const NodeTypes types = {
      {"class_declaration", kType, "class"},
      {"class", kType},
      {"function_declaration", kCode, "function"},
      {"generator_function_declaration", kCode, "function"},
      {"method_definition", kCode, "method"},
      {"arrow_function", kCode},
      {"function_expression", kCode},
      {"generator_function", kCode},
      {"variable_declarator", kWrapper, "function", "name", "value", kVariable},
      {"assignment_expression", kWrapper, "function", "left", "right"},
      {"field_definition", kWrapper, "method", "property", "value"},
      {"pair", kWrapper, "function", "key", "value", kEntry},
      {"export_statement", kWrapper, "function", "value", "value", kExport},
      {"export_specifier", kOther, "", "name", "", kExport},
      {"shorthand_property_identifier", kOther, "", "", "", kExport},
      {"expression_statement", kWrapper, "", "", "", kOpen},
      {"call_expression", kOther, "", "function", "", kCall},
      {"lexical_declaration", kWrapper},
      {"variable_declaration", kWrapper},
      {"decorator", kAttached},
  };
  return types;
}

const NodeTypes& TypeScriptTypes() {
  static const NodeTypes types = Joined(
      JavaScriptTypes(),
      {
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
      });
  return types;
}

const NodeTypes& RubyTypes() {
  static const NodeTypes types = {
      {"class", kType, "class"},
      {"module", kType, "module"},
      {"singleton_class", kType},
      {"method", kCode, "function"},
      {"singleton_method", kCode, "function"},
      {"assignment", kOther, "constant", "left", "right", kUpperConstant},
      {"body_statement", kOther, "", "", "", kOpen},
      {"block_body", kOther, "", "", "", kOpen},
      {"identifier", kOther, "", "", "", kSection},
      {"call", kOther, "", "method", "", kCall},
  };
  return types;
}

const NodeTypes& PhpTypes() {
  static const NodeTypes types = {
      {"namespace_definition", kScope, "namespace"},
      {"class_declaration", kType, "class"},
      {"interface_declaration", kType, "interface"},
      {"trait_declaration", kType, "trait"},
      {"enum_declaration", kType, "enum"},
      {"function_definition", kCode, "function"},
      {"method_declaration", kCode, "method"},
      {"const_declaration", kOther, "", "", "", kOpen},
      {"const_element", kOther, "constant", ":name", ":$", kConstant},
      {"expression_statement", kOther, "", "", "", kOpen},
      {"function_call_expression", kOther, "", "function", "", kCall},
      {"member_call_expression", kOther, "", "name", "", kCall},
      {"scoped_call_expression", kOther, "", "name", "", kCall},
  };
  return types;
}

const NodeTypes& BashTypes() {
  static const NodeTypes types = {{"function_definition", kCode, "function"}};
  return types;
}

const NodeTypes& LuaTypes() {
  static const NodeTypes types = {
      {"function_declaration", kCode, "function"},
      {"function_definition", kCode},
      {"variable_declaration", kOther, "", "", "", kOpen},
      {"assignment_statement", kWrapper, "function", ":variable_list/name",
       ":expression_list/value", kVariable},
      {"field", kWrapper, "function", "name", "value", kEntry},
      {"block", kOther, "", "", "", kOpen},
      {"function_call", kOther, "", "name", "", kCall},
  };
  return types;
}

const NodeTypes& ElixirTypes() {
  static const NodeTypes types = {
      {"do_block", kOther, "", "", "", kOpen},
      {"call", kOther, "", "target", "", kCall},
  };
  return types;
}

const NodeTypes& RTypes() {
  static const NodeTypes types = {
      {"function_definition", kCode},
      {"binary_operator", kWrapper, "function", "lhs", "rhs", kVariable},
      {"braced_expression", kOther, "", "", "", kOpen},
      {"call", kOther, "", "function", "", kCall},
  };
  return types;
}

}  // namespace dobby
