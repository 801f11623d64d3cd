// Where an index lives. A tree cannot choose the place.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dobby/result.h"

namespace dobby {

class Folder;

/// The place of one index: a file in an open folder.
///
/// An index is in the user's state folder, in a folder of mode 0700 that dobby
/// made and that is named by a hash of the indexed folder's canonical path.
/// With `--here` it is in `.dobby` of the tree, in a folder whose random name
/// and inode the state folder remembers. So nothing that comes with a tree is
/// ever taken for an index.
struct IndexPlace {
  enum class Kind {
    kFile,   ///< A path that the user gave.
    kState,  ///< In the user's state folder; the index records its `root`.
    kHere,   ///< In the tree; it moves with the tree.
  };

  Kind kind = Kind::kFile;
  std::string root;  ///< Canonical path of the indexed folder; "" for kFile.
  std::string name;  ///< Of the database, in `folder`.
  std::shared_ptr<const Folder> folder;

  /// Returns the path of the database, for display.
  std::string db() const;
};

/// Returns the place of a path that the user gave. Its folders may be links,
/// the file itself may not. `make` says to make the folder. Errors: kNotFound,
/// kIo, kUsage for a folder.
Result<IndexPlace> PlaceOfFile(const std::string& path, bool make);

/// Returns the place of the index of exactly this folder (`root`, canonical),
/// or nothing. `strangers` receives the paths of `.dobby` folders that dobby
/// did not make. Errors: kIo if others may change the state folder.
Result<std::optional<IndexPlace>> FindPlace(
    const std::string& root, std::vector<std::string>* strangers);

/// Returns the place of the index of `path`, or of its nearest ancestor that
/// has one. `path` is absolute or relative to the current folder; if it is not
/// on disk, the current folder is taken. Errors: as in FindPlace.
Result<std::optional<IndexPlace>> FindNearestPlace(
    const std::string& path, std::vector<std::string>* strangers);

/// Returns the place of the index of `root` and makes it: in `.dobby` of the
/// tree if `here` is set or the index is already there, otherwise in the state
/// folder. Errors: kIo; kUsage if `here` is set and dobby did not make the
/// tree's `.dobby`.
Result<IndexPlace> MakePlace(const std::string& root, bool here,
                             std::vector<std::string>* strangers);

}  // namespace dobby
