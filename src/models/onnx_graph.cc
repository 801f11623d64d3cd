#include "models/onnx_graph.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/files.h"
#include "base/folder.h"
#include "base/pages.h"
#include "onnx-ml.pb.h"

namespace dobby {
namespace {

constexpr std::int64_t kIrVersion = 10;
constexpr std::int64_t kOpset = 21;

void SetValue(onnx::ValueInfoProto& value, const std::string& name,
              OnnxType type, const std::vector<OnnxDim>& dims) {
  value.set_name(name);
  auto& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(static_cast<int>(type));
  auto& shape = *tensor.mutable_shape();
  for (const OnnxDim& dim : dims) {
    auto& added = *shape.add_dim();
    if (const auto* size = std::get_if<std::int64_t>(&dim)) {
      added.set_dim_value(*size);
    } else {
      added.set_dim_param(std::get<std::string>(dim));
    }
  }
}

void AddEntry(onnx::TensorProto& tensor, const char* key, std::string value) {
  auto& entry = *tensor.add_external_data();
  entry.set_key(key);
  entry.set_value(std::move(value));
}

}  // namespace

Result<ExternalData> ExternalData::Create(const std::string& path) {
  ExternalData data;
  data.path_ = path;
  auto file = OpenForWriting(path, O_WRONLY | O_TRUNC);
  if (!file) return file.error();
  data.file_.reset(::fdopen(file->get(), "wb"));
  if (!data.file_) return SystemError(path, "cannot write");
  file->Release();
  return data;
}

Result<Extent> ExternalData::Append(std::span<const std::byte> bytes) {
  static constexpr char kZeros[kPageBytes] = {};
  const std::uint64_t padding = RoundUpToPages(size_) - size_;
  if (std::fwrite(kZeros, 1, padding, file_.get()) != padding ||
      std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
    return SystemError(path_, "cannot write");
  }
  const Extent extent = {size_ + padding, bytes.size()};
  size_ = extent.offset + extent.length;
  return extent;
}

Result<void> ExternalData::Close() {
  if (std::fflush(file_.get()) != 0 || ::fsync(::fileno(file_.get())) != 0) {
    return SystemError(path_, "cannot write");
  }
  file_.reset();
  return {};
}

OnnxGraph::OnnxGraph(std::string_view name, std::string data_file)
    : data_file_(std::move(data_file)),
      model_(std::make_unique<onnx::ModelProto>()) {
  model_->set_ir_version(kIrVersion);
  model_->set_producer_name("dobby");
  auto& standard = *model_->add_opset_import();
  standard.set_domain("");
  standard.set_version(kOpset);
  UseDomain("com.microsoft");
  model_->mutable_graph()->set_name(std::string(name));
}

OnnxGraph::~OnnxGraph() = default;

void OnnxGraph::AddInput(const std::string& name, OnnxType type,
                         const std::vector<OnnxDim>& dims) {
  SetValue(*model_->mutable_graph()->add_input(), name, type, dims);
}

void OnnxGraph::AddOutput(const std::string& name, OnnxType type,
                          const std::vector<OnnxDim>& dims) {
  SetValue(*model_->mutable_graph()->add_output(), name, type, dims);
}

std::string OnnxGraph::AddInts(const std::string& name,
                               const std::vector<std::int64_t>& dims,
                               const std::vector<std::int64_t>& values) {
  auto& tensor = *model_->mutable_graph()->add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(static_cast<int>(OnnxType::kInt64));
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  for (const std::int64_t value : values) tensor.add_int64_data(value);
  return name;
}

std::string OnnxGraph::AddExternal(const std::string& name, OnnxType type,
                                   const std::vector<std::int64_t>& dims,
                                   const Extent& extent) {
  auto& tensor = *model_->mutable_graph()->add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(static_cast<int>(type));
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  tensor.set_data_location(onnx::TensorProto::EXTERNAL);
  AddEntry(tensor, "location", data_file_);
  AddEntry(tensor, "offset", std::to_string(extent.offset));
  AddEntry(tensor, "length", std::to_string(extent.length));
  return name;
}

void OnnxGraph::UseDomain(const std::string& domain) {
  auto& opset = *model_->add_opset_import();
  opset.set_domain(domain);
  opset.set_version(1);
}

std::string OnnxGraph::AddNode(const OnnxNode& node) {
  auto& added = *model_->mutable_graph()->add_node();
  added.set_op_type(std::string(node.op));
  added.set_domain(std::string(node.domain));
  added.set_name(node.outputs.front() + ":" + added.op_type());
  for (const std::string& input : node.inputs) added.add_input(input);
  for (const std::string& output : node.outputs) added.add_output(output);
  for (const auto& [name, value] : node.attributes) {
    auto& attribute = *added.add_attribute();
    attribute.set_name(std::string(name));
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      attribute.set_type(onnx::AttributeProto::INT);
      attribute.set_i(*number);
    } else {
      attribute.set_type(onnx::AttributeProto::FLOAT);
      attribute.set_f(std::get<float>(value));
    }
  }
  return node.outputs.front();
}

Result<std::string> OnnxGraph::Serialise() const {
  std::string bytes;
  if (!model_->SerializeToString(&bytes)) {
    return Error{ErrorCode::kTooLarge, "the graph does not fit into 2 GiB", {}};
  }
  return bytes;
}

}  // namespace dobby
