// Opens the index that a command reads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "dobby/index_place.h"
#include "dobby/result.h"
#include "dobby/store.h"

namespace dobby::cli {

/// An index that is open for reading.
struct IndexReader {
  std::unique_ptr<Store> store;
  std::string db;      ///< Path of the database.
  std::string root;    ///< Folder that was indexed, or where it is now.
  std::string inside;  ///< The path asked for, relative to `root`; "" for all.
  /// Whether the files in `root` may be read. An index file that the user named
  /// could name any folder, so only the folder that was asked for is read.
  bool follows_root = true;
};

/// Warns that a `.dobby` of a tree is left alone, and says what to do about it.
void WarnOfStrangers(const std::vector<std::string>& strangers, Io& io);

/// Returns --db, or the place of the index of `path` or of its nearest ancestor
/// that has one. If `path` is "" or not on disk, it is the current folder.
/// Errors: kNotFound, which says how to make an index; those of IndexPlace.
Result<IndexPlace> PlaceToRead(const Settings& settings,
                               const std::string& path, Io& io);

/// Opens the index of PlaceToRead. Errors: as above; those of Store.
Result<IndexReader> OpenIndex(const Settings& settings, const std::string& path,
                              Io& io);

/// The same in the sandbox of a reader, which it enters for good. Errors: as
/// above; those of Confine.
Result<IndexReader> OpenConfined(const Settings& settings,
                                 const std::string& path, Io& io);

/// Returns the part of the index below `reader.inside`, with its freshness,
/// which is "current" if the files may not be read (a warning says so). `added`
/// receives the files on disk that are not in the index. Errors: kNotFound if
/// nothing is there; kIo.
Result<IndexSnapshot> LoadMarked(IndexReader& reader, const Settings& settings,
                                 Io& io,
                                 std::vector<std::string>* added = nullptr);

}  // namespace dobby::cli
