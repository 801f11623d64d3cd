// The index that a command reads.
#pragma once

#include <memory>
#include <string>

#include "cli/commands.h"
#include "dobby/result.h"
#include "dobby/store.h"

namespace dobby::cli {

/// An index that is open for reading.
struct IndexReader {
  std::unique_ptr<Store> store;
  std::string db;      ///< Path of the database.
  std::string root;    ///< Folder that was indexed, or where it is now.
  std::string inside;  ///< The path asked for, relative to `root`; "" for all.
};

/// Returns the default database of a folder.
std::string DefaultDb(const std::string& folder);

/// Returns the nearest database at or above `path`, or "".
std::string FindDb(const std::string& path);

/// Opens --db, or the nearest `.dobby/index.db` at or above `path` (the
/// current folder when it is "" or not on disk).
/// Errors: kNotFound, which says how to make an index; those of Store.
Result<IndexReader> OpenIndex(const Settings& settings,
                              const std::string& path);

/// Returns what the index holds below `reader.inside`, with its freshness.
/// `added` receives the files on disk that the index does not know.
/// Errors: kNotFound when nothing is there; kIo.
Result<IndexSnapshot> LoadMarked(IndexReader& reader, const Settings& settings,
                                 std::vector<std::string>* added = nullptr);

}  // namespace dobby::cli
