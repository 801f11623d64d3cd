#include "repo/git_config.h"

#include <algorithm>
#include <string>

#include "repo/git_files.h"
#include "repo/test_tree.h"

namespace dobby {
namespace {

std::string Settings(std::string_view text) {
  std::string all;
  ForEachSetting(text, [&](const GitSetting& setting) {
    all += setting.section + "|" + setting.subsection + "|" + setting.key +
           "|" + setting.value + "\n";
  });
  return all;
}

TEST(GitConfig, ReadsItsSyntax) {
  struct Case {
    const char* text;
    const char* want;
  };
  for (const Case& c : {
           Case{"[Core]\n\tExcludesFile = a b ; c\n",
                "core||excludesfile|a b\n"},
           Case{"[core] bare\n", "core||bare|true\n"},
           Case{"[a \"B \\\"c\"] d = \"e ; f\" # g\n", "a|B \"c|d|e ; f\n"},
           Case{"[a]\nb = c\\\n  d\\te\n", "a||b|c  d\te\n"},
           Case{"\xEF\xBB\xBF[a]\r\nb=c\r\n", "a||b|c\n"},
           Case{"[a]\n# b = c\n; d\n", ""},
           Case{"[a", ""},
           Case{"[a \"b", ""},
       }) {
    EXPECT_EQ(Settings(c.text), c.want) << c.text;
  }
}

std::string ExcludesFile(const TestTree& tree) {
  return ReadGitConfig(FindGitWorkTree(tree.root()))
      .excludes_file.value_or("none");
}

TEST(GitConfig, FollowsIncludes) {
  struct Case {
    const char* config;
    const char* want;
  };
  const TestTree tree;
  tree.Write(".git/HEAD", "ref: refs/heads/topic/x\n");
  tree.Write("../home/more", "[core]\nexcludesfile = ~/mine\n");
  tree.Write("../home/sub/deep", "[include]\npath = ../more\n");
  const std::string mine = tree.home() + "/mine";
  for (const Case& c : {
           Case{"[include]\npath = more\n", mine.c_str()},
           Case{"[include]\npath = ~/sub/deep\n", mine.c_str()},
           Case{"[include]\npath = more\n[core]\nexcludesFile=/x\n", "/x"},
           Case{"[include]\npath = nowhere\n", "none"},
           Case{"[includeIf \"gitdir:root/\"]\npath = more\n", mine.c_str()},
           Case{"[includeIf \"gitdir:ROOT/\"]\npath = more\n", "none"},
           Case{"[includeIf \"gitdir/i:ROOT/\"]\npath = more\n", mine.c_str()},
           Case{"[includeIf \"gitdir:~/jobs/\"]\npath = more\n", "none"},
           Case{"[includeIf \"onbranch:topic/\"]\npath = more\n", mine.c_str()},
           Case{"[includeIf \"onbranch:main\"]\npath = more\n", "none"},
           Case{"[includeIf \"what:ever\"]\npath = more\n", "none"},
       }) {
    tree.Write("../home/.gitconfig", c.config);
    EXPECT_EQ(ExcludesFile(tree), c.want) << c.config;
  }
}

TEST(GitConfig, IncludesThatGoOnAreCut) {
  const TestTree tree;
  tree.Write("../home/.gitconfig",
             "[include]\npath = .gitconfig\npath = .gitconfig\n"
             "path = .gitconfig\n[core]\nexcludesfile = /x\n");
  const GitConfig config = ReadGitConfig(std::nullopt);
  EXPECT_EQ(config.excludes_file, "/x");
  EXPECT_LE(config.files.size(), kMostConfigFiles);
}

TEST(GitConfig, WhatIsIncludedMayBeRead) {
  const TestTree tree;
  tree.MakeGit();
  tree.Write("../home/.gitconfig", "[include]\npath = more\n");
  tree.Write("../home/more", "[core]\nexcludesfile = ~/mine\n");
  const auto files = OuterRuleFiles(tree.root());
  for (const char* name : {"/more", "/mine"}) {
    EXPECT_EQ(std::count(files.begin(), files.end(), tree.home() + name), 1)
        << name;
  }
}

}  // namespace
}  // namespace dobby
