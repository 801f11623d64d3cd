#include "repo/git_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/files.h"
#include "base/text.h"

namespace dobby {
namespace {

// No file of patterns or settings is near this; bounds what a hostile one
// costs.
constexpr std::uint64_t kMaxSettingsBytes = 8u << 20;

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

/// Returns a config value without its comment, quotes and escapes.
std::string Unquote(std::string_view raw) {
  std::string value;
  bool quoted = false;
  std::size_t keep = 0;  // Blanks at the end count only inside quotes.
  for (std::size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (!quoted && (c == '#' || c == ';')) break;
    if (c == '"') {
      quoted = !quoted;
      continue;
    }
    const bool escaped = c == '\\' && i + 1 < raw.size();
    if (escaped) {
      c = raw[++i];
      if (c == 'n') c = '\n';
      if (c == 't') c = '\t';
    }
    value += c;
    if (quoted || escaped || kBlanks.find(c) == std::string_view::npos) {
      keep = value.size();
    }
  }
  value.resize(keep);
  return value;
}

std::string UserConfigFolder() {
  const std::string set = Environment("XDG_CONFIG_HOME");
  return (set.empty() ? Environment("HOME") + "/.config" : set) + "/git";
}

std::vector<std::string> ConfigFiles(const std::optional<GitWorkTree>& tree) {
  std::vector<std::string> files;
  const std::string system = Environment("GIT_CONFIG_SYSTEM");
  files.push_back(system.empty() ? "/etc/gitconfig" : system);
  const std::string global = Environment("GIT_CONFIG_GLOBAL");
  if (global.empty()) {
    files.push_back(UserConfigFolder() + "/config");
    files.push_back(Environment("HOME") + "/.gitconfig");
  } else {
    files.push_back(global);
  }
  if (tree) files.push_back(tree->common_dir + "/config");
  return files;
}

}  // namespace

std::string TextOrEmpty(const std::string& path) {
  auto text = ReadWholeFile(path, kMaxSettingsBytes);
  return text ? *std::move(text) : std::string();
}

std::optional<GitWorkTree> FindGitWorkTree(const std::string& folder) {
  std::string top = folder == "/" ? "" : folder;
  while (true) {
    if (Exists(top + "/.git")) {
      const std::string git_dir = GitDirOf(top);
      if (Exists(git_dir + "/HEAD")) {
        const std::string text = TextOrEmpty(git_dir + "/commondir");
        const std::string common(Trim(text));
        return GitWorkTree{top,
                           common.empty() ? git_dir : Join(git_dir, common)};
      }
    }
    if (top.empty()) return std::nullopt;
    top.resize(top.rfind('/'));
  }
}

std::optional<std::string> GitConfigValue(std::string_view text,
                                          std::string_view section,
                                          std::string_view key) {
  std::optional<std::string> value;
  bool inside = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with('[')) {
      const std::size_t close = std::min(line.find(']'), line.size());
      inside = Lower(Trim(line.substr(1, close - 1))) == section;
      line = Trim(line.substr(std::min(close + 1, line.size())));
    }
    const std::size_t equals = line.find('=');
    if (!inside || equals == std::string_view::npos) continue;
    if (Lower(Trim(line.substr(0, equals))) != key) continue;
    value = Unquote(Trim(line.substr(equals + 1)));
  }
  return value;
}

namespace {

/// Returns the path that GlobalExcludesText reads; relative where the
/// configuration says so and there is no tree.
std::string GlobalExcludesPath(const std::optional<GitWorkTree>& tree) {
  std::string path = UserConfigFolder() + "/ignore";
  for (const std::string& file : ConfigFiles(tree)) {
    const auto value =
        GitConfigValue(TextOrEmpty(file), "core", "excludesfile");
    if (value) path = *value;
  }
  if (path.starts_with("~/")) path.replace(0, 1, Environment("HOME"));
  return tree ? Join(tree->top, path) : path;
}

}  // namespace

std::string GlobalExcludesText(const std::optional<GitWorkTree>& tree) {
  const std::string path = GlobalExcludesPath(tree);
  return path.starts_with('/') ? TextOrEmpty(path) : std::string();
}

std::vector<std::string> GitFilesOf(const std::optional<GitWorkTree>& tree) {
  std::vector<std::string> files = ConfigFiles(tree);
  files.push_back(GlobalExcludesPath(tree));
  if (!tree) return files;
  files.push_back(tree->top + "/.git");
  files.push_back(GitDirOf(tree->top) + "/commondir");
  files.push_back(tree->common_dir + "/info/attributes");
  files.push_back(tree->common_dir + "/info/exclude");
  return files;
}

}  // namespace dobby
