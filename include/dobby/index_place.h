// Where an index lives: a folder that a tree cannot choose.
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
/// and inode the state folder remembers. So nothing that a tree brings along
/// is ever taken for an index.
struct IndexPlace {
  enum class Kind {
    kFile,   ///< A path that the user gave.
    kState,  ///< In the user's state folder; its `root` is recorded in it.
    kHere,   ///< In the tree; it moves with the tree.
  };

  Kind kind = Kind::kFile;
  std::string root;  ///< Canonical path of the indexed folder; kFile: "".
  std::string name;  ///< Of the database, in `folder`.
  std::shared_ptr<const Folder> folder;

  /// Returns the path of the database, for people and programs.
  std::string db() const;
};

/// Returns the place of a path that the user gave. Links lead to the folder,
/// but the file itself may be none. With `make`, the folder is made.
/// Errors: kNotFound, kIo, kUsage for a folder.
Result<IndexPlace> PlaceOfFile(const std::string& path, bool make);

/// Returns the place of the index of exactly this folder (`root`, canonical),
/// or nothing. `strangers` receives a `.dobby` that dobby did not make.
/// Errors: kIo for a state folder that others may change.
Result<std::optional<IndexPlace>> FindPlace(
    const std::string& root, std::vector<std::string>* strangers);

/// Returns the place of the index of `path` or of its nearest ancestor that
/// has one (`path` is absolute, or relative to the current folder, which
/// counts when `path` is not on disk). Errors: as FindPlace.
Result<std::optional<IndexPlace>> FindNearestPlace(
    const std::string& path, std::vector<std::string>* strangers);

/// Returns the place of the index of `root`, making it: in `.dobby` of the
/// tree with `here`, or when it is there already; else in the state folder.
/// Errors: kIo; kUsage with `here` for a `.dobby` that dobby did not make.
Result<IndexPlace> MakePlace(const std::string& root, bool here,
                             std::vector<std::string>* strangers);

}  // namespace dobby
