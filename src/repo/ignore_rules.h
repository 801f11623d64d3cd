// Ignore files: their patterns in order, and their priorities.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
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

  /// Whether it has no wildcard, so that it matches a path, or its last part,
  /// that equals literal().
  bool is_literal() const { return rest_.empty(); }
  const std::string& literal() const { return literal_; }
  bool folders_only() const { return folders_only_; }
  bool any_depth() const { return any_depth_; }

 private:
  std::string literal_;  ///< What comes before the first wildcard.
  Glob rest_;
  bool folders_only_ = false;  ///< It ends in '/'.
  bool any_depth_ = false;     ///< It has no other '/': the last part counts.
};

/// Limits for all rule files in the folders above a file together, so that a
/// hostile one costs little: bytes, and patterns with a wildcard, each of which
/// is tried on each file. The largest files of real projects have a hundredth
/// of that.
inline constexpr std::size_t kMostRuleBytes = 1u << 20;
inline constexpr std::size_t kMostWildcards = 10'000;

/// The patterns of one ignore file. The last match decides. Patterns without a
/// wildcard are looked up; others are tried one after another.
class IgnoreRules {
 public:
  /// `base` is the folder the patterns are relative to: "" or "a/b/". Reads at
  /// most `most_wildcards` + 1 patterns with wildcards.
  IgnoreRules(std::string base, std::string_view text,
              std::size_t most_wildcards = kMostWildcards);

  /// Returns true for ignored, false for re-included by a '!' pattern, nothing
  /// if no pattern matches. `path` starts with `base`.
  std::optional<bool> Decide(std::string_view path, bool is_folder) const;

  const std::string& base() const { return base_; }
  bool empty() const { return wildcards_.empty() && literals_.empty(); }
  std::size_t bytes() const { return bytes_; }
  std::size_t wildcards() const { return wildcards_.size(); }

 private:
  /// A place in the file, from 1; 0: none.
  struct Place {
    std::uint32_t line = 0;
    bool negated = false;
  };
  /// The last patterns of one text.
  struct Literal {
    Place of_all, of_folders;
  };
  struct Wildcard {
    PathPattern pattern;
    Place place;
  };

  void Add(PathPattern pattern, Place place);
  Place LastLiteral(std::string_view path, bool is_folder) const;

  std::string base_;
  std::size_t bytes_;
  /// By "name" for any depth, by "/a/name" for a path.
  std::unordered_map<std::string, Literal> literals_;
  std::vector<Wildcard> wildcards_;
};

/// Sources of patterns. Later ones have priority over earlier ones.
enum class IgnoreSource : std::size_t {
  kGlobalExcludes,  ///< core.excludesFile
  kInfoExclude,     ///< .git/info/exclude
  kGitignore,
  kIgnore,
  kDobbyignore,
  kCommandLine,
};
inline constexpr std::size_t kIgnoreSources = 6;

/// The ignore files for the current folder of the walk. A source has priority
/// over those before it, and within a source the deepest file.
class IgnoreStack {
 public:
  /// Adds the rules of a file of the folder `base`. Leaves them out and returns
  /// false if that would exceed kMostRuleBytes or kMostWildcards.
  [[nodiscard]] bool Push(IgnoreSource source, const std::string& base,
                          std::string_view text);

  /// Drops the rules of folders at or below `folder` ("a/b/").
  void Pop(std::string_view folder);

  /// Says that a repository begins at `folder` ("a/b/"): the rules that git has
  /// of the folders above do not reach into it, until Pop drops it.
  void BeginRepository(std::string folder);

  /// What decides about a path.
  struct Verdict {
    bool is_ignored = false;
    IgnoreSource source{};
  };

  /// Returns the verdict on `path`, given that no folder above it is ignored;
  /// nothing if no pattern matches.
  std::optional<Verdict> Decide(std::string_view path, bool is_folder) const;

 private:
  std::array<std::vector<IgnoreRules>, kIgnoreSources> sources_;
  std::vector<std::string> repositories_;  ///< Below the walk's own.
  std::size_t bytes_ = 0, wildcards_ = 0;  ///< Of all.
};

}  // namespace dobby
