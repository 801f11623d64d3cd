#include "models/fast_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "dobby/model.h"
#include "kernels/packed_matrix.h"
#include "models/packed_weights.h"
#include "models/synthetic_gguf.h"
#include "onnx-ml.pb.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

template <class T>
void Put(std::string& bytes, T value) {
  char raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  bytes.append(raw, sizeof value);
}

/// Turns the bytes of a synthetic llama into another architecture, whose name
/// has five letters too, with more vectors of `size` values in each layer.
std::string WithArchitecture(std::string gguf, const std::string& name,
                             const std::vector<std::string>& vectors,
                             const std::vector<std::size_t>& sizes) {
  const std::string llama = "llama";
  for (std::size_t at = 0; (at = gguf.find(llama, at)) != std::string::npos;) {
    gguf.replace(at, llama.size(), name);
  }
  // The last tensor: name, count of dimensions, one dimension, type, offset.
  const std::string last = "output_norm.weight";
  std::size_t end = gguf.find(last) + last.size() + 4 + 8 + 4 + 8;
  std::string data = gguf.substr((end + 31) / 32 * 32);
  gguf.resize(end);
  std::uint64_t count = 0;
  std::memcpy(&count, gguf.data() + 8, sizeof count);
  for (int layer = 0; layer < 2; ++layer) {
    for (std::size_t i = 0; i < vectors.size(); ++i, ++count) {
      data.resize((data.size() + 31) / 32 * 32);
      const std::string tensor =
          "blk." + std::to_string(layer) + "." + vectors[i];
      Put<std::uint64_t>(gguf, tensor.size());
      gguf += tensor;
      Put<std::uint32_t>(gguf, 1);
      Put<std::uint64_t>(gguf, sizes[i]);
      Put<std::uint32_t>(gguf, 0);
      Put<std::uint64_t>(gguf, data.size());
      for (std::size_t j = 0; j < sizes[i]; ++j) {
        Put(data, 1.0f + 0.01f * static_cast<float>(j));
      }
    }
  }
  std::memcpy(gguf.data() + 8, &count, sizeof count);
  gguf.resize((gguf.size() + 31) / 32 * 32);
  return gguf + data;
}

std::string Llama(TensorType weights) {
  return SyntheticGgufBytes({.weights = weights});
}
std::string Qwen3() {
  return WithArchitecture(Llama(TensorType::kQ8_0), "qwen3",
                          {"attn_q_norm.weight", "attn_k_norm.weight"},
                          {16, 16});
}
std::string Qwen2() {
  return WithArchitecture(Llama(TensorType::kQ4_0), "qwen2",
                          {"attn_q.bias", "attn_k.bias", "attn_v.bias"},
                          {64, 32, 32});
}

/// A graph with the bytes of its external data.
class LoadedGraph {
 public:
  LoadedGraph(const std::string& bytes, const std::string& folder) {
    EXPECT_TRUE(model_.ParseFromString(bytes));
    for (const auto& tensor : graph().initializer()) {
      if (!tensor.external_data().empty()) {
        data_ = *ReadWholeFile(folder + "/" + tensor.external_data(0).value());
        break;
      }
    }
  }

  const onnx::ModelProto& model() const { return model_; }
  const onnx::GraphProto& graph() const { return model_.graph(); }
  const std::string& data() const { return data_; }

  const onnx::TensorProto& Tensor(const std::string& name) const {
    for (const auto& tensor : graph().initializer()) {
      if (tensor.name() == name) return tensor;
    }
    ADD_FAILURE() << "no tensor " << name;
    return onnx::TensorProto::default_instance();
  }
  static std::uint64_t Number(const onnx::TensorProto& tensor,
                              const char* key) {
    for (const auto& entry : tensor.external_data()) {
      if (entry.key() == key) return std::stoull(entry.value());
    }
    ADD_FAILURE() << tensor.name() << " has no " << key;
    return 0;
  }
  std::string_view Bytes(const std::string& name) const {
    const auto& tensor = Tensor(name);
    return std::string_view(data_).substr(Number(tensor, "offset"),
                                          Number(tensor, "length"));
  }
  const onnx::NodeProto& Producer(const std::string& output) const {
    for (const auto& node : graph().node()) {
      if (node.output(0) == output) return node;
    }
    ADD_FAILURE() << "nothing computes " << output;
    return onnx::NodeProto::default_instance();
  }

