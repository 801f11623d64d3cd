#include "repo/git_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "repo/git_config.h"

namespace dobby {
namespace {

// No file of patterns or settings is near this; bounds what a hostile one
// costs.
constexpr std::uint64_t kMaxSettingsBytes = 8u << 20;

constexpr std::size_t kSha1Bytes = 20, kSha256Bytes = 32;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool Exists(const std::string& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0;
}

std::string Join(const std::string& folder, const std::string& path) {
  return path.starts_with('/') ? path : folder + "/" + path;
}

/// Returns the folder that a ".git" entry stands for; a linked work tree or a
/// submodule has a file that names it.
std::string GitDirOf(const std::string& top) {
  std::string dot_git = top + "/.git";
  const std::string text = TextOrEmpty(dot_git);
  constexpr std::string_view kKey = "gitdir:";
  if (!text.starts_with(kKey)) return dot_git;
  return Join(top, std::string(Trim(Trim(text).substr(kKey.size()))));
}

}  // namespace

std::string UserGitFolder() {
  const std::string set = Environment("XDG_CONFIG_HOME");
  return (set.empty() ? Environment("HOME") + "/.config" : set) + "/git";
}

std::string TextOrEmpty(const std::string& path) {
  auto text = ReadWholeFile(path, kMaxSettingsBytes);
  return text ? *std::move(text) : std::string();
}

std::optional<GitWorkTree> GitWorkTreeAt(const std::string& folder) {
  if (!Exists(folder + "/.git")) return std::nullopt;
  std::string git_dir = GitDirOf(folder);
  if (!Exists(git_dir + "/HEAD")) return std::nullopt;
  const std::string text = TextOrEmpty(git_dir + "/commondir");
  const std::string common(Trim(text));
  std::string common_dir = common.empty() ? git_dir : Join(git_dir, common);
  return GitWorkTree{folder, std::move(common_dir), std::move(git_dir)};
}

std::optional<GitWorkTree> FindGitWorkTree(const std::string& folder) {
  std::string top = folder == "/" ? "" : folder;
  while (true) {
    if (auto tree = GitWorkTreeAt(top)) return tree;
    if (top.empty()) return std::nullopt;
    top.resize(top.rfind('/'));
  }
}

GitIndex ReadGitIndex(const GitWorkTree& tree) {
  const auto bytes =
      ReadWholeFile(tree.git_dir + "/index", GitIndex::kMostBytes);
  if (!bytes) return {};
  const std::size_t hash_bytes =
      ReadGitConfig(tree).has_sha256 ? kSha256Bytes : kSha1Bytes;
  return GitIndex(*bytes, hash_bytes);
}

namespace {

/// Returns the path that GlobalExcludesText reads; relative where the
/// configuration says so and there is no tree.
std::string GlobalExcludesPath(const GitConfig& config,
                               const std::optional<GitWorkTree>& tree) {
  const std::string path =
      config.excludes_file.value_or(UserGitFolder() + "/ignore");
  return tree ? Join(tree->top, path) : path;
}

}  // namespace

std::string GlobalExcludesText(const std::optional<GitWorkTree>& tree) {
  const std::string path = GlobalExcludesPath(ReadGitConfig(tree), tree);
  return path.starts_with('/') ? TextOrEmpty(path) : std::string();
}

std::vector<std::string> GitFilesOf(const std::optional<GitWorkTree>& tree) {
  GitConfig config = ReadGitConfig(tree);
  std::vector<std::string> files = std::move(config.files);
  files.push_back(GlobalExcludesPath(config, tree));
  if (!tree) return files;
  files.push_back(tree->top + "/.git");
  for (const char* name : {"/commondir", "/HEAD", "/index"}) {
    files.push_back(tree->git_dir + name);
  }
  for (const char* name : {"/info/attributes", "/info/exclude", "/modules"}) {
    files.push_back(tree->common_dir + name);
  }
  return files;
}

}  // namespace dobby
