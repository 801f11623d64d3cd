#include "base/folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/files.h"
#include "gtest/gtest.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

/// A folder with a file that nobody may touch, and one to work in.
class FolderTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    base_ = testing::TempDir() + "dobby_folder_" + test->name();
    fs::remove_all(base_);
    fs::create_directories(base_ + "/work");
    std::ofstream(base_ + "/victim") << "precious";
  }
  Folder Work() const { return *Folder::Open(base_ + "/work"); }
  std::string VictimText() const {
    std::ifstream file(base_ + "/victim");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string base_;
};

TEST_F(FolderTest, ALinkIsNeitherWrittenNorReplacedNorEntered) {
  fs::create_symlink("../victim", base_ + "/work/link");
  fs::create_directory_symlink("..", base_ + "/work/up");
  const Folder work = Work();
  const auto written = work.WriteFile("link", "*\n");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find("is a link"), std::string::npos);
  EXPECT_FALSE(work.OpenFile("link", O_RDWR | O_CREAT | O_TRUNC, 0644));
  EXPECT_FALSE(WriteFileAtomically(base_ + "/work/link", "*\n"));
  EXPECT_FALSE(OpenForWriting(base_ + "/work/link", O_WRONLY | O_TRUNC));
  EXPECT_FALSE(work.Enter("up"));
  EXPECT_FALSE(work.Make("up", 0700));
  EXPECT_EQ(VictimText(), "precious");
  EXPECT_TRUE(fs::is_symlink(base_ + "/work/link"));
}

TEST_F(FolderTest, AFileWithASecondNameIsNotOpened) {
  fs::create_hard_link(base_ + "/victim", base_ + "/work/lock");
  EXPECT_FALSE(Work().OpenFile("lock", O_RDWR | O_TRUNC));
  EXPECT_EQ(VictimText(), "precious");
}

TEST_F(FolderTest, WhatIsNoFileIsNeitherOpenedNorReplaced) {
  ASSERT_EQ(::mkfifo((base_ + "/work/fifo").c_str(), 0644), 0);
  EXPECT_FALSE(Work().OpenFile("fifo", O_RDONLY));
  EXPECT_FALSE(Work().WriteFile("fifo", "x"));
}

TEST_F(FolderTest, ANameIsOnePartOfAPath) {
  for (const std::string name : {"", ".", "..", "a/b", "../victim"}) {
    EXPECT_FALSE(Work().OpenFile(name, O_WRONLY | O_CREAT, 0644)) << name;
    EXPECT_FALSE(Work().WriteFile(name, "x")) << name;
    EXPECT_FALSE(Work().Enter(name)) << name;
    EXPECT_FALSE(Work().Make(name, 0700)) << name;
  }
  EXPECT_EQ(VictimText(), "precious");
}

TEST_F(FolderTest, WhatIsWrittenStaysInTheFolderThatWasOpened) {
  const Folder work = Work();
  fs::rename(base_ + "/work", base_ + "/moved");
  fs::create_directory_symlink(".", base_ + "/work");
  ASSERT_TRUE(work.WriteFile("victim", "new"));
  std::ofstream(work.PinnedPathOf("other")) << "new";
  EXPECT_EQ(VictimText(), "precious");
  EXPECT_TRUE(fs::exists(base_ + "/moved/victim"));
  EXPECT_TRUE(fs::exists(base_ + "/moved/other"));
}

TEST_F(FolderTest, WritingLeavesNothingElseAndNamesAreNotGuessable) {
  ASSERT_TRUE(WriteFileAtomically(base_ + "/work/a", "1"));
  ASSERT_TRUE(WriteFileAtomically(base_ + "/work/a", "22"));
  EXPECT_EQ(Work().Names(10), std::vector<std::string>{"a"});
  EXPECT_EQ(*Work().ReadFile("a", 2), "22");
  EXPECT_EQ(Work().ReadFile("a", 1).error().code, ErrorCode::kTooLarge);
  std::set<std::string> names;
  for (int i = 0; i < 100; ++i) names.insert(RandomName());
  EXPECT_EQ(names.size(), 100u);
  EXPECT_EQ(names.begin()->size(), 32u);
}

TEST_F(FolderTest, AFailedWriteLeavesTheOldFileAlone) {
  ASSERT_TRUE(WriteFileAtomically(base_ + "/work/a", "old"));
  fs::create_directory(base_ + "/work/folder");
  EXPECT_FALSE(WriteFileAtomically(base_ + "/work/folder", "new"));
  EXPECT_FALSE(WriteFileAtomically(base_ + "/none/a", "new"));
  EXPECT_EQ(Work().Names(10).size(), 2u) << "no part is left";
  EXPECT_EQ(*Work().ReadFile("a", 10), "old");
}

TEST_F(FolderTest, PrivateMeansMineAndClosedToOthers) {
  const std::string path = base_ + "/work";
  ::chmod(path.c_str(), 0700);
  EXPECT_TRUE(Work().CheckPrivate(true));
  ::chmod(path.c_str(), 0755);
  EXPECT_TRUE(Work().CheckPrivate(false));
  EXPECT_FALSE(Work().CheckPrivate(true));
  ::chmod(path.c_str(), 0770);
  EXPECT_FALSE(Work().CheckPrivate(false));
  if (::geteuid() != 0) return;
  ::chmod(path.c_str(), 0700);
  ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
  const auto other = Work().CheckPrivate(false);
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("another user"), std::string::npos);
}

TEST_F(FolderTest, MakesParentsWithTheModeAskedFor) {
  ASSERT_TRUE(MakeDirsOfMode(base_ + "/a/b/c", 0700));
  ASSERT_TRUE(MakeDirsOfMode(base_ + "/a/b/c", 0700));
  struct stat status{};
  ASSERT_EQ(::stat((base_ + "/a/b").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  EXPECT_FALSE(MakeDirs(base_ + "/victim"));
  EXPECT_FALSE(MakeDirs(base_ + "/victim/below"));
}

}  // namespace
}  // namespace dobby