 private:
  onnx::ModelProto model_;
  std::string data_;
};

std::int64_t Attribute(const onnx::NodeProto& node, const char* name) {
  for (const auto& attribute : node.attribute()) {
    if (attribute.name() == name) return attribute.i();
  }
  ADD_FAILURE() << node.name() << " has no " << name;
  return 0;
}

/// The values of the matrix of a MatMulNBits node, row by row.
std::vector<std::vector<float>> PortableRows(const LoadedGraph& graph,
                                             const onnx::NodeProto& node) {
  const auto rows = static_cast<std::size_t>(Attribute(node, "N"));
  const auto columns = static_cast<std::size_t>(Attribute(node, "K"));
  const bool four = Attribute(node, "bits") == 4;
  const std::string_view codes = graph.Bytes(node.input(1));
  const std::string_view scales = graph.Bytes(node.input(2));
  std::vector<std::vector<float>> values(rows, std::vector<float>(columns));
  for (std::size_t i = 0; i < rows * columns; ++i) {
    const auto byte = static_cast<std::uint8_t>(codes[four ? i / 2 : i]);
    const int code = four ? (byte >> (i % 2 * 4) & 15) - 8 : byte - 128;
    float scale;
    std::memcpy(&scale, scales.data() + i / 32 * sizeof scale, sizeof scale);
    values[i / columns][i % columns] = scale * static_cast<float>(code);
  }
  return values;
}

/// The values of the matrix of a node of domain "dobby".
std::vector<std::vector<float>> PackedRows(const LoadedGraph& graph,
                                           const onnx::NodeProto& node) {
  PackedMatrix matrix;
  matrix.bits = static_cast<int>(Attribute(node, "bits"));
  matrix.rows = static_cast<std::size_t>(Attribute(node, "rows"));
  matrix.columns = static_cast<std::size_t>(Attribute(node, "columns"));
  const std::string_view codes = graph.Bytes(node.input(1));
  const std::string_view scales = graph.Bytes(node.input(2));
  EXPECT_EQ(codes.size(),
            matrix.panels() * matrix.groups() * GroupCodeBytes(matrix.bits));
  EXPECT_EQ(scales.size(), matrix.panels() * matrix.groups() * 32);
  std::vector<Half> aligned(scales.size() / sizeof(Half));
  std::memcpy(aligned.data(), scales.data(), scales.size());
  matrix.codes = reinterpret_cast<const std::uint8_t*>(codes.data());
  matrix.scales = aligned.data();
  std::vector<std::vector<float>> values(matrix.rows,
                                         std::vector<float>(matrix.columns));
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    UnpackRow(matrix, row, values[row].data());
  }
  return values;
}

/// Models and packed weights in a folder of the test's own.
class FastGraphTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    dir_ = testing::TempDir() + "/fast_" + info->name();
    fs::remove_all(dir_);
    fs::create_directories(dir_);
    ::setenv("DOBBY_CACHE", (dir_ + "/cache").c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("DOBBY_CACHE");
    fs::remove_all(dir_);
  }

  ModelFolder Import(const std::string& gguf, const std::string& name) {
    const std::string path = dir_ + "/" + name + ".gguf";
    std::ofstream(path, std::ios::binary) << gguf;
    ImportOptions options;
    options.name = name;
    options.out_dir = dir_ + "/models";
    auto report = ImportGguf(path, options);
    EXPECT_TRUE(report) << report.error().ToString();
    return report ? report->model : ModelFolder();
  }
  ModelFolder Tiny() { return Import(Llama(TensorType::kQ8_0), "tiny"); }

  static LoadedGraph Portable(const ModelFolder& model) {
    return {*ReadWholeFile(model.FilePath("model.onnx")), model.path};
  }
  static LoadedGraph Fast(const ModelFolder& model) {
    const auto fast = DeriveFastGraph(model);
    EXPECT_TRUE(fast) << fast.error().ToString();
    return fast ? LoadedGraph(fast->bytes, fast->data_folder)
                : LoadedGraph("", "");
  }
  static void Edit(const ModelFolder& model,
                   const std::function<void(onnx::GraphProto&)>& edit) {
    onnx::ModelProto proto = Portable(model).model();
    edit(*proto.mutable_graph());
    std::ofstream(model.FilePath("model.onnx"), std::ios::binary)
        << proto.SerializeAsString();
  }
  std::vector<std::string> Packed() const {
    std::vector<std::string> names;
    if (!fs::exists(dir_ + "/cache/packed")) return names;
    for (const auto& entry : fs::directory_iterator(dir_ + "/cache/packed")) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(".lock")) names.push_back(name);
    }
    return names;
  }

  std::string dir_;
};

