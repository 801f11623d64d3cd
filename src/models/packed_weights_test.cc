// The file of packed weights: made once, mended, and nobody else's to change.
#include "models/packed_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "base/files.h"
#include "models/fast_graph.h"
#include "models/synthetic_gguf.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

/// Models and cache in a folder of the test's own.
class PackedWeightsTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    dir_ = testing::TempDir() + "/packed_" + info->name();
    fs::remove_all(dir_);
    fs::create_directories(dir_);
    ::setenv("DOBBY_CACHE", (dir_ + "/cache").c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("DOBBY_CACHE");
    fs::remove_all(dir_);
  }

  ModelFolder Tiny() {
    const std::string path = dir_ + "/tiny.gguf";
    EXPECT_TRUE(WriteSyntheticGguf(path, {}));
    ImportOptions options;
    options.out_dir = dir_ + "/models";
    auto report = ImportGguf(path, options);
    EXPECT_TRUE(report) << report.error().ToString();
    return report ? report->model : ModelFolder();
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

TEST_F(PackedWeightsTest, ThePackedFileIsMadeOnceAndAgainWhenItIsDamaged) {
  const ModelFolder model = Tiny();
  const auto first = DeriveFastGraph(model);
  ASSERT_TRUE(first);
  const std::string file = first->data_folder + "/" + kPackedFile;
  EXPECT_EQ(first->data_folder,
            dir_ + "/cache/packed/" + model.id.ToHex() + "-v2");
  const std::string good = *ReadWholeFile(file);
  const auto made = fs::last_write_time(file);
  EXPECT_EQ(DeriveFastGraph(model)->bytes, first->bytes);
  EXPECT_EQ(fs::last_write_time(file), made);
  EXPECT_TRUE(VerifyPackedWeights(first->data_folder));

  std::string other_layout = good;
  other_layout[other_layout.find("layout v1") + 8] = '0';
  for (const std::string& bad : {good.substr(0, good.size() / 2), std::string(),
                                 other_layout, good + "x"}) {
    std::ofstream(file, std::ios::binary) << bad;
    ASSERT_TRUE(DeriveFastGraph(model));
    EXPECT_EQ(*ReadWholeFile(file), good) << bad.size();
  }
  fs::remove(file);
  ASSERT_TRUE(DeriveFastGraph(model));
  EXPECT_EQ(*ReadWholeFile(file), good);
  EXPECT_EQ(Packed().size(), 1u);
}

TEST_F(PackedWeightsTest, AFlippedBitOfThePackedFileIsFoundAndMended) {
  const ModelFolder model = Tiny();
  const auto fast = DeriveFastGraph(model);
  ASSERT_TRUE(fast);
  const std::string file = fast->data_folder + "/" + kPackedFile;
  const std::string good = *ReadWholeFile(file);
  for (const std::size_t at :
       {std::size_t{4096}, good.size() / 2, good.size() - 1}) {
    std::string bad = good;
    bad[at] ^= 1;
    std::ofstream(file, std::ios::binary) << bad;
    const auto verified = VerifyPackedWeights(fast->data_folder);
    ASSERT_FALSE(verified) << at;
    EXPECT_EQ(verified.error().code, ErrorCode::kCorrupt);
    ASSERT_TRUE(DeriveFastGraph(model));
    EXPECT_EQ(*ReadWholeFile(file), good);
  }
}

TEST_F(PackedWeightsTest, AFileThatOthersMayChangeIsNotUsed) {
  const ModelFolder model = Tiny();
  const auto fast = DeriveFastGraph(model);
  ASSERT_TRUE(fast) << fast.error().ToString();
  const fs::path folder = fast->data_folder, file = folder / kPackedFile;
  const auto mode = [](const fs::path& path) {
    return fs::status(path).permissions();
  };
  const auto others = fs::perms(0022);
  EXPECT_EQ(mode(file) & others, fs::perms::none);
  EXPECT_EQ(mode(folder), fs::perms(0700));
  EXPECT_EQ(mode(folder.parent_path()), fs::perms(0700));
  const std::string good = *ReadWholeFile(file);
  const std::vector<std::function<void()>> spoils = {
      [&] { fs::permissions(file, fs::perms(0666)); },
      [&] { fs::permissions(folder, fs::perms(0777)); },
      [&] {
        fs::rename(file, dir_ + "/elsewhere");
        fs::create_symlink(dir_ + "/elsewhere", file);
      },
  };
  for (std::size_t i = 0; i < spoils.size(); ++i) {
    spoils[i]();
    ASSERT_TRUE(DeriveFastGraph(model)) << i;
    EXPECT_EQ(fs::symlink_status(file).type(), fs::file_type::regular) << i;
    EXPECT_EQ(mode(file) & others, fs::perms::none) << i;
    EXPECT_EQ(mode(folder), fs::perms(0700)) << i;
    EXPECT_EQ(*ReadWholeFile(file), good) << i;
  }
  fs::permissions(folder.parent_path(), fs::perms(0775));
  const auto refused = DeriveFastGraph(model);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIo);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("chmod 700"));
}

TEST_F(PackedWeightsTest, FilesOfOtherLayoutsAreRemoved) {
  const ModelFolder model = Tiny();
  const std::string packed = dir_ + "/cache/packed/";
  const std::string id = model.id.ToHex();
  const std::string other = std::string(64, '0') + "-v0";
  for (const std::string& name : {id + "-v0", other}) {
    fs::create_directories(packed + name);
    std::ofstream(packed + name + "/weights.bin") << "old";
  }
  ASSERT_TRUE(DeriveFastGraph(model));
  EXPECT_THAT(Packed(), testing::UnorderedElementsAre(id + "-v2", other));
}

TEST_F(PackedWeightsTest, ProcessesMayPackAtOnce) {
  const ModelFolder model = Tiny();
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto fast = DeriveFastGraph(model);
      ::_exit(fast && VerifyPackedWeights(fast->data_folder) ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(Packed().size(), 1u);
}

TEST_F(PackedWeightsTest, AFullDiskIsAnIoErrorAndLeavesNothing) {
  const ModelFolder model = Tiny();
  // A process of its own whose files may not grow over 20 KB.
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {20000, 20000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto fast = DeriveFastGraph(model);
    ::_exit(!fast && fast.error().code == ErrorCode::kIo ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(Packed().empty());
}

}  // namespace
}  // namespace dobby
