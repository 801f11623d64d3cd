#include "models/staged_folder.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "gtest/gtest.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

class StagedFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    dir_ = testing::TempDir() + "dobby_staged_" + test->name();
    fs::remove_all(dir_);
    fs::create_directories(dir_);
  }
  static void Write(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path) << text;
  }
  static std::string Read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// Returns the names in the folder but those of locks.
  std::vector<std::string> Left() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(dir_)) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(".lock")) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  /// Puts a folder with `text` in the place of `m`.
  void Replace(const std::string& text, bool in_two_steps) {
    auto staged = StagedFolder::Begin(dir_ + "/m");
    ASSERT_TRUE(staged) << staged.error().ToString();
    Write(staged->path() + "/f", text);
    const auto done =
        in_two_steps ? staged->CommitInTwoSteps() : staged->Commit();
    ASSERT_TRUE(done) << done.error().ToString();
  }

  std::string dir_;
};

TEST_F(StagedFolderTest, ReplacesWhatWasThereAndLeavesNothingElse) {
  for (const bool in_two_steps : {false, true}) {
    Replace("old", in_two_steps);
    EXPECT_EQ(Read(dir_ + "/m/f"), "old");
    Replace("new", in_two_steps);
    EXPECT_EQ(Read(dir_ + "/m/f"), "new");
    EXPECT_EQ(Left(), std::vector<std::string>{"m"});
  }
}

TEST_F(StagedFolderTest, TheNameIsThereAtEveryMoment) {
  // An open folder still shows the old content, and no moment had none: the
  // inode of the name changes in one call.
  Replace("old", false);
  auto staged = StagedFolder::Begin(dir_ + "/m");
  ASSERT_TRUE(staged);
  Write(staged->path() + "/f", "new");
  // A folder of that name would stop the two steps, and is not in the way.
  Write(dir_ + "/.m.old/keep", "x");
  ASSERT_TRUE(staged->Commit());
  EXPECT_EQ(Read(dir_ + "/m/f"), "new");
  EXPECT_TRUE(fs::exists(dir_ + "/.m.old/keep"));
}

TEST_F(StagedFolderTest, WhatAKilledProcessMovedAwayComesBack) {
  Write(dir_ + "/.m.old/f", "old");
  {
    ASSERT_TRUE(StagedFolder::Begin(dir_ + "/m"));
  }
  EXPECT_EQ(Read(dir_ + "/m/f"), "old");
  EXPECT_EQ(Left(), std::vector<std::string>{"m"});
}

TEST_F(StagedFolderTest, AFailedReplacementLeavesTheOldOne) {
  Replace("old", false);
  for (const bool in_two_steps : {false, true}) {
    auto staged = StagedFolder::Begin(dir_ + "/m");
    ASSERT_TRUE(staged);
    fs::remove_all(staged->path());  // There is nothing to put in its place.
    EXPECT_FALSE(in_two_steps ? staged->CommitInTwoSteps() : staged->Commit());
    EXPECT_EQ(Read(dir_ + "/m/f"), "old");
  }
}

TEST_F(StagedFolderTest, OnlyLeftoversOfItsOwnAreRemoved) {
  const std::string random(32, 'a');
  Write(dir_ + "/.m." + random + ".part/f", "x");
  Write(dir_ + "/.m.part/f", "x");
  Write(dir_ + "/.m.x." + random + ".part/f", "of the model m.x");
  {
    ASSERT_TRUE(StagedFolder::Begin(dir_ + "/m"));
  }
  EXPECT_EQ(Left(), std::vector<std::string>{".m.x." + random + ".part"});
}

TEST_F(StagedFolderTest, LinksBesideItAreNotFollowed) {
  Write(dir_ + "/victim", "precious");
  fs::create_symlink("victim", dir_ + "/.m.lock");
  EXPECT_FALSE(StagedFolder::Begin(dir_ + "/m"));
  fs::remove(dir_ + "/.m.lock");
  fs::create_directory_symlink(dir_, dir_ + "/.m.part");
  {
    ASSERT_TRUE(StagedFolder::Begin(dir_ + "/m"));
  }
  EXPECT_EQ(Read(dir_ + "/victim"), "precious");
}

}  // namespace
}  // namespace dobby
