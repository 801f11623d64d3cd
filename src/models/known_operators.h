// Which nodes of a portable graph a packed batch may run through.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace onnx {
class NodeProto;
}  // namespace onnx

namespace dobby {

/// Returns why the node has no place in a graph over one packed, ragged batch
/// [1, tokens, ...], by name: its operator is not known to treat every token
/// by itself, or an attribute or input asks for what the operators of domain
/// "dobby" don't do. Empty: nothing is wrong.
std::string ObjectionTo(const onnx::NodeProto& node);

/// Returns whether a node's operator is one that decoders are made of: those
/// that a packed batch may run through, and those that read the lengths off
/// the attention mask. What the node does with it is for the runtime to check.
bool IsPortableOperator(const onnx::NodeProto& node);

/// Returns a number of an attribute, or `otherwise` where the node has none.
float FloatAttribute(const onnx::NodeProto& node, std::string_view name,
                     float otherwise);

/// Returns an integer attribute, or `otherwise` where the node has none.
std::int64_t IntAttribute(const onnx::NodeProto& node, std::string_view name,
                          std::int64_t otherwise);

}  // namespace dobby
