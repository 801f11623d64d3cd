#include <fcntl.h>
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "repo/test_tree.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

std::string LedgerOf(const TestTree& tree, const RepoOptions& options = {},
                     const std::string& below = "") {
  const auto repo = OpenRepo(tree.root() + below, options);
  return repo ? Ledger(*repo) : repo.error().ToString();
}

TEST(Walk, SortsBytewiseAndNamesTheRoot) {
  const TestTree tree;
  for (const char* path : {"a/b.c", "a.c", "a-b/c.c", "B.c", "\xC3\xA9.c"}) {
    tree.Write(path);
  }
  fs::create_directory_symlink(tree.root(), tree.home() + "/link");
  const auto repo = OpenRepo(tree.home() + "/link", {});
  ASSERT_TRUE(repo);
  EXPECT_EQ(repo->root, fs::canonical(tree.root()));
  EXPECT_EQ(repo->name, "root");
  EXPECT_EQ(Ledger(*repo), "B.c\na-b/c.c\na.c\na/b.c\n\xC3\xA9.c\n");
}

TEST(Walk, GivesAReasonForWhatIsLeftOut) {
  const TestTree tree;
  tree.MakeGit();
  tree.Write(".dobby/db");
  tree.Write(".hidden/x");
  tree.Write("Cargo.lock");
  tree.Write("a.c", "");
  tree.Write("big.c", std::string(100, 'x'));
  tree.Write("build/deep/x");
  tree.Write("gen/a.c");
  tree.Write("gen/b.c");
  tree.Write("third/x.c");
  tree.Write(".gitignore", "build/\n");
  tree.Write(".gitattributes",
             "gen/** linguist-generated\nthird/* linguist-vendored=true\n");
  tree.Write("gen/.gitattributes", "\"b.c\" -linguist-generated\n");
  fs::create_symlink("a.c", tree.root() + "/link");
  ASSERT_EQ(::mkfifo((tree.root() + "/pipe").c_str(), 0600), 0);
  RepoOptions options;
  options.max_file_bytes = 99;
  EXPECT_EQ(LedgerOf(tree, options),
            ".gitattributes ignored\n.gitignore ignored\n.hidden/ ignored\n"
            "Cargo.lock lock_file\na.c empty\nbig.c too_large\nbuild/ ignored\n"
            "gen/.gitattributes ignored\ngen/a.c generated\ngen/b.c\n"
            "link symlink\npipe special\nthird/x.c vendored\n");
}

TEST(Walk, LaterSourcesOutrankEarlierOnes) {
  const TestTree tree;
  tree.MakeGit();
  for (const char* path : {"a1", "a2", "a3", "a4", "a5", "sub/a2"}) {
    tree.Write(path);
  }
  tree.Write("../home/.config/git/ignore", "a*\n");
  tree.Write(".git/info/exclude", "!a1\n!a2\n!a3\n!a4\n!a5\n");
  tree.Write(".gitignore", "a2\na3\na4\na5\n");
  tree.Write(".ignore", "!a3\n!a4\n!a5\n");
  tree.Write(".dobbyignore", "a4\na5\n");
  tree.Write("sub/.gitignore", "!a2\n");
  RepoOptions options;
  options.exclude = {"!a5"};
  EXPECT_EQ(LedgerOf(tree, options),
            ".dobbyignore ignored\n.gitignore ignored\n.ignore ignored\na1\n"
            "a2 ignored\na3\na4 ignored\na5\nsub/.gitignore ignored\nsub/a2\n");
  options.use_ignore_files = false;
  options.include_hidden = true;
  EXPECT_EQ(LedgerOf(tree, options),
            ".dobbyignore\n.gitignore\n.ignore\na1\na2\na3\na4\na5\n"
            "sub/.gitignore\nsub/a2\n");
}

TEST(Walk, HonoursTheExcludesFileOfGitConfig) {
  const TestTree tree;
  tree.MakeGit();
  tree.Write("a.tmp");
  tree.Write("b.c");
  tree.Write("../home/mine", "*.tmp\n");
  tree.Write(
      "../home/.gitconfig",
      "[user]\n\tname = x\n[Core] ; c\n excludesFile = \"~/mine\" # d\n");
  EXPECT_EQ(LedgerOf(tree), "a.tmp ignored\nb.c\n");
  tree.Write(".git/config", "[core]\n\texcludesfile = /dev/null\n");
  EXPECT_EQ(LedgerOf(tree), "a.tmp\nb.c\n");
}

