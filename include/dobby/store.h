// The index on disk: one SQLite file. Its schema is in docs/store.md.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "dobby/index_place.h"
#include "dobby/result.h"
#include "dobby/summary.h"

namespace dobby {

/// A match of a search, best first.
struct SearchHit {
  SummaryNode node;
  double score = 0;     ///< BM25, higher is better.
  std::string snippet;  ///< The matching words between '[' and ']'.
};

/// An index in one SQLite database (WAL, FTS5). Each call that writes is one
/// transaction, so a killed process loses only what was not yet saved. A full
/// disk is an error and never breaks the index. One process writes at a time;
/// any number may read.
class Store : public SummaryIndex {
 public:
  /// Opens for writing, making the file where it is missing.
  /// Errors: kIo, kCorrupt (not a database, damaged, or not as dobby makes it:
  /// says to delete it), kUnsupported (a newer schema), kUsage (another
  /// process writes).
  static Result<std::unique_ptr<Store>> OpenForWriting(const IndexPlace& place);

  /// Opens for reading. Errors: kNotFound (says to run `dobby index`), others
  /// as above.
  static Result<std::unique_ptr<Store>> OpenForReading(const IndexPlace& place);

  /// The same for a file that the user named; see PlaceOfFile. Writing makes
  /// its folder too.
  static Result<std::unique_ptr<Store>> OpenForWriting(const std::string& path);
  static Result<std::unique_ptr<Store>> OpenForReading(const std::string& path);

  /// Records the repository, model and prompts of the index. If the root
  /// differs from the one before, everything except the summaries is dropped.
  virtual Result<void> Begin(const std::string& root, const std::string& name,
                             const std::string& model,
                             const std::string& prompt_version) = 0;

  /// Returns the folder that the index says it is of; "" before Begin.
  virtual Result<std::string> Root() = 0;

  /// Returns everything at and below `path` ("" or ".": all of it); empty if
  /// there is nothing. The store does not know freshness and marks all nodes
  /// current. Errors: kCorrupt for a path that leads out of the root.
  virtual Result<IndexSnapshot> Load(const std::string& path) = 0;

  /// Returns the summaries that answer `query` best, at most `limit` and one
  /// for each path: any of its words occurs in lines or path, whole or as a
  /// beginning; what stands in double quotes must occur as it is. Punctuation
  /// is never an error. `level` empty: all levels. Errors: kUsage for an
  /// unknown level.
  virtual Result<std::vector<SearchHit>> Search(const std::string& query,
                                                const std::string& level,
                                                std::size_t limit) = 0;
};

}  // namespace dobby
