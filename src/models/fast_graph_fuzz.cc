// Graphs of strangers: refused, or the fast graph of one reads nothing that
// isn't in its file of weights.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/fuzz_target.h"
#include "dobby/model.h"
#include "models/fast_graph.h"
#include "models/gguf_import.h"
#include "models/portable_graph.h"
#include "models/synthetic_gguf.h"
#include "onnx-ml.pb.h"

namespace dobby {
namespace {

/// A tiny model, whose graph each input replaces.
class TinyModel {
 public:
  TinyModel() {
    ::setenv("DOBBY_CACHE", (folder_.path() + "/cache").c_str(), 1);
    SyntheticGguf tiny;
    tiny.shape = {.layers = 1,
                  .width = 32,
                  .ffn_width = 32,
                  .heads = 2,
                  .kv_heads = 1,
                  .head_size = 16,
                  .vocab = 0,
                  .context = 64};
    const std::string gguf =
        folder_.Write("tiny.gguf", SyntheticGgufBytes(tiny));
    ImportOptions options;
    options.out_dir = folder_.path();
    auto report = ImportGguf(gguf, options);
    Require(report.has_value(), "the tiny model can be imported");
    model_ = report->model;
    const auto graph = ReadWholeFile(model_.FilePath(kGraphFile));
    Require(graph && good_.ParseFromString(*graph), "its graph can be read");
  }

  const ModelFolder& model() const { return model_; }
  const onnx::ModelProto& good() const { return good_; }
  void SetGraph(std::string_view bytes) const {
    folder_.Write(std::filesystem::path(model_.path).filename().string() + "/" +
                      kGraphFile,
                  bytes);
  }

 private:
  FuzzFolder folder_;
  ModelFolder model_;
  onnx::ModelProto good_;
};

/// Numbers taken from the input, 0 where it has ended.
class Numbers {
 public:
  explicit Numbers(std::string_view input) : rest_(input) {}

  bool ended() const { return rest_.empty(); }
  int Below(int count) {
    const auto choice = TakeChoice(rest_, 256);
    return count > 0 ? static_cast<int>(choice) % count : 0;
  }
  /// A small number, or any of 64 bits.
  std::int64_t Any() {
    const int small = Below(256);
    if (small < 200) return small - 4;
    std::int64_t value = 0;
    const std::size_t bytes = std::min(rest_.size(), sizeof value);
    std::memcpy(&value, rest_.data(), bytes);
    rest_.remove_prefix(bytes);
    return value;
  }

 private:
  std::string_view rest_;
};

template <class Repeated>
auto* Chosen(Repeated* items, Numbers& numbers) {
  return items->empty() ? nullptr
                        : items->Mutable(numbers.Below(items->size()));
}

void EditTensor(onnx::TensorProto& tensor, Numbers& numbers) {
  switch (numbers.Below(4)) {
    case 0:
      if (tensor.dims_size() > 0) {
        tensor.set_dims(numbers.Below(tensor.dims_size()), numbers.Any());
      }
      return;
    case 1:
      return tensor.add_dims(numbers.Any());
    case 2:
      return tensor.set_data_type(numbers.Below(20));
    default:
      if (auto* entry = Chosen(tensor.mutable_external_data(), numbers)) {
        entry->set_value(std::to_string(numbers.Any()));
      }
  }
}

void EditNode(onnx::GraphProto& graph, Numbers& numbers) {
  auto* node = Chosen(graph.mutable_node(), numbers);
  const auto* other = Chosen(graph.mutable_node(), numbers);
  if (node == nullptr) return;
  switch (numbers.Below(6)) {
    case 0:
      if (auto* attribute = Chosen(node->mutable_attribute(), numbers)) {
        attribute->set_i(numbers.Any());
      }
      return;
    case 1:
      if (auto* input = Chosen(node->mutable_input(), numbers)) {
        *input = other->output_size() > 0 ? other->output(0) : "";
      }
      return;
    case 2:
      return node->set_op_type(other->op_type());
    case 3:
      *node->mutable_attribute() = other->attribute();
      return;
    case 4:
      if (auto* input = Chosen(node->mutable_input(), numbers)) {
        const auto* constant = Chosen(graph.mutable_initializer(), numbers);
        if (constant != nullptr) *input = constant->name();
      }
      return;
    default:
      return node->clear_input();
  }
}

/// Returns the good graph with changes that the input asks for.
std::string Edited(onnx::ModelProto proto, ModelShape& shape,
                   std::string_view input) {
  Numbers numbers(input);
  onnx::GraphProto& graph = *proto.mutable_graph();
  while (!numbers.ended()) {
    switch (numbers.Below(5)) {
      case 0:
        if (auto* tensor = Chosen(graph.mutable_initializer(), numbers)) {
          EditTensor(*tensor, numbers);
        }
        break;
      case 1:
      case 2:
        EditNode(graph, numbers);
        break;
      case 3:
        if (!graph.node().empty()) {
          *graph.add_node() = *Chosen(graph.mutable_node(), numbers);
        }
        break;
      default: {
        std::int64_t* sizes[] = {&shape.layers,   &shape.heads,
                                 &shape.kv_heads, &shape.head_size,
                                 &shape.vocab,    &shape.context};
        // Any positive 31 bits, as a manifest may say.
        *sizes[numbers.Below(6)] = (numbers.Any() & 0x7FFFFFFE) + 1;
      }
    }
  }
  return proto.SerializeAsString();
}

std::uint64_t NumberOf(const onnx::TensorProto& tensor, std::string_view key) {
  for (const auto& entry : tensor.external_data()) {
    if (entry.key() == key) return std::stoull(entry.value());
  }
  Require(false, "external data has an extent");
  return 0;
}

void RequireFast(const FastGraph& fast) {
  onnx::ModelProto proto;
  Require(proto.ParseFromString(fast.bytes), "a fast graph is one of ONNX");
  for (const auto& tensor : proto.graph().initializer()) {
    if (tensor.data_location() != onnx::TensorProto::EXTERNAL) continue;
    std::error_code code;
    const std::uint64_t size = std::filesystem::file_size(
        fast.data_folder + "/" + tensor.external_data(0).value(), code);
    const std::uint64_t length = NumberOf(tensor, "length");
    Require(
        !code && length <= size && NumberOf(tensor, "offset") <= size - length,
        "weights lie in their file");
  }
}

}  // namespace

/// A byte, and then a graph (0) or changes to a good one (1).
DOBBY_FUZZ_TARGET(fast_graph) {
  static const TinyModel tiny;
  ModelFolder model = tiny.model();
  if (TakeChoice(input, 2) == 0) {
    tiny.SetGraph(input);
  } else {
    tiny.SetGraph(Edited(tiny.good(), model.shape, input));
  }
  (void)GraphBytes(model, 4);
  const auto fast = DeriveFastGraph(model);
  if (!fast) {
    Require(fast.error().code == ErrorCode::kUnsupported ||
                fast.error().code == ErrorCode::kModel,
            "an error is the model's: " + fast.error().ToString());
    return;
  }
  RequireFast(*fast);
}

}  // namespace dobby
