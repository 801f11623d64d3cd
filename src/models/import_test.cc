#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "base/files.h"
#include "dobby/model.h"
#include "models/portable_graph.h"
#include "models/synthetic_gguf.h"
#include "onnx-ml.pb.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A folder of its own for each test, gone afterwards.
class ImportTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    dir_ = testing::TempDir() + "/import_" + info->name();
    fs::remove_all(dir_);
    fs::create_directories(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }

  std::string Write(const std::string& name, const std::string& bytes) {
    const std::string path = dir_ + "/" + name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  std::string WriteTiny(const SyntheticGguf& options = {}) {
    return Write("tiny.gguf", SyntheticGgufBytes(options));
  }
  ImportOptions Into(const std::string& name, bool replace = false) const {
    ImportOptions options;
    options.name = name;
    options.out_dir = dir_ + "/models";
    options.replace = replace;
    return options;
  }
  /// Names in the folder of models, hidden ones but no locks included.
  std::vector<std::string> Left() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(dir_ + "/models")) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(".lock")) names.push_back(name);
    }
    return names;
  }

  std::string dir_;
};

TEST_F(ImportTest, MakesAFolderThatVerifies) {
  struct Case {
    const char* name;
    TensorType weights;
    const char* quantisation;
    bool exact;
  };
  for (const Case& c : {Case{"f32", TensorType::kF32, "q8", false},
                        Case{"q4", TensorType::kQ4_0, "q4", true},
                        Case{"q8", TensorType::kQ8_0, "q8", true}}) {
    const std::string gguf = WriteTiny({.weights = c.weights});
    const auto report = ImportGguf(gguf, Into(c.name));
    ASSERT_TRUE(report) << report.error().ToString();
    const ModelFolder& model = report->model;
    EXPECT_EQ(model.quantisation, c.quantisation) << c.name;
    EXPECT_EQ(report->tensors.size(), 20u) << c.name;
    for (const TensorImport& tensor : report->tensors) {
      EXPECT_TRUE(tensor.exact == (tensor.rms_error == 0)) << tensor.name;
      EXPECT_TRUE(tensor.exact || !c.exact) << tensor.name;
    }
    const auto verified = VerifyModel(model.path);
    ASSERT_TRUE(verified) << verified.error().ToString();
    EXPECT_EQ(verified->id, model.id) << c.name;
    EXPECT_EQ(verified->shape.layers, 2) << c.name;
    EXPECT_EQ(verified->shape.head_size, 16) << c.name;
    EXPECT_EQ(verified->shape.vocab, 269) << c.name;
    EXPECT_EQ(verified->bos, -1) << "the file says add_bos_token = false";
    EXPECT_EQ(verified->eos, (std::vector<TokenId>{2, 0})) << c.name;
    EXPECT_EQ(verified->eos_token, "<|im_end|>") << c.name;
    EXPECT_THAT(verified->chat_template, HasSubstr("<|im_start|>")) << c.name;
  }
}

TEST_F(ImportTest, EqualFilesGiveEqualFolders) {
  const std::string gguf = WriteTiny();
  const auto first = ImportGguf(gguf, Into("first"));
  const auto second = ImportGguf(gguf, Into("second"));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->model.id, second->model.id);
}

TEST_F(ImportTest, TensorsAreAlignedToPages) {
  const auto report = ImportGguf(WriteTiny(), Into("tiny"));
  ASSERT_TRUE(report);
  onnx::ModelProto proto;
  ASSERT_TRUE(proto.ParseFromString(
      *ReadWholeFile(report->model.FilePath("model.onnx"))));
  int external = 0;
  for (const auto& tensor : proto.graph().initializer()) {
    for (const auto& entry : tensor.external_data()) {
      if (entry.key() != "offset") continue;
      ++external;
      EXPECT_EQ(std::stoull(entry.value()) % 4096, 0u) << tensor.name();
    }
  }
  EXPECT_GT(external, 20);
}

TEST_F(ImportTest, GraphBytesOpensTheRowsAndSetsTheLevel) {
  const auto report = ImportGguf(WriteTiny(), Into("tiny"));
  ASSERT_TRUE(report);
  for (const int level : {-1, 0}) {
    const auto bytes = GraphBytes(report->model, level);
    ASSERT_TRUE(bytes);
    onnx::ModelProto proto;
    ASSERT_TRUE(proto.ParseFromString(*bytes));
    const auto& graph = proto.graph();
    EXPECT_EQ(graph.input(graph.input_size() - 1).name(), "logit_rows");
    int products = 0;
    for (const auto& node : graph.node()) {
      for (const auto& attribute : node.attribute()) {
        if (attribute.name() != "accuracy_level") continue;
        ++products;
        EXPECT_EQ(attribute.i(), level < 0 ? 4 : level) << node.name();
      }
    }
    EXPECT_EQ(products, 2 * 5 + 1);
  }
}

