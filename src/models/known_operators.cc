#include "models/known_operators.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "models/quantised_matrix.h"
#include "onnx-ml.pb.h"

namespace dobby {
namespace {

/// An attribute that a node may have.
struct AttributeRule {
  std::string_view name;
  std::optional<double> only;  ///< The one value it may have; none: any.
  /// Its absence would mean another value than `only`.
  bool required = false;
};

struct OperatorRule {
  std::string_view domain;
  std::string_view op;
  /// 'X' must be there, 'x' may be; '-' and what follows may not.
  std::string_view inputs;
  std::vector<AttributeRule> attributes;
};

/// Source: ONNX Runtime 1.32, docs/ContribOperators.md; ONNX, Operators.md.
const std::vector<OperatorRule>& Rules() {
  constexpr std::string_view kMicrosoft = "com.microsoft";
  static const std::vector<OperatorRule> rules = {
      {kMicrosoft,
       "GatherBlockQuantized",
       "XXX",
       {{"bits", {}},
        {"block_size", kQuantBlock, true},
        {"gather_axis", 0},
        {"quantize_axis", 1}}},
      {kMicrosoft,
       "MatMulNBits",
       "XXX--x",
       {{"K", {}},
        {"N", {}},
        {"bits", {}},
        {"block_size", kQuantBlock, true},
        {"accuracy_level", {}}}},
      {kMicrosoft,
       "GroupQueryAttention",
       "XxxxxXXxx",
       {{"num_heads", {}},
        {"kv_num_heads", {}},
        {"do_rotary", 1, true},
        {"rotary_interleaved", 0},
        {"local_window_size", -1},
        {"scale", 0},
        {"softcap", 0},
        {"smooth_softmax", 0}}},
      {kMicrosoft,
       "SkipSimplifiedLayerNormalization",
       "XXXx",
       {{"epsilon", {}}}},
      {"",
       "SimplifiedLayerNormalization",
       "XX",
       {{"axis", -1}, {"epsilon", {}}, {"stash_type", 1}}},
      {"", "Gather", "XX", {{"axis", 1, true}}},
      {"", "Reshape", "XX", {{"allowzero", 0}}},
      {"", "Add", "XX", {}},
      {"", "Div", "XX", {}},
      {"", "Identity", "X", {}},
      {"", "Mul", "XX", {}},
      {"", "Neg", "X", {}},
      {"", "Sigmoid", "X", {}},
      {"", "Sub", "XX", {}},
      {"", "Tanh", "X", {}},
  };
  return rules;
}

/// Returns a number, or NaN for what is none.
double ValueOf(const onnx::AttributeProto& attribute) {
  switch (attribute.type()) {
    case onnx::AttributeProto::INT:
      return static_cast<double>(attribute.i());
    case onnx::AttributeProto::FLOAT:
      return double{attribute.f()};
    default:
      return std::numeric_limits<double>::quiet_NaN();
  }
}

std::string ObjectionToAttributes(const onnx::NodeProto& node,
                                  const std::vector<AttributeRule>& rules) {
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&](const AttributeRule& candidate) {
                                     return candidate.name == attribute.name();
                                   });
    if (rule == rules.end()) {
      return "has the unknown attribute '" + attribute.name() + "'";
    }
    if (rule->only && ValueOf(attribute) != *rule->only) {
      return "has a value of attribute '" + attribute.name() +
             "' that is not supported";
    }
  }
  for (const AttributeRule& rule : rules) {
    const auto& attributes = node.attribute();
    if (rule.required &&
        std::none_of(attributes.begin(), attributes.end(),
                     [&](const onnx::AttributeProto& attribute) {
                       return attribute.name() == rule.name;
                     })) {
      return "lacks attribute '" + std::string(rule.name) + "'";
    }
  }
  return "";
}

std::string ObjectionToInputs(const onnx::NodeProto& node,
                              std::string_view allowed) {
  for (int i = 0; i < node.input_size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (node.input(i).empty()) continue;
    if (at < allowed.size() && allowed[at] != '-') continue;
    return "has an input " + std::to_string(i) + ", '" + node.input(i) +
           "', that is not supported";
  }
  for (std::size_t at = 0; at < allowed.size(); ++at) {
    const int i = static_cast<int>(at);
    if (allowed[at] != 'X') continue;
    if (i >= node.input_size() || node.input(i).empty()) {
      return "lacks input " + std::to_string(i);
    }
  }
  return "";
}

std::string_view DomainOf(const onnx::NodeProto& node) {
  return node.domain() == "ai.onnx" ? "" : std::string_view(node.domain());
}

/// Returns the rule of a node's operator, or null.
const OperatorRule* RuleOf(const onnx::NodeProto& node) {
  const auto& rules = Rules();
  const auto rule = std::find_if(rules.begin(), rules.end(),
                                 [&](const OperatorRule& candidate) {
                                   return candidate.op == node.op_type() &&
                                          candidate.domain == DomainOf(node);
                                 });
  return rule == rules.end() ? nullptr : &*rule;
}

}  // namespace

std::string ObjectionTo(const onnx::NodeProto& node) {
  const OperatorRule* rule = RuleOf(node);
  if (rule == nullptr) return "is an operator that is not supported";
  std::string objection = ObjectionToAttributes(node, rule->attributes);
  return objection.empty() ? ObjectionToInputs(node, rule->inputs) : objection;
}

bool IsPortableOperator(const onnx::NodeProto& node) {
  // How BuildDecoder makes lengths of the attention mask.
  constexpr std::string_view kOfLengths[] = {"ReduceSum", "Shape", "Cast"};
  return RuleOf(node) != nullptr ||
         (DomainOf(node).empty() &&
          std::find(std::begin(kOfLengths), std::end(kOfLengths),
                    node.op_type()) != std::end(kOfLengths));
}

float FloatAttribute(const onnx::NodeProto& node, std::string_view name,
                     float otherwise) {
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    if (attribute.name() == name) return attribute.f();
  }
  return otherwise;
}

std::int64_t IntAttribute(const onnx::NodeProto& node, std::string_view name,
                          std::int64_t otherwise) {
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    if (attribute.name() == name) return attribute.i();
  }
  return otherwise;
}

}  // namespace dobby
