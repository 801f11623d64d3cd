// What is known of a folder without a model: facts of its children.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/summary.h"
#include "summaries/text_facts.h"

namespace dobby {

/// A file or folder, as the folder around it knows it.
struct Child {
  SummaryNode node;
  std::shared_ptr<const FileFacts> file;  ///< Null: a folder.
  std::string word;     ///< What it is, in a word: "class", "tests", "docs".
  std::string subject;  ///< What it is named for: "OwnerController".
  std::string base;     ///< What that extends; may be empty.
  std::vector<std::string>
      types{};  ///< The names of its types, if it is a file.
  std::vector<std::string> parts{};  ///< Of a folder its heaviest children.
  bool is_test = false;
  std::uint64_t bytes = 0;                     ///< Of all files in it.
  std::map<std::string, std::size_t> files{};  ///< In it, by language.

  std::size_t CountFiles() const;
};

/// Returns what the folder around it knows of a file, but for its node.
Child ChildOf(std::shared_ptr<const FileFacts> file,
              const std::vector<Item>& items);

/// A folder and what lies in it; at the top, the repository.
struct FolderFacts {
  std::string path;
  std::string name;
  std::map<std::string, Child> children;  ///< By name; of folders with a "/".

  /// Returns the children's names, what matters more first: code before tests
  /// and documents, more bytes before fewer.
  std::vector<std::string> NamesByWeight() const;

  /// Returns the manifest in it, the first with a description before others;
  /// null without one.
  const Manifest* FindManifest() const;

  /// Returns the folder as the one around it knows it, but for its node.
  Child ToChild() const;
};

}  // namespace dobby
