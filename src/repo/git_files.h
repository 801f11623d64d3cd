// Reads git's files outside the tree: excludes, attributes, config.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// The git work tree that holds a folder.
struct GitWorkTree {
  std::string top;         ///< Absolute path of the work tree.
  std::string common_dir;  ///< Absolute path of .git, or of the main
                           ///< repository's .git for a linked work tree.
};

/// Returns the work tree that holds the absolute path `folder`, if any.
std::optional<GitWorkTree> FindGitWorkTree(const std::string& folder);

/// Returns the last value of `section`.`key` (lower case) in the text of a git
/// config file; `[include]` is not followed. Source: git-config(1), "Syntax".
std::optional<std::string> GitConfigValue(std::string_view text,
                                          std::string_view section,
                                          std::string_view key);

/// Returns the text of the file that core.excludesFile names, in the system's,
/// the user's and `tree`'s own config; the last one wins. The default is
/// git/ignore in the user's config folder. Empty if there is none.
std::string GlobalExcludesText(const std::optional<GitWorkTree>& tree);

/// Returns the files of a work tree and of the user that the functions here
/// read, and the rule files in `common_dir`. Not all of them exist.
std::vector<std::string> GitFilesOf(const std::optional<GitWorkTree>& tree);

/// Returns the text of a small regular file; empty if it cannot be read.
std::string TextOrEmpty(const std::string& path);

}  // namespace dobby
