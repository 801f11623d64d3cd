#include "models/fast_graph.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/attention.h"
#include "models/decoder_graph.h"
#include "models/gguf_import.h"
#include "models/known_operators.h"
#include "models/logit_rows.h"
#include "models/packed_weights.h"
#include "models/portable_graph.h"
#include "models/portable_initializers.h"
#include "onnx-ml.pb.h"

namespace dobby {
namespace {

constexpr const char* kDomain = "dobby";
/// Keys and values are kept in blocks for registers of 16 floats.
constexpr std::int64_t kHeadMultiple = 16;

struct Dim {
  const char* name;
  std::int64_t size = 0;  ///< 0: known when the graph runs.
};

struct GraphInput {
  const char* name;
  onnx::TensorProto::DataType type;
  std::vector<Dim> dims;
};

const std::vector<GraphInput>& GraphInputs() {
  static const std::vector<GraphInput> inputs = {
      {"input_ids", onnx::TensorProto::INT64, {{"", 1}, {"tokens"}}},
      {"cu_seqlens", onnx::TensorProto::INT32, {{"r1"}}},
      {"past_len", onnx::TensorProto::INT32, {{"r"}}},
      {"sequences", onnx::TensorProto::INT32, {{"r"}}},
      {"kv_cache",
       onnx::TensorProto::UINT8,
       {{"layers"}, {"slots"}, {"slot_bytes"}}},
      {kLogitRows, onnx::TensorProto::INT64, {{"k"}}}};
  return inputs;
}

void SetValue(onnx::ValueInfoProto& value, const GraphInput& as) {
  value.set_name(as.name);
  auto& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(as.type);
  for (const Dim& dim : as.dims) {
    auto& added = *tensor.mutable_shape()->add_dim();
    if (dim.size > 0) {
      added.set_dim_value(dim.size);
    } else {
      added.set_dim_param(dim.name);
    }
  }
}

onnx::NodeProto NewNode(const char* op, const std::string& output,
                        const std::vector<std::string>& inputs) {
  onnx::NodeProto node;
  node.set_op_type(op);
  node.set_domain(kDomain);
  node.set_name(output + ":" + op);
  node.add_output(output);
  for (const std::string& input : inputs) node.add_input(input);
  return node;
}

void AddAttribute(onnx::NodeProto& node, const char* name, std::int64_t value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}

void AddExternal(onnx::GraphProto& graph, onnx::TensorProto tensor,
                 const Extent& extent) {
  tensor.set_data_location(onnx::TensorProto::EXTERNAL);
  tensor.clear_external_data();
  const std::pair<const char*, std::string> entries[] = {
      {"location", kPackedFile},
      {"offset", std::to_string(extent.offset)},
      {"length", std::to_string(extent.length)}};
  for (const auto& [key, value] : entries) {
    auto& entry = *tensor.add_external_data();
    entry.set_key(key);
    entry.set_value(value);
  }
  *graph.add_initializer() = std::move(tensor);
}

onnx::TensorProto NewTensor(const std::string& name,
                            onnx::TensorProto::DataType type,
                            const std::vector<std::int64_t>& dims) {
  onnx::TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  return tensor;
}

std::string InputOf(const onnx::NodeProto& node, int index) {
  return index < node.input_size() ? node.input(index) : "";
}

/// Rewrites a graph from its result back to its inputs, so that only what is
/// needed is looked at and kept. After a failure nothing more is done.
class FastGraphBuilder {
 public:
  FastGraphBuilder(const ModelFolder& model, const onnx::ModelProto& portable)
      : model_(model),
        portable_(portable),
        graph_(portable.graph()),
        initializers_(graph_, model.path) {
    for (const auto& node : graph_.node()) {
      for (const auto& output : node.output()) producers_[output] = &node;
    }
  }

