// Reads git's files outside the tree: excludes, attributes, config.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "repo/git_index.h"

namespace dobby {

/// The git work tree that holds a folder.
struct GitWorkTree {
  std::string top;         ///< Absolute path of the work tree.
  std::string common_dir;  ///< Absolute path of .git, or of the main
                           ///< repository's .git for a linked work tree.
  std::string git_dir;     ///< That of this work tree alone, with its index.
};

/// Returns the work tree that holds the absolute path `folder`, if any.
std::optional<GitWorkTree> FindGitWorkTree(const std::string& folder);

/// Returns the work tree whose top is the absolute path `folder`, if it is one.
std::optional<GitWorkTree> GitWorkTreeAt(const std::string& folder);

/// Returns what git tracks in a work tree.
GitIndex ReadGitIndex(const GitWorkTree& tree);

/// Returns the user's folder for git: $XDG_CONFIG_HOME/git.
std::string UserGitFolder();

/// Returns the text of the file that core.excludesFile names, in the system's,
/// the user's and `tree`'s own config; the last one wins. The default is
/// git/ignore in the user's config folder. Empty if there is none.
std::string GlobalExcludesText(const std::optional<GitWorkTree>& tree);

/// Returns the files of a work tree and of the user that the functions here
/// read, the rule files in `common_dir`, and the folder of its submodules. Not
/// all of them exist.
std::vector<std::string> GitFilesOf(const std::optional<GitWorkTree>& tree);

/// Returns the text of a small regular file; empty if it cannot be read.
std::string TextOrEmpty(const std::string& path);

}  // namespace dobby
