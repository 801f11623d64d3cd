// Reads the settings of git that say which files to leave out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dobby {

struct GitWorkTree;

/// One line of a git config file.
struct GitSetting {
  std::string section;     ///< In lower case.
  std::string subsection;  ///< As written; "" if there is none.
  std::string key;         ///< In lower case.
  std::string value;       ///< "true" where there is no '='.
};

/// Calls `visit` for each setting of the text of a config file, in order.
/// Source: git-config(1), "Syntax".
void ForEachSetting(std::string_view text,
                    const std::function<void(const GitSetting&)>& visit);

/// What dobby takes of the system's, the user's and a work tree's settings.
struct GitConfig {
  std::optional<std::string> excludes_file;  ///< core.excludesFile.
  bool has_sha256 = false;         ///< extensions.objectFormat is sha256.
  std::vector<std::string> files;  ///< Those looked for, with their includes.
};

/// Limits for `[include]` and `[includeIf]`; git has the same depth.
inline constexpr int kMostIncludeDepth = 10;
inline constexpr std::size_t kMostConfigFiles = 64;

/// Reads the settings that hold in `tree`, the last one of a key wins. Follows
/// `[include]`, and `[includeIf]` with the conditions gitdir and onbranch.
GitConfig ReadGitConfig(const std::optional<GitWorkTree>& tree);

}  // namespace dobby