  Result<FastGraph> Build() {
    if (portable_.functions_size() > 0) Fail("a model with functions");
    Need("logits", "the model");
    for (int i = graph_.node_size() - 1; i >= 0 && !error_; --i) {
      Rewrite(graph_.node(i));
    }
    if (attentions_ != model_.shape.layers) {
      Fail("a graph with " + std::to_string(attentions_) +
           " attention operators for " + std::to_string(model_.shape.layers) +
           " layers");
    }
    std::reverse(nodes_.begin(), nodes_.end());
    ComputeOnlyLogitRows(nodes_);
    // The file has them in the order in which they are used.
    std::reverse(plan_.matrices.begin(), plan_.matrices.end());
    std::reverse(matrix_names_.begin(), matrix_names_.end());
    TakeConstants();
    if (error_) return *error_;
    PlaceTensors(plan_);
    auto folder = EnsurePackedWeights(plan_, model_.id);
    if (!folder) return folder.error();
    return FastGraph{Assemble().SerializeAsString(), *std::move(folder)};
  }

 private:
  void Fail(std::string what) {
    Fail(Error{ErrorCode::kUnsupported,
               std::move(what) + " has no place in the fast graph",
               {}});
  }
  void Fail(Error error) {
    if (error_) return;
    if (error.context.empty()) error.context = model_.FilePath(kGraphFile);
    error_ = std::move(error);
  }
  void Refuse(const onnx::NodeProto& node, const std::string& why) {
    Fail(Error{ErrorCode::kUnsupported,
               node.op_type() + " '" +
                   (node.name().empty() ? InputOf(node, 0) : node.name()) +
                   "' " + why,
               {}});
  }

  void Need(const std::string& value, const std::string& reader) {
    if (!value.empty()) needed_.emplace(value, reader);
  }

  void Rewrite(const onnx::NodeProto& node) {
    const auto& outputs = node.output();
    if (std::none_of(outputs.begin(), outputs.end(), [&](const auto& output) {
          return !output.empty() && needed_.contains(output);
        })) {
      return;
    }
    for (const auto& output : outputs) produced_.insert(output);
    if (const std::string objection = ObjectionTo(node); !objection.empty()) {
      return Refuse(node, objection);
    }
    if (node.op_type() == "MatMulNBits") return AddLinear(node);
    if (node.op_type() == "GatherBlockQuantized") return AddEmbedding(node);
    if (node.op_type() == "GroupQueryAttention") return AddAttention(node);
    if (node.op_type() == "Mul" && AddGatedLinear(node)) return;
    if (node.op_type() == "SkipSimplifiedLayerNormalization" && AddNorm(node)) {
      return;
    }
    if (node.op_type() == "Gather" && InputOf(node, 1) != kLogitRows) {
      return Refuse(node, "chooses others than the rows of logits");
    }
    if (node.op_type() == "Reshape" && !KeepsTokens(InputOf(node, 1))) {
      return Refuse(node, "may mix tokens");
    }
    Add(node);
  }

  void Add(onnx::NodeProto node) {
    for (const auto& input : node.input()) Need(input, node.name());
    nodes_.push_back(std::move(node));
  }

  /// Returns whether a shape begins with two zeros: batch and tokens stay.
  bool KeepsTokens(const std::string& shape) const {
    const onnx::TensorProto* tensor = initializers_.Find(shape);
    return tensor != nullptr && tensor->int64_data_size() > 2 &&
           tensor->int64_data(0) == 0 && tensor->int64_data(1) == 0;
  }

  std::optional<BlockMatrix> MatrixOf(const onnx::NodeProto& linear) {
    BlockMatrix matrix;
    matrix.bits = static_cast<int>(IntAttribute(linear, "bits", 4));
    matrix.rows = IntAttribute(linear, "N", 0);
    matrix.columns = IntAttribute(linear, "K", 0);
    return Checked(
        initializers_.Matrix(matrix, InputOf(linear, 1), InputOf(linear, 2)));
  }

  std::optional<BlockMatrix> Checked(Result<BlockMatrix> matrix) {
    if (matrix) return *std::move(matrix);
    Fail(matrix.error());
    return std::nullopt;
  }