TEST_F(ImportTest, EachAlteredFileIsNamed) {
  const auto report = ImportGguf(WriteTiny(), Into("tiny"));
  ASSERT_TRUE(report);
  std::vector<std::string> names = {"dobby.json"};
  for (const ModelFile& file : report->model.files) names.push_back(file.name);
  EXPECT_EQ(names.size(), 8u);
  for (const std::string& name : names) {
    const std::string path = report->model.FilePath(name);
    const std::string good = *ReadWholeFile(path);
    std::string altered = good;
    altered[altered.size() / 2] ^= 4;
    const std::string damaged[] = {altered, good.substr(0, good.size() / 2),
                                   ""};
    for (const std::string& bytes : damaged) {
      // A changed letter of the manifest's own list of tensors harms nobody.
      if (name == "dobby.json" && bytes.size() == good.size()) continue;
      std::ofstream(path, std::ios::binary) << bytes;
      const auto verified = VerifyModel(report->model.path);
      ASSERT_FALSE(verified) << name << " of " << bytes.size() << " bytes";
      EXPECT_EQ(verified.error().code, ErrorCode::kModel);
      EXPECT_THAT(verified.error().message, HasSubstr(name));
    }
    fs::remove(path);
    const auto missing = VerifyModel(report->model.path);
    ASSERT_FALSE(missing) << name;
    EXPECT_THAT(missing.error().message, HasSubstr(name));
    std::ofstream(path, std::ios::binary) << good;
  }
  EXPECT_TRUE(VerifyModel(report->model.path));
}

TEST_F(ImportTest, TwoHundredDamagedFilesGiveErrorsOrSoundFolders) {
  const std::string good = SyntheticGgufBytes({.weights = TensorType::kQ4_0});
  std::mt19937_64 random(20240607);
  int failed = 0;
  for (int round = 0; round < 200; ++round) {
    std::string bytes = good;
    if (round % 4 == 3) {
      bytes.resize(random() % bytes.size());
    } else {
      // Most of the file is weights: half of the flips go into the rest.
      const std::size_t range = round % 2 ? bytes.size() : 8000;
      bytes[random() % range] ^= static_cast<char>(1 << random() % 8);
    }
    const std::string path = Write("damaged.gguf", bytes);
    const auto report = ImportGguf(path, Into("damaged", /*replace=*/true));
    if (report) {
      EXPECT_TRUE(VerifyModel(report->model.path)) << "round " << round;
    } else {
      ++failed;
      EXPECT_FALSE(report.error().message.empty()) << "round " << round;
      EXPECT_EQ(report.error().code, ErrorCode::kModel) << "round " << round;
      EXPECT_EQ(report.error().context, path) << "round " << round;
    }
  }
  EXPECT_GT(failed, 60);
  EXPECT_LE(Left().size(), 1u) << "no leftovers beside the last sound folder";
}

TEST_F(ImportTest, AFailedImportLeavesNothing) {
  const std::string bytes = SyntheticGgufBytes({});
  Write("cut.gguf", bytes.substr(0, 60000));
  for (const char* name : {"/cut.gguf", "/not there.gguf"}) {
    const auto report = ImportGguf(dir_ + name, Into("cut"));
    ASSERT_FALSE(report) << name;
    EXPECT_EQ(report.error().code, ErrorCode::kModel) << name;
    EXPECT_TRUE(Left().empty()) << name;
  }
}

TEST_F(ImportTest, LeftoversOfAKilledImportAreRemoved) {
  fs::create_directories(dir_ + "/models/.tiny.part/half");
  Write("models/.tiny.part/model.onnx.data", "half a file");
  ASSERT_TRUE(ImportGguf(WriteTiny(), Into("tiny")));
  EXPECT_EQ(Left(), std::vector<std::string>{"tiny"});
}

TEST_F(ImportTest, AFolderIsReplacedOnlyOnRequest) {
  ASSERT_TRUE(ImportGguf(WriteTiny(), Into("tiny")));
  const std::string other = WriteTiny({.seed = 2});
  const auto refused = ImportGguf(other, Into("tiny"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  const auto replaced = ImportGguf(other, Into("tiny", /*replace=*/true));
  ASSERT_TRUE(replaced) << replaced.error().ToString();
  EXPECT_EQ(VerifyModel(replaced->model.path)->id, replaced->model.id);
  EXPECT_EQ(Left(), std::vector<std::string>{"tiny"});
}

TEST_F(ImportTest, OddRequestsAreUsageErrors) {
  const std::string gguf = WriteTiny();
  ImportOptions bits = Into("tiny");
  bits.requantise_bits = 5;
  for (const ImportOptions& options :
       {bits, Into("a/b"), Into(".hidden"), Into("..")}) {
    const auto report = ImportGguf(gguf, options);
    ASSERT_FALSE(report) << options.name;
    EXPECT_EQ(report.error().code, ErrorCode::kUsage) << options.name;
  }
}

TEST_F(ImportTest, WhatTheRecipeLacksIsRefusedByName) {
  struct Case {
    std::string from, to;  ///< Of equal length: the file stays well-formed.
    const char* message;
  };
  for (const Case& c :
       {Case{"llama", "mamba", "'mamba'"},
        Case{"blk.1.ffn_up.weight", "blk.1.ffn_xx.weight", "ffn_up"},
        Case{"smollm", "nobody", "nobody"}}) {
    std::string bytes = SyntheticGgufBytes({});
    const std::size_t at = bytes.find(c.from);
    ASSERT_NE(at, std::string::npos) << c.from;
    bytes.replace(at, c.from.size(), c.to);
    const auto report = ImportGguf(Write("odd.gguf", bytes), Into("odd"));
    ASSERT_FALSE(report) << c.from;
    EXPECT_THAT(report.error().message, HasSubstr(c.message)) << c.from;
  }
}

TEST_F(ImportTest, AFullDiskIsAnIoErrorAndLeavesNothing) {
  // A process of its own whose files may not grow over 20 KB.
  const std::string gguf = WriteTiny();
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {20000, 20000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto report = ImportGguf(gguf, Into("tiny"));
    ::_exit(!report && report.error().code == ErrorCode::kIo ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(Left().empty());
}

}  // namespace
}  // namespace dobby