TEST(Walk, TakesTheRulesOfParentsInAWorkTree) {
  const TestTree tree;
  tree.Write(".gitignore", "/sub/deep/a.c\n*.o\n");
  tree.Write(".gitattributes", "sub/deep/g.c linguist-generated\n");
  tree.Write("sub/.gitignore", "!deep/b.o\n");
  for (const char* name : {"a.c", "b.o", "c.o", "g.c"}) {
    tree.Write("sub/deep/" + std::string(name));
  }
  EXPECT_EQ(LedgerOf(tree, {}, "/sub/deep"), "a.c\nb.o\nc.o\ng.c\n");
  tree.MakeGit();
  EXPECT_EQ(LedgerOf(tree, {}, "/sub/deep"),
            "a.c ignored\nb.o\nc.o ignored\ng.c generated\n");
}

TEST(Walk, FindsTheExcludesOfALinkedWorkTree) {
  const TestTree tree;
  tree.Write("../home/main/.git/info/exclude", "a.c\n");
  tree.Write("../home/main/.git/worktrees/w/HEAD", "x\n");
  tree.Write("../home/main/.git/worktrees/w/commondir", "../..\n");
  tree.Write(".git", "gitdir: " + tree.home() + "/main/.git/worktrees/w\n");
  tree.Write("a.c");
  tree.Write("b.c");
  EXPECT_EQ(LedgerOf(tree), "a.c ignored\nb.c\n");
}

TEST(Walk, ABrokenGitFileIsNoWorkTree) {
  for (const char* text : {"gitdir:", "gitdir: nowhere", "", "x"}) {
    const TestTree tree;
    tree.Write(".git", text);
    tree.Write("a.c");
    EXPECT_EQ(LedgerOf(tree), "a.c\n") << text;
  }
}

TEST(Walk, IncludesAndExcludes) {
  struct Case {
    const char* name;
    std::vector<std::string> include, exclude;
    const char* want;
  };
  const TestTree tree;
  for (const char* path : {"a.c", "a.h", "src/b.c", "src/x/b.h"}) {
    tree.Write(path);
  }
  for (const Case& c : {
           Case{"suffix", {"*.c"}, {}, "a.c\nsrc/b.c\n"},
           Case{"folder", {"src/"}, {}, "src/b.c\nsrc/x/b.h\n"},
           Case{"folder but", {"src/", "!*.h"}, {}, "src/b.c\n"},
           Case{"anchored", {"/*.c"}, {}, "a.c\n"},
           Case{"exclude wins", {"*.c"}, {"src"}, "a.c\n"},
           Case{"exclude", {}, {"*.h", "/a.c"}, "src/b.c\n"},
           Case{"exclude but", {}, {"*.*", "!b.h"}, "src/x/b.h\n"},
       }) {
    RepoOptions options;
    options.include = c.include;
    options.exclude = c.exclude;
    const auto repo = OpenRepo(tree.root(), options);
    ASSERT_TRUE(repo) << c.name;
    std::string selected;
    for (const FileEntry& entry : repo->entries) {
      if (entry.selected()) selected += entry.path + "\n";
    }
    EXPECT_EQ(selected, c.want) << c.name;
  }
}

TEST(Walk, OpensASingleFile) {
  const TestTree tree;
  tree.MakeGit();
  tree.Write("sub/.x.py", "print(1)\n");
  tree.Write("sub/y.py");
  tree.Write(".gitignore", "*.py\n");
  const auto repo = OpenRepo(tree.root() + "/sub/.x.py", {});
  ASSERT_TRUE(repo);
  EXPECT_EQ(repo->root, fs::canonical(tree.root() + "/sub"));
  EXPECT_EQ(Ledger(*repo), ".x.py\n");
  const auto content = ReadFile(*repo, repo->entries[0], {});
  ASSERT_TRUE(content && content->file);
  EXPECT_EQ(content->file->text, "print(1)\n");
  EXPECT_EQ(content->file->language.id, "python");
  EXPECT_EQ(content->file->hash, HashOf("print(1)\n"));
}