  /// Adds a node over a packed matrix, whose name is used if it is new.
  void AddProduct(onnx::NodeProto node, std::vector<BlockMatrix> from,
                  const std::string& name) {
    const auto found = std::find_if(
        plan_.matrices.begin(), plan_.matrices.end(),
        [&](const PackedEntry& entry) { return entry.from == from; });
    const auto at = static_cast<std::size_t>(found - plan_.matrices.begin());
    if (found == plan_.matrices.end()) {
      plan_.matrices.push_back({std::move(from), {}, {}});
      matrix_names_.push_back(name);
    }
    const PackedEntry& entry = plan_.matrices[at];
    node.set_input(1, matrix_names_[at] + ".codes");
    node.set_input(2, matrix_names_[at] + ".scales");
    AddAttribute(node, "bits", entry.bits());
    AddAttribute(node, "rows", entry.rows());
    AddAttribute(node, "columns", entry.columns());
    packed_names_.insert({node.input(1), node.input(2)});
    Add(std::move(node));
  }

  void AddEmbedding(const onnx::NodeProto& node) {
    const onnx::TensorProto* table = initializers_.Find(InputOf(node, 0));
    if (InputOf(node, 1) != "input_ids" || table == nullptr ||
        table->dims_size() != 2 || table->dims(0) != model_.shape.vocab) {
      return Refuse(node, "is no table of the vocabulary's embeddings");
    }
    BlockMatrix matrix;
    matrix.bits = static_cast<int>(IntAttribute(node, "bits", 4));
    matrix.rows = table->dims(0);
    if (matrix.bits == 4 || matrix.bits == 8) {
      __builtin_mul_overflow(table->dims(1), 8 / matrix.bits, &matrix.columns);
    }
    const auto checked =
        Checked(initializers_.Matrix(matrix, table->name(), InputOf(node, 2)));
    if (!checked) return;
    AddProduct(NewNode("Embedding", node.output(0), {"input_ids", "", ""}),
               {*checked}, "packed." + table->name());
  }

  void AddLinear(const onnx::NodeProto& node) {
    const auto matrix = MatrixOf(node);
    if (!matrix) return;
    auto linear = NewNode("Linear", node.output(0), {node.input(0), "", ""});
    if (const std::string bias = InputOf(node, 5); !bias.empty()) {
      const onnx::TensorProto* tensor = initializers_.Find(bias);
      if (tensor == nullptr || tensor->dims_size() != 1 ||
          tensor->dims(0) != matrix->rows) {
        return Refuse(node, "has a bias that does not fit");
      }
      linear.add_input(bias);
    }
    // Logits are of few rows, and rounding shows most in them.
    AddAttribute(linear, "roundings", node.output(0) == "logits" ? 2 : 1);
    AddProduct(std::move(linear), {*matrix}, "packed." + node.input(1));
  }

  const onnx::NodeProto* Producer(const std::string& value,
                                  std::string_view op) const {
    const auto found = producers_.find(value);
    return found != producers_.end() && found->second->op_type() == op
               ? found->second
               : nullptr;
  }

  /// Returns the product that `silu` = x * sigmoid(x) has for x, or null.
  const onnx::NodeProto* GateOf(const std::string& silu) const {
    const onnx::NodeProto* product = Producer(silu, "Mul");
    if (product == nullptr || product->input_size() != 2) return nullptr;
    for (const int i : {0, 1}) {
      const auto* sigmoid = Producer(product->input(1 - i), "Sigmoid");
      if (sigmoid != nullptr && InputOf(*sigmoid, 0) == product->input(i)) {
        return Producer(product->input(i), "MatMulNBits");
      }
    }
    return nullptr;
  }

  /// Returns whether only the nodes of the pattern read its values: `gate` is
  /// read twice. Otherwise it would be computed twice.
  bool IsReadBy(const std::string& value, int readers) const {
    int count = 0;
    for (const auto& node : graph_.node()) {
      count += static_cast<int>(
          std::count(node.input().begin(), node.input().end(), value));
    }
    return count == readers;
  }

