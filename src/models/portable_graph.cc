#include "models/portable_graph.h"

#include "base/files.h"
#include "models/decoder_graph.h"
#include "models/gguf_import.h"
#include "models/portable_check.h"
#include "onnx-ml.pb.h"

namespace dobby {
namespace {

void SetAccuracyLevel(onnx::GraphProto& graph, int level) {
  for (onnx::NodeProto& node : *graph.mutable_node()) {
    if (node.op_type() != "MatMulNBits") continue;
    for (onnx::AttributeProto& attribute : *node.mutable_attribute()) {
      if (attribute.name() == "accuracy_level") attribute.set_i(level);
    }
  }
}

/// Replaces the constant kLogitRows by an input of that name.
void OpenLogitRows(onnx::GraphProto& graph) {
  auto& constants = *graph.mutable_initializer();
  for (int i = 0; i < constants.size(); ++i) {
    if (constants.Get(i).name() != kLogitRows) continue;
    constants.DeleteSubrange(i, 1);
    auto& input = *graph.add_input();
    input.set_name(kLogitRows);
    auto& tensor = *input.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(onnx::TensorProto::INT64);
    tensor.mutable_shape()->add_dim()->set_dim_param("k");
    break;
  }
  for (onnx::ValueInfoProto& output : *graph.mutable_output()) {
    auto& shape =
        *output.mutable_type()->mutable_tensor_type()->mutable_shape();
    if (output.name() == "logits" && shape.dim_size() == 3) {
      shape.mutable_dim(1)->set_dim_param("k");
    }
  }
}

}  // namespace

Result<std::string> GraphBytes(const ModelFolder& model, int accuracy_level) {
  const std::string path = model.FilePath(kGraphFile);
  const auto bytes = ReadWholeFile(path);
  if (!bytes) return Error{ErrorCode::kModel, bytes.error().message, path};
  onnx::ModelProto proto;
  if (!proto.ParseFromString(*bytes)) {
    return Error{ErrorCode::kModel, "is no ONNX model", path};
  }
  if (auto sound = CheckPortableGraph(proto, model); !sound) {
    return sound.error();
  }
  if (accuracy_level >= 0) {
    SetAccuracyLevel(*proto.mutable_graph(), accuracy_level);
  }
  OpenLogitRows(*proto.mutable_graph());
  return proto.SerializeAsString();
}

}  // namespace dobby