TEST(Walk, AMissingRootIsAnError) {
  const TestTree tree;
  const auto missing = OpenRepo(tree.root() + "/nowhere", {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  const auto endless = OpenRepo("/" + std::string(5000, 'x'), {});
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, ErrorCode::kIo);
}

TEST(Walk, KeepsNamesAsTheyAre) {
  const TestTree tree;
  tree.Write("new\nline.c");
  tree.Write("bad\xFFname.c");
  tree.Write(" blank ");
  EXPECT_EQ(LedgerOf(tree), " blank \nbad\xFFname.c\nnew\nline.c\n");
  const auto repo = OpenRepo(tree.root(), {});
  for (const FileEntry& entry : repo->entries) {
    EXPECT_TRUE(ReadFile(*repo, entry, {})->file) << entry.path;
  }
}

TEST(Walk, ALoopOfLinksIsTwoRows) {
  const TestTree tree;
  tree.Write("a/x.c");
  fs::create_directory_symlink("..", tree.root() + "/a/up");
  fs::create_symlink("self", tree.root() + "/self");
  EXPECT_EQ(LedgerOf(tree), "a/up symlink\na/x.c\nself symlink\n");
}

/// Folders in each other, all of one name, removed at the end one by one: no
/// function of a library goes so deep.
class NestedFolders {
 public:
  NestedFolders(const std::string& root, std::string name, int count)
      : name_(std::move(name)), count_(count) {
    here_ = ::open(root.c_str(), O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < count_; ++i) {
      EXPECT_EQ(::mkdirat(here_, name_.c_str(), 0700), 0);
      Move(name_.c_str());
    }
  }
  ~NestedFolders() {
    ::unlinkat(here_, "x.c", 0);
    for (int i = 0; i < count_; ++i) {
      Move("..");
      ::unlinkat(here_, name_.c_str(), AT_REMOVEDIR);
    }
    ::close(here_);
  }
  NestedFolders(const NestedFolders&) = delete;
  NestedFolders& operator=(const NestedFolders&) = delete;

  void WriteBelow() const {
    const int file = ::openat(here_, "x.c", O_WRONLY | O_CREAT, 0600);
    EXPECT_EQ(::write(file, "int x;\n", 7), 7);
    ::close(file);
  }

 private:
  void Move(const char* name) {
    const int there = ::openat(here_, name, O_RDONLY | O_DIRECTORY);
    ::close(here_);
    here_ = there;
  }

  const std::string name_;
  const int count_;
  int here_ = -1;
};

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Walk, FoldersOverTheLimitAreOneSkippedRow) {
  const TestTree tree;
  const NestedFolders folders(tree.root(), "d", 100'000);
  folders.WriteBelow();
  tree.Write(Repeated("d/", 256) + "in.c");
  tree.Write("e.c");
  rlimit old{};
  ::getrlimit(RLIMIT_NOFILE, &old);
  const rlimit low{64, old.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &low);
  const auto repo = OpenRepo(tree.root(), {});
  ASSERT_TRUE(repo);
  EXPECT_EQ(Ledger(*repo), Repeated("d/", 257) + " too_deep\n" +
                               Repeated("d/", 256) + "in.c\ne.c\n");
  const auto content = ReadFile(*repo, repo->entries[1], {});
  ::setrlimit(RLIMIT_NOFILE, &old);
  EXPECT_TRUE(content && content->file);
  ::unlink((tree.root() + "/" + Repeated("d/", 256) + "in.c").c_str());
}

TEST(Walk, PathsOverTheLimitAreSkipped) {
  const TestTree tree;
  const std::string name(203, 'd');  // 20 of them, with "/": 4,080 bytes.
  const NestedFolders folders(tree.root(), name, 21);
  const std::string folder = tree.root() + "/" + Repeated(name + "/", 19);
  const int below = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY);
  const int last = ::openat(below, name.c_str(), O_RDONLY | O_DIRECTORY);
  for (const char* file : {"123456789012345", "1234567890123456"}) {
    ::close(::openat(last, file, O_WRONLY | O_CREAT, 0600));
  }
  const auto repo = OpenRepo(tree.root(), {});
  for (const char* file : {"123456789012345", "1234567890123456"}) {
    ::unlinkat(last, file, 0);
  }
  ::close(last);
  ::close(below);
  ASSERT_TRUE(repo);
  const std::string path = Repeated(name + "/", 20);
  EXPECT_EQ(Ledger(*repo), path + "123456789012345 empty\n" + path +
                               "1234567890123456 too_deep\n" + path + name +
                               "/ too_deep\n");
}

TEST(Walk, AStopEndsIt) {
  const TestTree tree;
  tree.Write("a.c");
  std::stop_source stop;
  stop.request_stop();
  const auto repo = OpenRepo(tree.root(), {}, stop.get_token());
  ASSERT_FALSE(repo);
  EXPECT_EQ(repo.error().code, ErrorCode::kCancelled);
}

