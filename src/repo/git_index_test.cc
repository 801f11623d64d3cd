#include "repo/git_index.h"

#include <cstdlib>
#include <string>

#include "base/files.h"
#include "repo/git_files.h"
#include "repo/test_tree.h"

namespace dobby {
namespace {

/// Runs git in the tree.
void Git(const TestTree& tree, const std::string& words) {
  const std::string command = "cd '" + tree.root() +
                              "' && git -c user.name=a -c user.email=a@b "
                              "-c protocol.file.allow=always " +
                              words + " >/dev/null 2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0) << words;
}

std::string LedgerOf(const TestTree& tree, const std::string& below = "") {
  const auto repo = OpenRepo(tree.root() + below, {});
  return repo ? Ledger(*repo) : repo.error().ToString();
}

TEST(GitIndex, ReadsEveryVersion) {
  for (const char* version : {"2", "3", "4"}) {
    const TestTree tree;
    for (const char* path : {"a.c", "b/c.c", "b/long-name.c", "b-x/d.c"}) {
      tree.Write(path);
    }
    tree.Write("later.c");
    Git(tree, "init -q .");
    Git(tree, "add a.c b b-x");
    Git(tree, "add -N later.c");  // An extended flag, so version 3.
    Git(tree, std::string("update-index --index-version ") + version);
    const auto git = FindGitWorkTree(tree.root());
    ASSERT_TRUE(git);
    const GitIndex index = ReadGitIndex(*git);
    EXPECT_EQ(index.size(), 5u) << version;
    EXPECT_TRUE(index.Holds("b/long-name.c"));
    EXPECT_TRUE(index.Holds("later.c"));
    EXPECT_FALSE(index.Holds("b"));
    EXPECT_TRUE(index.HoldsIn("b"));
    EXPECT_TRUE(index.HoldsIn("b-x"));
    EXPECT_FALSE(index.HoldsIn("a"));
  }
}

TEST(GitIndex, AHostileOneListsNothing) {
  const TestTree tree;
  tree.Write("a.c");
  tree.Write("b.c");
  Git(tree, "init -q .");
  Git(tree, "add .");
  const auto good = ReadWholeFile(tree.root() + "/.git/index");
  ASSERT_TRUE(good);
  ASSERT_EQ(GitIndex(*good, 20).size(), 2u);
  for (std::size_t length = 0; length < 12 + 2 * 64; ++length) {
    EXPECT_EQ(GitIndex(good->substr(0, length), 20).size(), 0u) << length;
  }
  for (std::size_t at = 0; at < good->size(); ++at) {
    std::string bad = *good;
    bad[at] = static_cast<char>(~bad[at]);
    EXPECT_LE(GitIndex(bad, 20).size(), 2u) << at;
  }
  // Version 4 can repeat a long path in few bytes.
  std::string wide("DIRC\0\0\0\4\0\377\377\377", 12);
  wide += std::string(60, '\0') + std::string(2, '\0') + '\0';
  wide += std::string(4000, 'x') + '\0';
  for (int i = 0; i < 100'000; ++i)
    wide += std::string(62, '\0') + std::string("\1y\0", 3);
  EXPECT_EQ(GitIndex(wide, 20).size(), 0u);
}

TEST(GitIndex, WhatGitTracksIsTaken) {
  const TestTree tree;
  tree.Write(".gitignore", "store\n*.gen.c\n");
  for (const char* path : {"app/store/disk.c", "app/store/junk.c", "a.gen.c",
                           "b.gen.c", "store/x.c"}) {
    tree.Write(path);
  }
  Git(tree, "init -q .");
  Git(tree, "add -f app/store/disk.c a.gen.c");
  EXPECT_EQ(LedgerOf(tree),
            ".gitignore ignored\na.gen.c\napp/store/disk.c\n"
            "app/store/junk.c ignored\nb.gen.c ignored\nstore/ ignored\n");
  EXPECT_EQ(LedgerOf(tree, "/app"), "store/disk.c\nstore/junk.c ignored\n");
  // Rules that are not git's hold for tracked files too.
  tree.Write(".dobbyignore", "disk.c\n");
  EXPECT_EQ(LedgerOf(tree, "/app"),
            "store/disk.c ignored\nstore/junk.c ignored\n");
}

TEST(NestedRepository, HasItsOwnRules) {
  const TestTree tree;
  tree.Write(".gitignore", "*.gen.c\nout\n");
  tree.Write(".gitattributes", "*.c linguist-vendored\n");
  for (const char* path : {"a.gen.c", "b.c", "lib/a.gen.c", "lib/out/x.c",
                           "lib/secret.c", "lib/own.c", "z/a.gen.c"}) {
    tree.Write(path);
  }
  tree.Write("lib/.gitignore", "own.c\n");
  tree.Write(".ignore", "x.c\n");
  Git(tree, "init -q .");
  Git(tree, "-C lib init -q .");
  tree.Write("lib/.git/info/exclude", "secret.c\n");
  EXPECT_EQ(LedgerOf(tree),
            ".gitattributes ignored\n.gitignore ignored\n.ignore ignored\n"
            "a.gen.c ignored\nb.c vendored\nlib/.gitignore ignored\n"
            "lib/a.gen.c\nlib/out/x.c ignored\nlib/own.c ignored\n"
            "lib/secret.c ignored\nz/a.gen.c ignored\n");
}

TEST(NestedRepository, ASubmoduleIsPartOfTheTree) {
  const TestTree tree;
  tree.Write("../home/lib/a.gen.c");
  tree.Write("../home/lib/b.c");
  Git(tree, "-C '" + tree.home() + "/lib' init -q .");
  Git(tree, "-C '" + tree.home() + "/lib' add .");
  Git(tree, "-C '" + tree.home() + "/lib' commit -qm x");
  tree.Write(".gitignore", "*.gen.c\nthird\n");
  Git(tree, "init -q .");
  Git(tree, "submodule add -f '" + tree.home() + "/lib' third/lib");
  tree.Write("third/other.c");
  EXPECT_EQ(LedgerOf(tree),
            ".gitignore ignored\n.gitmodules ignored\nthird/lib/a.gen.c\n"
            "third/lib/b.c\nthird/other.c ignored\n");
}

}  // namespace
}  // namespace dobby
