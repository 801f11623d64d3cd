// The list of files that git tracks.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// The paths of a git index, those of submodules among them. An index that is
/// no such thing, or over the limits, lists nothing. Source:
/// gitformat-index(5), versions 2 to 4; a split index is not followed.
class GitIndex {
 public:
  /// Bytes of an index, and of all its paths; that of the largest public
  /// repositories has half as many.
  static constexpr std::size_t kMostBytes = 128u << 20;

  GitIndex() = default;

  /// `hash_bytes` is the length of an object's name: 20, or 32 for SHA-256.
  GitIndex(std::string_view bytes, std::size_t hash_bytes);

  /// Whether git tracks the file, link or submodule `path`.
  bool Holds(std::string_view path) const;

  /// Whether git tracks something in the folder, or as a submodule it.
  bool HoldsIn(std::string_view folder) const;

  std::size_t size() const { return paths_.size(); }

 private:
  std::vector<std::string> paths_;  ///< Sorted.
};

}  // namespace dobby
