// .gitattributes: which files are generated or vendored.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "repo/ignore_rules.h"

namespace dobby {

/// The attributes of a file.
struct LinguistMarks {
  bool generated = false;
  bool vendored = false;
};

/// The attribute files for the current folder of the walk. The deepest file
/// decides each attribute, and in it the last line. Source: gitattributes(5);
/// the attribute names are GitHub linguist's.
class AttributeStack {
 public:
  /// Adds the file of the folder `base` ("" or "a/b/"). Returns false, and
  /// leaves it out, where there would be more than kMostRuleBytes or
  /// kMostWildcards.
  [[nodiscard]] bool Push(std::string base, std::string_view text);

  /// Drops the files of folders at or below `folder` ("a/b/").
  void Pop(std::string_view folder);

  /// Sets the file with the highest priority: .git/info/attributes. False as
  /// Push.
  [[nodiscard]] bool SetOverride(std::string_view text);

  LinguistMarks MarksOf(std::string_view path) const;

 private:
  struct Rule {
    PathPattern pattern;
    std::optional<bool> generated;
    std::optional<bool> vendored;
  };
  struct File {
    std::string base;
    std::size_t bytes = 0;
    std::vector<Rule> rules;
  };

  static File Parse(std::string base, std::string_view text);
  bool HasRoomFor(const File& file) const;

  std::vector<File> files_;
  File override_;
  std::size_t bytes_ = 0, rules_ = 0;  ///< Of files_.
};

}  // namespace dobby
