// The full-text search over what an index holds.
#pragma once

#include <string>
#include <vector>

#include "dobby/result.h"
#include "dobby/store.h"
#include "store/database.h"

namespace dobby {

/// What the search knows of a node.
struct SearchedText {
  std::string path;
  std::string lines;  ///< Of its summary.
  ChunkText chunk;    ///< Empty for a folder.
};

/// Adds the words of the node that was inserted last. Errors: of Database.
Result<void> AddToSearch(Database& database, const SearchedText& text);

/// Merges what single files added, which takes half of the space. Errors: of
/// Database.
Result<void> ShrinkSearch(Database& database);

/// See Store::Search.
Result<std::vector<SearchHit>> SearchText(Database& database,
                                          const std::string& query,
                                          const SearchFilter& filter);

/// See Store::FindNearWords.
Result<std::vector<std::string>> NearWords(Database& database,
                                           const std::string& query);

}  // namespace dobby
