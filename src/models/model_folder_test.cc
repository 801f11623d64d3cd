#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/files.h"
#include "dobby/model.h"
#include "models/synthetic_gguf.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Models and cache in a folder of the test's own.
class ModelFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    dir_ = testing::TempDir() + "/folder_" + info->name();
    fs::remove_all(dir_);
    fs::create_directories(dir_);
    ::setenv("DOBBY_MODELS", (dir_ + "/models").c_str(), 1);
    ::setenv("XDG_CACHE_HOME", (dir_ + "/cache").c_str(), 1);
    gguf_ = dir_ + "/tiny.Q8_0.gguf";
    ASSERT_TRUE(WriteSyntheticGguf(gguf_, {}));
  }
  void TearDown() override {
    ::unsetenv("DOBBY_MODELS");
    ::unsetenv("XDG_CACHE_HOME");
    fs::remove_all(dir_);
  }

  void Install(const std::string& name) {
    ImportOptions options;
    options.name = name;
    const auto report = ImportGguf(gguf_, options);
    ASSERT_TRUE(report) << report.error().ToString();
  }

  std::string dir_, gguf_;
};

TEST_F(ModelFolderTest, ModelsDirFollowsTheEnvironment) {
  EXPECT_EQ(ModelsDir(), dir_ + "/models");
  ::unsetenv("DOBBY_MODELS");
  ::setenv("XDG_DATA_HOME", "/somewhere", 1);
  EXPECT_EQ(ModelsDir(), "/somewhere/dobby/models");
  ::unsetenv("XDG_DATA_HOME");
}

TEST_F(ModelFolderTest, OpensByNameFolderAndDefault) {
  Install("SmolLM2-135M-Instruct");
  for (const std::string& name :
       {std::string(), std::string("SmolLM2-135M-Instruct"),
        dir_ + "/models/SmolLM2-135M-Instruct"}) {
    const auto model = OpenModel(name);
    ASSERT_TRUE(model) << model.error().ToString();
    EXPECT_EQ(model->name, "SmolLM2-135M-Instruct");
    EXPECT_EQ(model->path, dir_ + "/models/SmolLM2-135M-Instruct");
  }
}

TEST_F(ModelFolderTest, AMissingModelSaysWhatIsThereAndWhatToDo) {
  Install("one");
  const auto model = OpenModel("two");
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::kModel);
  for (const char* part : {"one", "make model", "dobby model import"}) {
    EXPECT_THAT(model.error().message, HasSubstr(part));
  }
}

TEST_F(ModelFolderTest, NamesNeverLeaveTheModelsFolder) {
  Install("one");
  for (const char* name : {"../models/nothing", ".", "..", "/nowhere/at/all"}) {
    const auto model = OpenModel(name);
    ASSERT_FALSE(model) << name;
    EXPECT_EQ(model.error().code, ErrorCode::kModel) << name;
  }
}

TEST_F(ModelFolderTest, ListLeavesOutWhatIsBroken) {
  Install("good");
  Install("bad");
  fs::resize_file(dir_ + "/models/bad/model.onnx.data", 10);
  fs::create_directories(dir_ + "/models/empty");
  std::vector<Error> problems;
  const auto models = ListModels(&problems);
  ASSERT_EQ(models.size(), 1u);
  EXPECT_EQ(models[0].name, "good");
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_THAT(problems[0].ToString() + problems[1].ToString(),
              testing::AllOf(HasSubstr("model.onnx.data"), HasSubstr("empty")));
}

TEST_F(ModelFolderTest, EveryChangeOfTheManifestIsSeen) {
  Install("one");
  const std::string path = dir_ + "/models/one/dobby.json";
  const std::string good = *ReadWholeFile(path);
  // Under another name the checksum is none, and all else is as it was.
  const std::size_t name = good.find("\n \"blake3\"");
  ASSERT_NE(name, std::string::npos);
  for (std::size_t at = 0; at < good.size(); at += 13) {
    if (at >= name && at < name + 10) continue;
    std::string bytes = good;
    bytes[at] ^= 1 << at % 8;
    std::ofstream(path, std::ios::binary) << bytes;
    const auto model = VerifyModel(dir_ + "/models/one");
    ASSERT_FALSE(model) << "byte " << at;
    EXPECT_EQ(model.error().code, ErrorCode::kModel) << "byte " << at;
    EXPECT_THAT(model.error().message, HasSubstr("dobby.json"));
  }
}

/// Replaces the manifest of a folder by one without its own checksum.
void EditManifest(const std::string& folder,
                  const std::function<void(nlohmann::json&)>& edit) {
  auto manifest = nlohmann::json::parse(*ReadWholeFile(folder + "/dobby.json"));
  manifest.erase("blake3");
  edit(manifest);
  std::ofstream(folder + "/dobby.json") << manifest.dump();
}

