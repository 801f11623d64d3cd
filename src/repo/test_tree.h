// A folder of files for the tests of this layer, removed at the end.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "dobby/repo.h"
#include "gtest/gtest.h"

namespace dobby {

/// A new folder below the test's temporary folder. HOME is inside it, so that
/// the user's git settings have no effect.
class TestTree {
 public:
  TestTree() {
    // In memory where there is such a place: thousands of small files take a
    // busy disk a minute.
    const bool shm = std::filesystem::is_directory("/dev/shm");
    std::string name =
        (shm ? "/dev/shm/" : testing::TempDir()) + "dobby-tree-XXXXXX";
    base_ = ::mkdtemp(name.data());
    root_ = base_ / "root";
    std::filesystem::create_directories(base_ / "home");
    std::filesystem::create_directories(root_);
    ::setenv("HOME", home().c_str(), 1);
    ::setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    ::setenv("GIT_CONFIG_SYSTEM", "/dev/null", 1);
    ::unsetenv("XDG_CONFIG_HOME");
    ::unsetenv("GIT_CONFIG_GLOBAL");
  }
  ~TestTree() {
    std::error_code ignored;
    std::filesystem::remove_all(base_, ignored);
  }
  TestTree(const TestTree&) = delete;
  TestTree& operator=(const TestTree&) = delete;

  std::string root() const { return root_.string(); }
  std::string home() const { return (base_ / "home").string(); }

  void Write(const std::string& path, std::string_view text = "x\n") const {
    const std::filesystem::path file = root_ / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }

  /// Makes it look like a git work tree, without git.
  void MakeGit() const { Write(".git/HEAD", "ref: refs/heads/main\n"); }

 private:
  std::filesystem::path base_, root_;
};

/// Returns a line for each entry: "path", "path skip_reason" or "path !".
inline std::string Ledger(const Repo& repo) {
  std::string lines;
  for (const FileEntry& entry : repo.entries) {
    lines += entry.path;
    if (entry.skip) lines += " " + std::string(NameOf(*entry.skip));
    if (entry.error) lines += " !";
    lines += '\n';
  }
  return lines;
}

}  // namespace dobby
