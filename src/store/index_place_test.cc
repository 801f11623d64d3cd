#include "dobby/index_place.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "base/folder.h"
#include "dobby/store.h"
#include "gmock/gmock.h"
#include "store/sample_records.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;
using Kind = IndexPlace::Kind;

/// A state folder and a tree, both empty.
class IndexPlaceTest : public testing::Test {
 protected:
  void SetUp() override {
    base_ = fs::canonical(FreshFolder()).string();
    state_ = base_ + "/state/dobby";
    ::setenv("XDG_STATE_HOME", (base_ + "/state").c_str(), 1);
    tree_ = base_ + "/tree";
    fs::create_directories(tree_ + "/src");
  }
  void TearDown() override { ::unsetenv("XDG_STATE_HOME"); }

  /// Makes the place and an index in it.
  IndexPlace Make(bool here) {
    auto place = MakePlace(tree_, here, &strangers_);
    EXPECT_TRUE(place) << place.error().ToString();
    auto store = Store::OpenForWriting(*place);
    EXPECT_TRUE(store) << store.error().ToString();
    EXPECT_TRUE((*store)->Begin(tree_, "tree", "model", "1"));
    return *std::move(place);
  }
  std::optional<IndexPlace> Nearest(const std::string& path) {
    strangers_.clear();
    auto place = FindNearestPlace(path, &strangers_);
    EXPECT_TRUE(place) << place.error().ToString();
    return place ? *std::move(place) : std::nullopt;
  }
  static mode_t ModeOf(const std::string& path) {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  }

  std::string base_, state_, tree_;
  std::vector<std::string> strangers_;
};

TEST_F(IndexPlaceTest, AnIndexIsInTheStateFolderAndTheTreeIsLeftAsItWas) {
  EXPECT_FALSE(Nearest(tree_));
  EXPECT_FALSE(fs::exists(state_)) << "looking makes nothing";
  const IndexPlace made = Make(/*here=*/false);
  EXPECT_EQ(made.kind, Kind::kState);
  EXPECT_THAT(made.db(), testing::StartsWith(state_ + "/indexes/tree-"));
  EXPECT_EQ(ModeOf(state_), 0700u);
  EXPECT_EQ(ModeOf(fs::path(made.db()).parent_path()), 0700u);
  EXPECT_FALSE(fs::exists(tree_ + "/.dobby"));
  const auto found = Nearest(tree_ + "/src");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->db(), made.db());
  EXPECT_EQ(found->root, tree_);
  EXPECT_EQ(Nearest(tree_ + "/src/none.c"), std::nullopt)
      << "what is not on disk stands for the current folder";
  EXPECT_FALSE(Nearest(base_));
}

TEST_F(IndexPlaceTest, TreesOfOneNameHaveTheirOwn) {
  const std::string first = Make(false).db();
  tree_ = base_ + "/other/tree";
  fs::create_directories(tree_);
  EXPECT_NE(Make(false).db(), first);
}

TEST_F(IndexPlaceTest, HereIsInTheTreeAndMovesWithIt) {
  const IndexPlace made = Make(/*here=*/true);
  EXPECT_EQ(made.kind, Kind::kHere);
  EXPECT_THAT(made.db(), testing::StartsWith(tree_ + "/.dobby/"));
  EXPECT_EQ(ModeOf(tree_ + "/.dobby"), 0700u);
  std::ifstream ignore(tree_ + "/.dobby/.gitignore");
  EXPECT_EQ(std::string((std::istreambuf_iterator<char>(ignore)), {}), "*\n");
  EXPECT_EQ(Make(/*here=*/false).db(), made.db()) << "goes on there";
  fs::rename(tree_, base_ + "/moved");
  const auto found = Nearest(base_ + "/moved/src");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->root, base_ + "/moved");
  EXPECT_TRUE(Store::OpenForReading(*found));
  EXPECT_TRUE(strangers_.empty());
}

