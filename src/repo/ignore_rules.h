// Ignore files: patterns in order, and which file outranks which.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "repo/glob.h"

namespace dobby {

/// One pattern, relative to the folder of the file that holds it.
/// Source: gitignore(5), "PATTERN FORMAT".
class PathPattern {
 public:
  /// `pattern` is without '!' and without trailing blanks.
  explicit PathPattern(std::string_view pattern);

  /// Returns whether it matches `path`, relative to the pattern's folder.
  bool Matches(std::string_view path, bool is_folder) const;

 private:
  std::string literal_;  ///< What comes before the first wildcard.
  Glob rest_;
  bool folders_only_ = false;  ///< It ends in '/'.
  bool any_depth_ = false;     ///< It has no other '/': the last part counts.
};

/// The patterns of one ignore file, the last match decides.
class IgnoreRules {
 public:
  /// `base` is the folder the patterns are relative to: "" or "a/b/".
  IgnoreRules(std::string base, std::string_view text);

  /// Returns true for ignored, false for re-included by a '!' pattern, nothing
  /// when no pattern matches. `path` starts with `base`.
  std::optional<bool> Decide(std::string_view path, bool is_folder) const;

  const std::string& base() const { return base_; }
  bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    PathPattern pattern;
    bool negated;
  };

  std::string base_;
  std::vector<Rule> rules_;
};

/// Where patterns come from, the later ones outrank the earlier ones.
enum class IgnoreSource : std::size_t {
  kGlobalExcludes,  ///< core.excludesFile
  kInfoExclude,     ///< .git/info/exclude
  kGitignore,
  kIgnore,
  kDobbyignore,
  kCommandLine,
};
inline constexpr std::size_t kIgnoreSources = 6;

/// The ignore files that hold for the folder the walk is in. A source outranks
/// those before it; within a source the deepest file does.
class IgnoreStack {
 public:
  void Push(IgnoreSource source, IgnoreRules rules);

  /// Drops the rules of folders at or below `folder` ("a/b/").
  void Pop(std::string_view folder);

  /// Returns whether `path` is ignored, given that no folder above it is.
  bool Ignores(std::string_view path, bool is_folder) const;

 private:
  std::array<std::vector<IgnoreRules>, kIgnoreSources> sources_;
};

}  // namespace dobby
