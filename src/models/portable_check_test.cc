#include "models/portable_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/files.h"
#include "models/gguf_import.h"
#include "models/synthetic_gguf.h"
#include "onnx-ml.pb.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A tiny model and its graph.
struct Imported {
  Imported() {
    const std::string dir = testing::TempDir() + "/portable_check";
    fs::remove_all(dir);
    fs::create_directories(dir);
    EXPECT_TRUE(WriteSyntheticGguf(dir + "/tiny.gguf", {}));
    ImportOptions options;
    options.out_dir = dir;
    auto report = ImportGguf(dir + "/tiny.gguf", options);
    EXPECT_TRUE(report) << report.error().ToString();
    model = report->model;
    proto.ParseFromString(*ReadWholeFile(model.FilePath(kGraphFile)));
  }

  ModelFolder model;
  onnx::ModelProto proto;
};

struct Case {
  const char* name;
  std::function<void(Imported&)> edit;
  const char* says;
};

void ExpectRefused(const std::vector<Case>& cases) {
  const Imported good;
  const auto sound = CheckPortableGraph(good.proto, good.model);
  EXPECT_TRUE(sound) << sound.error().ToString();
  for (const Case& c : cases) {
    Imported bad = good;
    c.edit(bad);
    const auto checked = CheckPortableGraph(bad.proto, bad.model);
    ASSERT_FALSE(checked) << c.name;
    EXPECT_THAT(checked.error().message, HasSubstr(c.says)) << c.name;
  }
}

onnx::NodeProto& NewNode(Imported& bad, const char* op, const char* domain) {
  auto& node = *bad.proto.mutable_graph()->add_node();
  node.set_op_type(op);
  node.set_domain(domain);
  return node;
}

onnx::AttributeProto& NewAttribute(Imported& bad,
                                   onnx::AttributeProto::AttributeType type) {
  auto& attribute = *NewNode(bad, "Cast", "").add_attribute();
  attribute.set_type(type);
  return attribute;
}

TEST(CheckPortableGraph, TakesTheOperatorsOfDecodersOnly) {
  ExpectRefused({
      {"dobby's own", [](auto& b) { NewNode(b, "Embedding", "dobby"); },
       "of the domain 'dobby'"},
      {"of anybody", [](auto& b) { NewNode(b, "Mul", "ai.onnx.ml"); },
       "of the domain 'ai.onnx.ml'"},
      {"a loop", [](auto& b) { NewNode(b, "Loop", ""); }, "Loop"},
      {"a huge constant", [](auto& b) { NewNode(b, "ConstantOfShape", ""); },
       "ConstantOfShape"},
      {"another runtime's cache",
       [](auto& b) { NewNode(b, "EPContext", "com.microsoft"); }, "EPContext"},
      {"a subgraph",
       [](auto& b) {
         NewAttribute(b, onnx::AttributeProto::GRAPH).mutable_g();
       },
       "more than numbers"},
      {"a subgraph that says it is a number",
       [](auto& b) { NewAttribute(b, onnx::AttributeProto::INT).mutable_g(); },
       "more than numbers"},
      {"a tensor",
       [](auto& b) {
         NewAttribute(b, onnx::AttributeProto::TENSOR).mutable_t();
       },
       "more than numbers"},
      {"a function", [](auto& b) { b.proto.add_functions(); }, "functions"},
      {"a sparse tensor",
       [](auto& b) { b.proto.mutable_graph()->add_sparse_initializer(); },
       "sparse"},
  });
}

TEST(CheckPortableGraph, DataLiesInFilesOfTheManifest) {
  const auto move_to = [](const char* location) {
    return [location](Imported& b) {
      for (auto& tensor : *b.proto.mutable_graph()->mutable_initializer()) {
        for (auto& entry : *tensor.mutable_external_data()) {
          if (entry.key() == "location") entry.set_value(location);
        }
      }
    };
  };
  ExpectRefused({{"absolute", move_to("/etc/passwd"), "'/etc/passwd'"},
                 {"above", move_to("../model.onnx.data"), "'../model"},
                 {"not listed", move_to("weights"), "'weights'"},
                 {"nowhere", move_to(""), "''"}});
}

TEST(CheckPortableGraph, SizesAreThoseOfTheManifest) {
  const auto shape = [](std::int64_t ModelShape::* size, std::int64_t more) {
    return [=](Imported& b) { b.model.shape.*size += more; };
  };
  ExpectRefused(
      {{"more tokens", shape(&ModelShape::vocab, 1000000), "'logits'"},
       {"fewer tokens", shape(&ModelShape::vocab, -1), "'logits'"},
       {"more layers", shape(&ModelShape::layers, 1), "of 3 layers"},
       {"fewer layers", shape(&ModelShape::layers, -1), "of 1 layers"},
       {"layers without end", shape(&ModelShape::layers, 1 << 30), "layers"},
       {"more KV heads", shape(&ModelShape::kv_heads, 1), "past_key_values.0"},
       {"smaller heads", shape(&ModelShape::head_size, -1),
        "past_key_values.0"},
       {"logits without sizes",
        [](auto& b) {
          for (auto& output : *b.proto.mutable_graph()->mutable_output()) {
            output.mutable_type()->mutable_tensor_type()->clear_shape();
          }
        },
        "'logits'"},
       {"one more input",
        [](auto& b) { b.proto.mutable_graph()->add_input()->set_name("x"); },
        "7 inputs"}});
}

}  // namespace
}  // namespace dobby