std::map<std::string, int> CountsOf(const LoadedGraph& graph) {
  std::map<std::string, int> counts;
  for (const auto& node : graph.graph().node()) ++counts[node.op_type()];
  return counts;
}

TEST_F(FastGraphTest, HasOnlyWhatAPackedBatchNeeds) {
  struct Case {
    const char* name;
    std::string gguf;
    std::map<std::string, int> counts;
  };
  const std::map<std::string, int> llama = {
      {"Embedding", 1},   {"Linear", 2 * 3 + 1},
      {"GatedLinear", 2}, {"Attention", 2},
      {"Gather", 1},      {"SimplifiedLayerNormalization", 1},
      {"AddRmsNorm", 4}};
  std::map<std::string, int> qwen3 = llama;
  qwen3["Linear"] += 2 * 2;
  qwen3["SimplifiedLayerNormalization"] += 2 * 2;
  qwen3["Reshape"] = 2 * 4;
  const Case cases[] = {{"q4", Llama(TensorType::kQ4_0), llama},
                        {"q8", Llama(TensorType::kQ8_0), llama},
                        {"qwen2", Qwen2(), llama},
                        {"qwen3", Qwen3(), qwen3}};
  for (const Case& c : cases) {
    const LoadedGraph fast = Fast(Import(c.gguf, c.name));
    EXPECT_EQ(CountsOf(fast), c.counts) << c.name;
    std::vector<std::string> inputs;
    for (const auto& input : fast.graph().input()) {
      inputs.push_back(input.name());
    }
    EXPECT_THAT(inputs, ElementsAre("input_ids", "cu_seqlens", "past_len",
                                    "sequences", "kv_cache", "logit_rows"));
    ASSERT_EQ(fast.graph().output_size(), 1) << c.name;
    const auto& shape = fast.graph().output(0).type().tensor_type().shape();
    EXPECT_EQ(shape.dim(0).dim_value(), 1) << c.name;
    EXPECT_EQ(shape.dim(1).dim_param(), "k") << c.name;
    EXPECT_EQ(shape.dim(2).dim_value(), 269) << c.name;
    const auto& opsets = fast.model().opset_import();
    EXPECT_EQ(opsets.Get(opsets.size() - 1).domain(), "dobby") << c.name;
    EXPECT_EQ(opsets.Get(opsets.size() - 1).version(), 1) << c.name;
    for (const auto& tensor : fast.graph().initializer()) {
      if (tensor.external_data().empty()) continue;
      const auto offset = LoadedGraph::Number(tensor, "offset");
      EXPECT_EQ(offset % 4096, 0u) << tensor.name();
      EXPECT_LE(offset + LoadedGraph::Number(tensor, "length"),
                fast.data().size())
          << tensor.name();
    }
  }
}

TEST_F(FastGraphTest, AttentionSaysWhichLayerItIs) {
  const LoadedGraph packed = Fast(Import(Qwen2(), "qwen2"));
  const LoadedGraph apart = Fast(Import(Qwen3(), "qwen3"));
  for (const int layer : {0, 1}) {
    const std::string at = "layers." + std::to_string(layer) + ".";
    const auto& node = packed.Producer(at + "attn_mixed");
    EXPECT_EQ(Attribute(node, "layer"), layer);
    EXPECT_EQ(Attribute(node, "heads"), 4);
    EXPECT_EQ(Attribute(node, "kv_heads"), 2);
    EXPECT_EQ(Attribute(node, "head_size"), 16);
    EXPECT_THAT(
        std::vector(node.input().begin(), node.input().begin() + 9),
        ElementsAre(at + "attn_projection.0", "", "", "cos_cache", "sin_cache",
                    "cu_seqlens", "past_len", "sequences", "kv_cache"));
    EXPECT_EQ(node.input_size(), layer == 0 ? 9 : 10) << "the rows of logits";
    EXPECT_EQ(packed.Producer(node.input(0)).input_size(), 4) << "a bias";
    EXPECT_EQ(apart.Producer(at + "attn_mixed").input(2), at + "attn_v");
  }
}