TEST_F(IndexPlaceTest, ADobbyFolderThatATreeBringsIsAStranger) {
  WriteBytes(base_ + "/victim", "precious");
  const std::string dobby = tree_ + "/.dobby";
  struct Case {
    const char* name;
    std::function<void()> make;
  };
  for (const Case& c :
       {Case{"a folder with a database",
             [&] {
               fs::create_directory(dobby);
               WriteBytes(dobby + "/index.db", "x");
             }},
        Case{"a link to a folder",
             [&] { fs::create_directory_symlink(base_, dobby); }},
        Case{"a dangling link", [&] { fs::create_symlink("none", dobby); }},
        Case{"a file", [&] { WriteBytes(dobby, "x"); }},
        Case{"a fifo", [&] { ::mkfifo(dobby.c_str(), 0600); }}}) {
    fs::remove_all(dobby);
    c.make();
    EXPECT_FALSE(Nearest(tree_)) << c.name;
    EXPECT_EQ(strangers_, std::vector<std::string>{dobby}) << c.name;
    const auto here = MakePlace(tree_, /*here=*/true, &strangers_);
    ASSERT_FALSE(here) << c.name;
    EXPECT_EQ(here.error().code, ErrorCode::kUsage) << c.name;
    EXPECT_EQ(MakePlace(tree_, false, &strangers_)->kind, Kind::kState)
        << c.name;
  }
}

TEST_F(IndexPlaceTest, ACopyOfAFolderThatDobbyMadeIsAStranger) {
  const IndexPlace made = Make(/*here=*/true);
  fs::create_directory(base_ + "/clone");
  fs::copy(tree_ + "/.dobby", base_ + "/clone/.dobby",
           fs::copy_options::recursive);
  ::chmod((base_ + "/clone/.dobby").c_str(), 0700);
  EXPECT_FALSE(Nearest(base_ + "/clone"));
  EXPECT_EQ(strangers_.size(), 1u);
  // The same name again in the place of a folder that was removed.
  const std::string inner = fs::path(made.db()).parent_path().string();
  fs::rename(inner, base_ + "/kept");
  fs::create_directory(inner);
  fs::copy_file(base_ + "/kept/index.db", inner + "/index.db");
  EXPECT_FALSE(Nearest(tree_));
}

TEST_F(IndexPlaceTest, OtherUsersNeitherWriteNorBringAnIndex) {
  const std::string folder = fs::path(Make(false).db()).parent_path().string();
  const auto refused = [&] {
    return !FindPlace(tree_, &strangers_) &&
           !MakePlace(tree_, false, &strangers_);
  };
  ::chmod(folder.c_str(), 0777);
  EXPECT_TRUE(refused()) << "open to others";
  ::chmod(folder.c_str(), 0700);
  EXPECT_FALSE(refused());
  ::chmod(state_.c_str(), 0770);
  EXPECT_TRUE(refused()) << "a state folder open to others";
  ::chmod(state_.c_str(), 0700);
  fs::rename(folder, base_ + "/elsewhere");
  fs::create_directory_symlink(base_ + "/elsewhere", folder);
  EXPECT_TRUE(refused()) << "a link below the state folder";
  fs::remove(folder);
  fs::rename(base_ + "/elsewhere", folder);
  if (::geteuid() != 0) return;
  ASSERT_EQ(::chown(folder.c_str(), 65534, 65534), 0);
  EXPECT_TRUE(refused()) << "of another user";
}

TEST_F(IndexPlaceTest, TheRootThatIsRecordedIsCompared) {
  const IndexPlace made = Make(/*here=*/false);
  const std::string mine = fs::path(made.db()).parent_path().string();
  fs::rename(tree_, base_ + "/second");
  tree_ = base_ + "/second";
  const std::string other = fs::path(Make(false).db()).parent_path().string();
  fs::remove_all(other);
  fs::rename(mine, other);
  const auto found = Nearest(tree_);
  ASSERT_TRUE(found);
  const auto store = Store::OpenForReading(*found);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, testing::HasSubstr("another folder"));
  EXPECT_FALSE(Store::OpenForWriting(*found));
}

}  // namespace
}  // namespace dobby