  /// Replaces silu(gate) * up, where `node` is the last product, if the two
  /// matrices can be one.
  bool AddGatedLinear(const onnx::NodeProto& node) {
    if (node.input_size() != 2) return false;
    for (const int i : {0, 1}) {
      const onnx::NodeProto* gate = GateOf(node.input(i));
      const auto* up = Producer(node.input(1 - i), "MatMulNBits");
      if (gate == nullptr || up == nullptr || gate == up ||
          InputOf(*gate, 0) != InputOf(*up, 0) || !InputOf(*gate, 5).empty() ||
          !InputOf(*up, 5).empty() || !IsReadBy(gate->output(0), 2) ||
          !IsReadBy(up->output(0), 1) || !IsReadBy(node.input(i), 1)) {
        continue;
      }
      for (const onnx::NodeProto* linear : {gate, up}) {
        const std::string objection = ObjectionTo(*linear);
        if (objection.empty()) continue;
        Refuse(*linear, objection);
        return true;
      }
      const auto gate_matrix = MatrixOf(*gate), up_matrix = MatrixOf(*up);
      if (!gate_matrix || !up_matrix) return true;
      if (!CanAlternate(*gate_matrix, *up_matrix)) return false;
      AddProduct(
          NewNode("GatedLinear", node.output(0), {gate->input(0), "", ""}),
          {*gate_matrix, *up_matrix}, "packed.gated." + gate->input(1));
      return true;
    }
    return false;
  }

  /// Returns false for what AddRmsNorm does not compute: it has no bias, and
  /// of the outputs the norm and the sum only.
  bool AddNorm(const onnx::NodeProto& node) {
    const auto output = [&](int index) {
      return index < node.output_size() ? node.output(index) : "";
    };
    if (!InputOf(node, 3).empty() || !output(1).empty() || !output(2).empty()) {
      return false;
    }
    auto norm = NewNode("AddRmsNorm", output(0),
                        {node.input(0), node.input(1), node.input(2)});
    norm.add_output(output(3).empty() ? output(0) + ".sum" : output(3));
    auto& epsilon = *norm.add_attribute();
    epsilon.set_name("epsilon");
    epsilon.set_type(onnx::AttributeProto::FLOAT);
    epsilon.set_f(FloatAttribute(node, "epsilon", 1e-12f));
    Add(std::move(norm));
    return true;
  }

  void AddAttention(const onnx::NodeProto& node) {
    const ModelShape& shape = model_.shape;
    const std::int64_t layer = shape.layers - 1 - attentions_++;
    if (InputOf(node, 3) !=
        "past_key_values." + std::to_string(layer) + ".key") {
      return Refuse(node, "is not that of layer " + std::to_string(layer));
    }
    if (IntAttribute(node, "num_heads", 0) != shape.heads ||
        IntAttribute(node, "kv_num_heads", 0) != shape.kv_heads ||
        InputOf(node, 1).empty() != InputOf(node, 2).empty()) {
      return Refuse(node, "has other heads than the model");
    }
    for (const int i : {7, 8}) {
      const auto* table = initializers_.Find(InputOf(node, i));
      if (table == nullptr || table->dims_size() != 2 ||
          table->data_type() != onnx::TensorProto::FLOAT ||
          table->dims(0) < shape.context ||
          table->dims(1) != shape.head_size / 2) {
        return Refuse(node, "does not rotate whole heads");
      }
    }
    if (shape.head_size % kHeadMultiple != 0 ||
        shape.head_size > std::int64_t{kMaxHeadSize}) {
      return Refuse(node, "has heads of " + std::to_string(shape.head_size) +
                              ", which is no multiple of 16 up to " +
                              std::to_string(kMaxHeadSize));
    }
    auto attention = NewNode(
        "Attention", node.output(0),
        {InputOf(node, 0), InputOf(node, 1), InputOf(node, 2), InputOf(node, 7),
         InputOf(node, 8), "cu_seqlens", "past_len", "sequences", "kv_cache"});
    AddAttribute(attention, "layer", layer);
    AddAttribute(attention, "heads", shape.heads);
    AddAttribute(attention, "kv_heads", shape.kv_heads);
    AddAttribute(attention, "head_size", shape.head_size);
    Add(std::move(attention));
  }