TEST(Walk, RuleFilesOverTheLimitAreNotUsedAndSaidToBe) {
  struct Case {
    const char* name;
    const char* file;
    std::string text;
    bool fits;
  };
  const Case cases[] = {
      {"patterns of 1 MiB", ".gitignore", Repeated("a.c\n", 1 << 18), true},
      {"more", ".gitignore", Repeated("a.c\n", (1 << 18) + 1), false},
      {"10,000 wildcards", ".ignore", Repeated("*.c\n", 10'000), true},
      {"more", ".ignore", Repeated("*.c\n", 10'001), false},
      {"10,000 attributes", ".gitattributes",
       Repeated("a.c linguist-generated\n", 10'000), true},
      {"more", ".gitattributes", Repeated("a.c linguist-generated\n", 10'001),
       false},
  };
  for (const Case& c : cases) {
    const TestTree tree;
    tree.Write(c.file, c.text);
    tree.Write("a.c");
    const auto repo = OpenRepo(tree.root(), {});
    ASSERT_TRUE(repo) << c.name;
    ASSERT_EQ(repo->entries.size(), 2u) << c.name;
    EXPECT_EQ(repo->entries[0].error.has_value(), !c.fits) << c.name;
    EXPECT_EQ(repo->entries[1].skip.has_value(), c.fits) << c.name;
  }
}

TEST(Walk, RuleFilesOfAllFoldersAboveCountTogether) {
  const TestTree tree;
  const std::string half = Repeated("*.x\n", 5'001);
  tree.Write(".gitignore", half);
  tree.Write("a/.gitignore", half + "b.c\n");
  tree.Write("a/b.c");
  tree.Write("c/.gitignore", "d.c\n");
  tree.Write("c/d.c");
  const auto repo = OpenRepo(tree.root(), {});
  ASSERT_TRUE(repo);
  EXPECT_EQ(Ledger(*repo),
            ".gitignore ignored\na/.gitignore !\na/b.c\n"
            "c/.gitignore ignored\nc/d.c ignored\n");
}

/// Takes from this thread, while it lives, root's power to read everything.
class WithoutPrivileges {
 public:
  WithoutPrivileges() {
    EXPECT_EQ(::syscall(SYS_capget, &header_, data_), 0);
    __user_cap_data_struct less[2] = {data_[0], data_[1]};
    less[0].effective &=
        ~((1u << CAP_DAC_OVERRIDE) | (1u << CAP_DAC_READ_SEARCH));
    EXPECT_EQ(::syscall(SYS_capset, &header_, less), 0);
  }
  ~WithoutPrivileges() { (void)::syscall(SYS_capset, &header_, data_); }

 private:
  __user_cap_header_struct header_{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data_[2]{};
};

TEST(Walk, AnUnreadableFolderIsARowWithAnError) {
  const TestTree tree;
  tree.Write("a.c");
  tree.Write("listed/x.c");
  tree.Write("locked/x.c");
  tree.Write("z.c");
  tree.Write("secret.c");
  fs::permissions(tree.root() + "/listed", fs::perms::owner_read);
  fs::permissions(tree.root() + "/locked", fs::perms::none);
  fs::permissions(tree.root() + "/secret.c", fs::perms::none);
  {
    const WithoutPrivileges now;
    const auto repo = OpenRepo(tree.root(), {});
    ASSERT_TRUE(repo);
    EXPECT_EQ(Ledger(*repo), "a.c\nlisted/ !\nlocked/ !\nsecret.c\nz.c\n");
    EXPECT_EQ(repo->entries[2].error->code, ErrorCode::kIo);
    EXPECT_EQ(repo->entries[2].error->context, "locked/");
    const auto content = ReadFile(*repo, repo->entries[3], {});
    ASSERT_FALSE(content);
    EXPECT_EQ(content.error().code, ErrorCode::kIo);
    EXPECT_EQ(content.error().context, "secret.c");
  }
  fs::permissions(tree.root() + "/listed", fs::perms::all);
  fs::permissions(tree.root() + "/locked", fs::perms::all);
}

TEST(ReadFile, SeesWhatAFileHasBecome) {
  const TestTree tree;
  for (const char* path : {"a", "b", "c", "d/e", "f"}) tree.Write(path);
  RepoOptions options;
  options.max_file_bytes = 10;
  const auto repo = OpenRepo(tree.root(), options);
  ASSERT_TRUE(repo);
  ASSERT_EQ(repo->entries.size(), 5u);
  fs::remove_all(tree.root());
  fs::create_directories(tree.root() + "/b");
  tree.Write("f", "longer than it was");
  tree.Write("other/e");
  fs::create_symlink("f", tree.root() + "/a");
  ASSERT_EQ(::mkfifo((tree.root() + "/c").c_str(), 0600), 0);
  fs::create_directory_symlink("other", tree.root() + "/d");
  const auto skip = [&](std::size_t i) {
    return ReadFile(*repo, repo->entries[i], options)->skip;
  };
  EXPECT_EQ(skip(0), SkipReason::kSymlink);
  EXPECT_EQ(skip(1), SkipReason::kSpecial);
  EXPECT_EQ(skip(2), SkipReason::kSpecial);
  EXPECT_EQ(skip(4), SkipReason::kTooLarge);
  // A link in the middle of the path is not followed either.
  EXPECT_FALSE(ReadFile(*repo, repo->entries[3], options));
  fs::remove_all(tree.root());
  const auto gone = ReadFile(*repo, repo->entries[4], options);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace dobby
