// .gitattributes: which files are generated, vendored or binary, and in which
// language.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "repo/ignore_rules.h"

namespace dobby {

/// What attributes say of a file; nothing where they are silent.
struct FileMarks {
  std::optional<bool> generated;  ///< linguist-generated.
  std::optional<bool> vendored;   ///< linguist-vendored.
  std::optional<bool> binary;     ///< git's macro.
  std::string language;           ///< linguist-language.

  bool empty() const {
    return !generated && !vendored && !binary && language.empty();
  }
  /// Takes what `weaker` says where this is silent.
  void FillFrom(const FileMarks& weaker);
};

/// The attribute files for the current folder of the walk. The deepest file
/// decides each attribute, and in it the last line. Macros (`[attr]name ...`)
/// are those of the repository's top. Source: gitattributes(5); the attribute
/// names are GitHub linguist's.
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

  /// Says that a repository begins at `folder` ("a/b/"): files above it do not
  /// reach into it, until Pop drops it.
  void BeginRepository(std::string folder);

  FileMarks MarksOf(std::string_view path) const;

 private:
  struct Rule {
    PathPattern pattern;
    FileMarks marks;
  };
  /// What the macros of a file stand for, by name.
  using Macros = std::unordered_map<std::string, FileMarks>;
  struct File {
    std::string base;
    std::size_t bytes = 0;
    std::vector<Rule> rules;
    Macros macros;
  };

  File Parse(std::string base, std::string_view text) const;
  FileMarks ReadMarks(std::string_view words, const Macros& own) const;
  const FileMarks* FindMacro(const std::string& name, const Macros& own) const;
  bool HasRoomFor(const File& file) const;
  /// The base of the repository that the walk is in.
  std::string_view RepositoryBase() const;

  std::vector<std::string> repositories_;  ///< Below the walk's own.
  std::vector<File> files_;
  File override_;
  std::size_t bytes_ = 0, rules_ = 0;  ///< Of files_.
};

}  // namespace dobby