  /// Finds the constants that are still needed, and refuses what is neither
  /// constant, computed nor an input.
  void TakeConstants() {
    for (const auto& tensor : graph_.initializer()) {
      if (error_ || !needed_.contains(tensor.name())) continue;
      constants_.push_back(&tensor);
      if (tensor.data_location() != onnx::TensorProto::EXTERNAL) continue;
      const auto extent = initializers_.ExtentOf(tensor);
      if (!extent) return Fail(extent.error());
      plan_.copies.push_back({*extent, {}});
    }
    plan_.source = initializers_.data_path();
    plan_.source_bytes = initializers_.data_bytes();
    std::set<std::string> known = produced_;
    known.insert(packed_names_.begin(), packed_names_.end());
    for (const auto* tensor : constants_) known.insert(tensor->name());
    for (const GraphInput& input : GraphInputs()) {
      if (!needed_.contains(input.name)) {
        Fail(std::string("a graph without use for '") + input.name + "'");
      }
      known.insert(input.name);
    }
    for (const auto& [value, reader] : needed_) {
      if (!known.contains(value)) {
        Fail("'" + value + "', which '" + reader + "' reads,");
      }
    }
  }

  onnx::ModelProto Assemble() const {
    onnx::ModelProto fast = portable_;
    auto& domain = *fast.add_opset_import();
    domain.set_domain(kDomain);
    domain.set_version(1);
    auto& graph = *fast.mutable_graph();
    graph.Clear();
    graph.set_name(graph_.name());
    for (const auto& node : nodes_) *graph.add_node() = node;
    for (const GraphInput& input : GraphInputs()) {
      SetValue(*graph.add_input(), input);
    }
    SetValue(*graph.add_output(), {"logits",
                                   onnx::TensorProto::FLOAT,
                                   {{"", 1}, {"k"}, {"", model_.shape.vocab}}});
    for (std::size_t i = 0; i < plan_.matrices.size(); ++i) {
      const PackedEntry& entry = plan_.matrices[i];
      AddExternal(graph,
                  NewTensor(matrix_names_[i] + ".codes",
                            onnx::TensorProto::UINT8, entry.CodeDims()),
                  entry.codes);
      AddExternal(graph,
                  NewTensor(matrix_names_[i] + ".scales",
                            onnx::TensorProto::FLOAT16, entry.ScaleDims()),
                  entry.scales);
    }
    auto copy = plan_.copies.begin();
    for (const auto* tensor : constants_) {
      if (tensor->data_location() != onnx::TensorProto::EXTERNAL) {
        *graph.add_initializer() = *tensor;
      } else {
        AddExternal(graph, *tensor, (copy++)->to);
      }
    }
    return fast;
  }

  const ModelFolder& model_;
  const onnx::ModelProto& portable_;
  const onnx::GraphProto& graph_;
  PortableInitializers initializers_;
  std::map<std::string, const onnx::NodeProto*> producers_;
  std::map<std::string, std::string> needed_;  ///< Values, and a reader each.
  std::set<std::string> produced_, packed_names_;
  std::vector<onnx::NodeProto> nodes_;
  std::vector<const onnx::TensorProto*> constants_;
  std::vector<std::string> matrix_names_;  ///< Of plan_.matrices.
  PackingPlan plan_;
  std::int64_t attentions_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<FastGraph> DeriveFastGraph(const ModelFolder& model) {
  const auto bytes = GraphBytes(model, -1);
  if (!bytes) return bytes.error();
  onnx::ModelProto portable;
  if (!portable.ParseFromString(*bytes)) {
    return Error{ErrorCode::kModel, "is no ONNX model",
                 model.FilePath(kGraphFile)};
  }
  return FastGraphBuilder(model, portable).Build();
}

}  // namespace dobby