TEST_F(ModelFolderTest, AManifestThatChecksNothingOrLiesIsRefused) {
  const auto shape = [](const char* key, std::int64_t value) {
    return [=](nlohmann::json& m) { m["shape"][key] = value; };
  };
  struct Case {
    const char* name;
    std::function<void(nlohmann::json&)> edit;
    const char* says;
  };
  int number = 0;
  for (const Case& c : {
           Case{"no files",
                [](auto& m) { m["files"] = nlohmann::json::array(); },
                "does not list model.onnx"},
           Case{"no tokenizer",
                [](auto& m) {
                  for (auto& file : m["files"]) {
                    if (file["name"] == "tokenizer.json") file["name"] = "x";
                  }
                },
                "does not list tokenizer.json"},
           Case{"a file twice",
                [](auto& m) { m["files"].push_back(m["files"][0]); }, "twice"},
           Case{"layers", shape("layers", 1025), "shape"},
           Case{"tokens", shape("vocab", (1 << 22) + 1), "shape"},
           Case{"context", shape("context", (1 << 24) + 1), "shape"},
           Case{"width", shape("width", 0x7fffffff), "shape"},
           Case{"heads", shape("heads", 1 << 20), "shape"},
           Case{"head size", shape("head_size", 1 << 20), "shape"},
           Case{"nothing", shape("kv_heads", 0), "shape"},
       }) {
    const std::string folder = dir_ + "/models/" + std::to_string(number);
    Install(std::to_string(number++));
    EditManifest(folder, [](auto&) {});
    ASSERT_TRUE(VerifyModel(folder)) << c.name;
    EditManifest(folder, c.edit);
    const auto model = OpenModel(folder);
    ASSERT_FALSE(model) << c.name;
    EXPECT_EQ(model.error().code, ErrorCode::kModel) << c.name;
    EXPECT_THAT(model.error().message, HasSubstr(c.says)) << c.name;
  }
}

TEST_F(ModelFolderTest, ADeepManifestIsRefused) {
  Install("one");
  const std::string path = dir_ + "/models/one/dobby.json";
  const std::string good = *ReadWholeFile(path);
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  std::ofstream(path) << "{\"x\":" << deep << "," << good.substr(1);
  const auto model = VerifyModel(dir_ + "/models/one");
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::kModel);
  EXPECT_THAT(model.error().message, HasSubstr("levels"));
}

TEST_F(ModelFolderTest, WhatTheManifestDoesNotListIsFoundByVerify) {
  Install("one");
  const std::string folder = dir_ + "/models/one";
  std::ofstream(folder + "/more.data") << "x";
  EXPECT_TRUE(OpenModel(folder)) << "nothing reads such a file";
  const auto model = VerifyModel(folder);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::kModel);
  EXPECT_THAT(model.error().message, HasSubstr("more.data"));
}

TEST_F(ModelFolderTest, AFileThatIsALinkIsRefused) {
  Install("one");
  const std::string file = dir_ + "/models/one/tokenizer.json";
  fs::rename(file, dir_ + "/elsewhere.json");
  fs::create_symlink(dir_ + "/elsewhere.json", file);
  const auto model = OpenModel(dir_ + "/models/one");
  ASSERT_FALSE(model);
  EXPECT_THAT(model.error().message, HasSubstr("no regular file"));
}

TEST_F(ModelFolderTest, NoModelsFolderIsAnEmptyList) {
  EXPECT_TRUE(ListModels(nullptr).empty());
}

TEST_F(ModelFolderTest, AGgufIsImportedOnce) {
  const auto first = OpenModel(gguf_);
  ASSERT_TRUE(first) << first.error().ToString();
  EXPECT_EQ(first->name, "tiny.Q8_0");
  const auto stamp = fs::last_write_time(first->FilePath("model.onnx"));
  const auto second = OpenModel(gguf_);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->path, first->path);
  EXPECT_EQ(fs::last_write_time(second->FilePath("model.onnx")), stamp);
}

TEST_F(ModelFolderTest, ADamagedCachedImportIsMadeAnew) {
  const auto first = OpenModel(gguf_);
  ASSERT_TRUE(first);
  std::ofstream(first->FilePath("model.onnx"), std::ios::app) << "x";
  const auto second = OpenModel(gguf_);
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_EQ(second->id, first->id);
}

TEST_F(ModelFolderTest, ProcessesThatImportTheSameFileAgree) {
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(OpenModel(gguf_) ? 0 : 1);
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_TRUE(OpenModel(gguf_));
}

TEST_F(ModelFolderTest, ABrokenGgufIsAModelError) {
  const std::string path = dir_ + "/broken.gguf";
  std::ofstream(path) << "GGUF";
  const auto model = OpenModel(path);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::kModel);
  EXPECT_THAT(model.error().message, HasSubstr("ends inside the version"));
}

TEST_F(ModelFolderTest, AManifestOfAnotherFormatIsRefused) {
  Install("one");
  const std::string path = dir_ + "/models/one/dobby.json";
  std::ofstream(path) << "{\"format\": 99}";
  const auto model = VerifyModel(dir_ + "/models/one");
  ASSERT_FALSE(model);
  EXPECT_THAT(model.error().message, HasSubstr("format 99"));
}

}  // namespace
}  // namespace dobby
