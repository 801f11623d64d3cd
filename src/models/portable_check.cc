#include "models/portable_check.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/gguf_import.h"
#include "models/known_operators.h"
#include "onnx-ml.pb.h"

namespace dobby {
namespace {

/// Of an input or output, as far as the manifest says it.
struct Contract {
  std::string name;
  onnx::TensorProto::DataType type;
  std::vector<std::int64_t> dims;  ///< -1: any.
};

constexpr std::int64_t kAny = -1;

std::vector<Contract> InputsOf(const ModelShape& shape) {
  std::vector<Contract> inputs = {
      {"input_ids", onnx::TensorProto::INT64, {kAny, kAny}},
      {"attention_mask", onnx::TensorProto::INT64, {kAny, kAny}}};
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    for (const char* part : {".key", ".value"}) {
      inputs.push_back({"past_key_values." + std::to_string(layer) + part,
                        onnx::TensorProto::FLOAT,
                        {kAny, shape.kv_heads, kAny, shape.head_size}});
    }
  }
  return inputs;
}

std::vector<Contract> OutputsOf(const ModelShape& shape) {
  std::vector<Contract> outputs = {
      {"logits", onnx::TensorProto::FLOAT, {kAny, kAny, shape.vocab}}};
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    for (const char* part : {".key", ".value"}) {
      outputs.push_back({"present." + std::to_string(layer) + part,
                         onnx::TensorProto::FLOAT,
                         {kAny, shape.kv_heads, kAny, shape.head_size}});
    }
  }
  return outputs;
}

bool Fits(const onnx::ValueInfoProto& value, const Contract& contract) {
  const auto& tensor = value.type().tensor_type();
  const auto& dims = tensor.shape().dim();
  return tensor.elem_type() == contract.type &&
         std::equal(dims.begin(), dims.end(), contract.dims.begin(),
                    contract.dims.end(), [](const auto& has, auto wants) {
                      return wants == kAny || has.dim_value() == wants;
                    });
}

/// Returns what is wrong with the inputs or outputs; empty: nothing.
template <typename Values>
std::string ObjectionToValues(const Values& values,
                              const std::vector<Contract>& contracts) {
  for (const Contract& contract : contracts) {
    const auto found = std::find_if(
        values.begin(), values.end(),
        [&](const auto& value) { return value.name() == contract.name; });
    if (found == values.end()) return "lacks '" + contract.name + "'";
    if (!Fits(*found, contract)) {
      return "has another '" + contract.name + "' than the manifest says";
    }
  }
  return "";
}

/// Returns what is wrong with the graph's inputs and outputs; empty: nothing.
std::string ObjectionToInterface(const onnx::GraphProto& graph,
                                 const ModelShape& shape) {
  // Counted first: a manifest's layers may be any number.
  if (graph.input_size() != 2 + 2 * shape.layers ||
      graph.output_size() != 1 + 2 * shape.layers) {
    return "has " + std::to_string(graph.input_size()) + " inputs and " +
           std::to_string(graph.output_size()) +
           " outputs, which are not those of " + std::to_string(shape.layers) +
           " layers";
  }
  std::string objection = ObjectionToValues(graph.input(), InputsOf(shape));
  if (!objection.empty()) return objection;
  return ObjectionToValues(graph.output(), OutputsOf(shape));
}

/// Returns what is wrong with where a tensor lies; empty: nothing.
std::string ObjectionToPlace(const onnx::TensorProto& tensor,
                             const std::set<std::string>& files) {
  if (tensor.data_location() != onnx::TensorProto::EXTERNAL) return "";
  std::string location;
  for (const auto& entry : tensor.external_data()) {
    if (entry.key() == "location") location = entry.value();
  }
  if (files.contains(location)) return "";
  return "has tensor '" + tensor.name() + "' in '" + location +
         "', which is no file of the model";
}

bool IsPlain(const onnx::AttributeProto& attribute) {
  switch (attribute.type()) {
    case onnx::AttributeProto::INT:
    case onnx::AttributeProto::FLOAT:
    case onnx::AttributeProto::STRING:
    case onnx::AttributeProto::INTS:
    case onnx::AttributeProto::FLOATS:
    case onnx::AttributeProto::STRINGS:
      return !attribute.has_g() && !attribute.has_t();
    default:
      return false;
  }
}

/// Returns what is wrong with a node; none: nothing.
std::optional<Error> ObjectionToNode(const onnx::NodeProto& node) {
  const std::string name =
      "operator " + node.op_type() + " '" + node.name() + "'";
  if (!node.domain().empty() && node.domain() != "ai.onnx" &&
      node.domain() != "com.microsoft") {
    return Error{ErrorCode::kModel,
                 "has " + name + " of the domain '" + node.domain() + "'",
                 {}};
  }
  const auto& attributes = node.attribute();
  if (!std::all_of(attributes.begin(), attributes.end(), IsPlain)) {
    return Error{ErrorCode::kModel,
                 "has " + name + " with more than numbers for attributes",
                 {}};
  }
  if (IsPortableOperator(node)) return std::nullopt;
  return Error{ErrorCode::kUnsupported,
               "has " + name + ", which is in no decoder that dobby runs",
               {}};
}

std::optional<Error> ObjectionTo(const onnx::ModelProto& proto,
                                 const ModelFolder& model) {
  const onnx::GraphProto& graph = proto.graph();
  const auto damaged = [](std::string what) {
    return Error{ErrorCode::kModel, std::move(what), {}};
  };
  if (proto.functions_size() > 0 || proto.training_info_size() > 0 ||
      graph.sparse_initializer_size() > 0) {
    return damaged("has functions, training or sparse tensors");
  }
  for (const onnx::NodeProto& node : graph.node()) {
    if (auto objection = ObjectionToNode(node)) return objection;
  }
  std::set<std::string> files;
  for (const ModelFile& file : model.files) files.insert(file.name);
  for (const onnx::TensorProto& tensor : graph.initializer()) {
    const std::string objection = ObjectionToPlace(tensor, files);
    if (!objection.empty()) return damaged(objection);
  }
  const std::string objection = ObjectionToInterface(graph, model.shape);
  if (!objection.empty()) return damaged(objection);
  return std::nullopt;
}

}  // namespace

Result<void> CheckPortableGraph(const onnx::ModelProto& proto,
                                const ModelFolder& model) {
  auto objection = ObjectionTo(proto, model);
  if (!objection) return {};
  objection->message += "; import the model again";
  objection->context = model.FilePath(kGraphFile);
  return *objection;
}

}  // namespace dobby
