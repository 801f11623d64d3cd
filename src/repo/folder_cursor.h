// Walks a tree of folders without following links.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/descriptor.h"
#include "dobby/result.h"

namespace dobby {

/// What kind of thing a name in a folder is.
enum class ItemKind { kFile, kFolder, kSymlink, kSpecial };

struct FolderItem {
  std::string name;
  ItemKind kind = ItemKind::kFile;
  std::uint64_t size_bytes = 0;
  std::optional<Error> error;  ///< Set if the system does not say what it is.
};

/// The content of a folder, sorted by name; folders sort as if they ended in
/// '/'.
struct FolderListing {
  std::vector<FolderItem> items;
  std::optional<Error> error;  ///< Set if listing stopped early.
};

/// A place in a tree of folders. It holds one descriptor at any depth and opens
/// names relative to it, so neither the depth nor the length of a path is
/// limited.
class FolderCursor {
 public:
  /// Errors: kNotFound, kIo.
  static Result<FolderCursor> Open(const std::string& folder);

  /// Enters a subfolder. Errors: kNotFound, kIo; the cursor has not moved then.
  Result<void> Enter(const std::string& name);

  /// Returns to the folder from which Enter came. Errors: kIo if the folder was
  /// moved meanwhile.
  Result<void> Leave();

  FolderListing List() const;

  /// Opens a regular file of the current folder for reading. Never follows a
  /// link, never waits. Errors: kNotFound, kIo.
  Result<Descriptor> OpenFile(const std::string& name) const;

  /// Returns the item of that name. Errors: kNotFound, kIo.
  Result<FolderItem> Look(const std::string& name) const;

 private:
  struct Identity {
    dev_t device;
    ino_t inode;
    bool operator==(const Identity&) const = default;
  };

  static std::optional<Identity> IdentityOf(int fd);

  Descriptor here_;
  std::vector<Identity> above_;
};

/// Returns the rest of `file`, at most `max_bytes` + 1 bytes, so that the
/// caller can see that there is more. Errors: kIo.
Result<std::string> ReadUpTo(const Descriptor& file, std::uint64_t max_bytes,
                             const std::string& path);

}  // namespace dobby
