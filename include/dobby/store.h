// The index on disk: one SQLite file. Its schema is in docs/store.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/index_place.h"
#include "dobby/result.h"
#include "dobby/summary.h"

namespace dobby {

/// A match of a search, best first.
struct SearchHit {
  SummaryNode node;     ///< The file's own if it has one chunk, else its best
                        ///< chunk, folder or repository.
  double score = 0;     ///< Sum of BM25 scores, higher is better.
  std::string snippet;  ///< The summary or path, with the matching words
                        ///< between '[' and ']'.
};

/// What a search gives.
struct SearchFilter {
  std::string level = "";  ///< "" for all; "file" for the files of chunks.
  std::size_t limit = 20;
  std::string path = "";  ///< A file, a folder or a GLOB of SQLite; "": all.
  std::string language = "";  ///< Id; "": all.
};

/// The line of a text in which most words of a query occur.
struct MatchingLine {
  std::uint32_t number = 0;  ///< 1-based.
  std::string text;          ///< With the words between '[' and ']'.
};

/// Returns that line among `first_line` to `last_line` of `text`; nothing where
/// none has a word.
std::optional<MatchingLine> FindMatchingLine(std::string_view text,
                                             std::uint32_t first_line,
                                             std::uint32_t last_line,
                                             const std::string& query);

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

  /// Returns what answers `query` best, one hit for each path: any of its words
  /// occurs in text, names, lines or path, in any form that has the same stem;
  /// where no text has one, as a beginning. What stands in double quotes must
  /// occur, its words in their order. Punctuation is never an error. Errors:
  /// kUsage for an unknown level.
  virtual Result<std::vector<SearchHit>> Search(const std::string& query,
                                                const SearchFilter& filter) = 0;

  /// Returns stems in the index that differ little from the words of `query`,
  /// nearest first.
  virtual Result<std::vector<std::string>> FindNearWords(
      const std::string& query) = 0;
};

}  // namespace dobby