TEST_F(FastGraphTest, PackedValuesAreThePortableOnes) {
  for (const auto& [name, gguf] :
       {std::pair("q4", Llama(TensorType::kQ4_0)), std::pair("qwen2", Qwen2()),
        std::pair("qwen3", Qwen3())}) {
    const ModelFolder model = Import(gguf, name);
    const LoadedGraph portable = Portable(model), fast = Fast(model);
    int compared = 0;
    for (const auto& node : fast.graph().node()) {
      if (node.op_type() != "Linear") continue;
      EXPECT_EQ(PackedRows(fast, node),
                PortableRows(portable, portable.Producer(node.output(0))))
          << name << " " << node.name();
      ++compared;
    }
    EXPECT_GE(compared, 7) << name;
    for (const auto& tensor : fast.graph().initializer()) {
      if (tensor.name().starts_with("packed.") ||
          tensor.external_data().empty()) {
        continue;
      }
      EXPECT_EQ(fast.Bytes(tensor.name()), portable.Bytes(tensor.name()))
          << tensor.name();
    }
  }
}

TEST_F(FastGraphTest, PanelsOfGateAndUpAlternate) {
  for (const TensorType type : {TensorType::kQ4_0, TensorType::kQ8_0}) {
    const ModelFolder model = Import(
        Llama(type), type == TensorType::kQ4_0 ? "four bits" : "eight bits");
    const LoadedGraph portable = Portable(model), fast = Fast(model);
    for (const std::string at : {"layers.0.", "layers.1."}) {
      const auto rows = PackedRows(fast, fast.Producer(at + "ffn_gated"));
      const auto gate =
          PortableRows(portable, portable.Producer(at + "ffn_gate"));
      const auto up = PortableRows(portable, portable.Producer(at + "ffn_up"));
      ASSERT_EQ(rows.size(), 256u);
      for (std::size_t row = 0; row < 128; ++row) {
        const std::size_t at_gate = row / 16 * 32 + row % 16;
        EXPECT_EQ(rows[at_gate], gate[row]) << row;
        EXPECT_EQ(rows[at_gate + 16], up[row]) << row;
      }
    }
  }
}

TEST_F(FastGraphTest, ATiedHeadIsTheEmbedding) {
  const LoadedGraph fast = Fast(Tiny());
  const auto& embedding = fast.Producer("embedded");
  const auto& head = fast.Producer("logits");
  EXPECT_EQ(embedding.input(0), "input_ids");
  EXPECT_EQ(embedding.input(1), head.input(1));
  EXPECT_EQ(embedding.input(2), head.input(2));
  EXPECT_EQ(Attribute(embedding, "rows"), 269);
  EXPECT_EQ(Attribute(head, "columns"), 64);
}

TEST_F(FastGraphTest, AFeedForwardOfAnotherKindStaysApart) {
  struct Case {
    const char* name;
    std::function<void(onnx::GraphProto&)> edit;
  };
  const auto input_of = [](onnx::GraphProto& graph, const std::string& output,
                           int index, const std::string& value) {
    for (auto& node : *graph.mutable_node()) {
      if (node.output(0) == output) node.set_input(index, value);
    }
  };
  const Case cases[] = {
      {"up reads something else",
       [&](auto& graph) {
         input_of(graph, "layers.0.ffn_up", 0, "layers.0.attn_norm");
       }},
      {"gate is read elsewhere",
       [&](auto& graph) {
         input_of(graph, "layers.1.attn_norm", 0, "layers.0.ffn_gate");
       }},
      {"another activation",
       [&](auto& graph) {
         input_of(graph, "layers.0.ffn_sigmoid", 0, "layers.0.ffn_up");
       }},
  };
  for (const Case& c : cases) {
    const ModelFolder model = Import(Llama(TensorType::kQ8_0), c.name);
    Edit(model, c.edit);
    const auto counts = CountsOf(Fast(model));
    EXPECT_EQ(counts.at("GatedLinear"), 1) << c.name;
    EXPECT_EQ(counts.at("Sigmoid"), 1) << c.name;
    EXPECT_EQ(counts.at("Mul"), 2) << c.name;
  }
}

