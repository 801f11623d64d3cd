// Going down and up a tree of folders without following a link.
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

/// What a name in a folder stands for.
enum class ItemKind { kFile, kFolder, kSymlink, kSpecial };

struct FolderItem {
  std::string name;
  ItemKind kind = ItemKind::kFile;
  std::uint64_t size_bytes = 0;
  std::optional<Error> error;  ///< When the system does not say what it is.
};

/// What a folder holds, sorted by name, folders as if they ended in '/'.
struct FolderListing {
  std::vector<FolderItem> items;
  std::optional<Error> error;  ///< When listing stopped early.
};

/// A place in a tree of folders. It holds one descriptor at any depth, opens
/// names relative to it, and so neither depth nor the length of a path has a
/// limit.
class FolderCursor {
 public:
  /// Errors: kNotFound, kIo.
  static Result<FolderCursor> Open(const std::string& folder);

  /// Goes into a folder of the present one. Errors: kNotFound, kIo; then the
  /// cursor has not moved.
  Result<void> Enter(const std::string& name);

  /// Goes back to where Enter came from. Errors: kIo, when the folder was
  /// moved elsewhere meanwhile.
  Result<void> Leave();

  FolderListing List() const;

  /// Opens a regular file of the present folder for reading, never a link, and
  /// never waits. Errors: kNotFound, kIo.
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

/// Returns what is left in `file`, at most `max_bytes` + 1 bytes, so that a
/// caller sees that there is more. Errors: kIo.
Result<std::string> ReadUpTo(const Descriptor& file, std::uint64_t max_bytes,
                             const std::string& path);

}  // namespace dobby