TEST_F(FastGraphTest, WhatItCannotStandForIsRefusedByName) {
  struct Case {
    const char* op;
    const char* attribute;  ///< Or the new operator, or "input N".
    double value;
  };
  constexpr double kOperator = -77, kInput = -78, kNoInput = -79;
  const Case cases[] = {
      {"GroupQueryAttention", "rotary_interleaved", 1},
      {"GroupQueryAttention", "local_window_size", 128},
      {"GroupQueryAttention", "softcap", 30},
      {"GroupQueryAttention", "do_rotary", 0},
      {"GroupQueryAttention", "k_quant_bits", 8},
      {"GroupQueryAttention", "input 10", kInput},
      {"MatMulNBits", "block_size", 64},
      {"MatMulNBits", "input 3", kInput},
      {"MatMulNBits", "input 1", kNoInput},
      {"SkipSimplifiedLayerNormalization", "input 0", kNoInput},
      {"Mul", "input 1", kNoInput},
      {"GatherBlockQuantized", "quantize_axis", 0},
      {"SimplifiedLayerNormalization", "axis", 1},
      {"Gather", "axis", 0},
      {"Sigmoid", "Softmax", kOperator},
      {"Mul", "Transpose", kOperator}};
  for (const Case& c : cases) {
    const std::string name = std::string(c.op) + " " + c.attribute;
    const ModelFolder model = Import(Llama(TensorType::kQ8_0), name);
    Edit(model, [&](onnx::GraphProto& graph) {
      for (auto& node : *graph.mutable_node()) {
        if (node.op_type() != c.op) continue;
        if (c.value == kOperator) {
          node.set_op_type(c.attribute);
        } else if (c.value == kNoInput) {
          const int index = std::stoi(std::string(c.attribute).substr(6));
          node.mutable_input()->DeleteSubrange(index,
                                               node.input_size() - index);
        } else if (c.value == kInput) {
          const int index = std::stoi(std::string(c.attribute).substr(6));
          while (node.input_size() <= index) node.add_input("");
          node.set_input(index, "cos_cache");
        } else {
          auto& attributes = *node.mutable_attribute();
          for (int i = attributes.size() - 1; i >= 0; --i) {
            if (attributes.Get(i).name() == c.attribute) {
              attributes.DeleteSubrange(i, 1);
            }
          }
          auto& attribute = *node.add_attribute();
          attribute.set_name(c.attribute);
          attribute.set_type(onnx::AttributeProto::INT);
          attribute.set_i(static_cast<std::int64_t>(c.value));
        }
      }
    });
    const auto fast = DeriveFastGraph(model);
    ASSERT_FALSE(fast) << name;
    EXPECT_EQ(fast.error().code, ErrorCode::kUnsupported) << name;
    EXPECT_THAT(fast.error().message, HasSubstr(c.attribute)) << name;
    EXPECT_TRUE(Packed().empty()) << name;
  }
}

TEST_F(FastGraphTest, DamagedExternalDataIsAModelError) {
  struct Case {
    const char* key;
    const char* value;
  };
  int number = 0;
  for (const Case& c :
       {Case{"offset", "99999999999999"},
        Case{"offset", "18446744073709551615"}, Case{"offset", "-4096"},
        Case{"offset", "3"}, Case{"length", "7"}, Case{"length", "x"},
        Case{"location", "../model.onnx.data"}, Case{"location", "absent"},
        Case{"location", ""}}) {
    const ModelFolder model =
        Import(Llama(TensorType::kQ8_0), c.key + std::to_string(number++));
    Edit(model, [&](onnx::GraphProto& graph) {
      for (auto& tensor : *graph.mutable_initializer()) {
        for (auto& entry : *tensor.mutable_external_data()) {
          if (entry.key() == c.key) entry.set_value(c.value);
        }
      }
    });
    const auto fast = DeriveFastGraph(model);
    ASSERT_FALSE(fast) << c.key << " " << c.value;
    EXPECT_EQ(fast.error().code, ErrorCode::kModel) << c.key << " " << c.value;
  }
  const ModelFolder cut = Import(Llama(TensorType::kQ8_0), "cut");
  fs::resize_file(cut.FilePath("model.onnx.data"), 50000);
  const auto fast = DeriveFastGraph(cut);
  ASSERT_FALSE(fast);
  EXPECT_THAT(fast.error().message, HasSubstr("outside the data file"));
}

}  // namespace
}  // namespace dobby
