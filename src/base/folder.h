// Open folders through which links lead nowhere else: names below one have a
// single part, and no link is followed.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "dobby/result.h"

namespace dobby {

/// Returns 32 hexadecimal digits that nobody can guess.
std::string RandomName();

/// Returns the rest of a file. Errors: kIo, kTooLarge above `max_bytes`, with
/// `path` as the context.
Result<std::string> ReadAll(int fd, std::uint64_t max_bytes,
                            const std::string& path);

/// Writes all of `bytes`. Errors: kIo, with `path` as the context.
Result<void> WriteAll(int fd, std::string_view bytes, const std::string& path);

/// Opens a regular file for writing; makes it if it is missing. `flags` are
/// those of open(2), without O_CREAT. A link at `path` is refused. Errors: kIo,
/// kNotFound for the folder.
Result<Descriptor> OpenForWriting(const std::string& path, int flags);

/// Makes a folder and its missing parents, with `mode`. Errors: kIo.
Result<void> MakeDirsOfMode(const std::string& path, mode_t mode);

/// An open folder. `name` is always one part of a path: never empty, "." or
/// "..", without '/'. Moves, never copies.
class Folder {
 public:
  /// Opens a folder that the user named: links in `path` are followed.
  /// Errors: kNotFound, kIo.
  static Result<Folder> Open(const std::string& path);

  /// Opens the folder of the file `path`: "." for a bare name.
  static Result<Folder> OpenParentOf(const std::string& path);

  /// Opens the folder `name` in this one. Errors: kNotFound; kIo, also for a
  /// link.
  Result<Folder> Enter(const std::string& name) const;

  /// Makes the folder `name`, which must not exist. Errors: kIo.
  Result<Folder> Make(const std::string& name, mode_t mode) const;

  /// Opens the regular file `name` with the flags of open(2). A file with a
  /// second hard link is refused, since that may be any file of the disk.
  /// Errors: kNotFound; kIo, also for a link or a device.
  Result<Descriptor> OpenFile(const std::string& name, int flags,
                              mode_t mode = 0) const;

  /// Returns the bytes of the regular file `name`. Errors: kNotFound, kIo,
  /// kTooLarge above `max_bytes`.
  Result<std::string> ReadFile(const std::string& name,
                               std::uint64_t max_bytes) const;

  /// Returns at most `max` names in the folder, in no particular order.
  std::vector<std::string> Names(std::size_t max) const;

  /// Writes a file that appears complete or not at all. Replaces a regular file
  /// of that name. Errors: kIo, also for a link or a device.
  Result<void> WriteFile(const std::string& name, std::string_view bytes,
                         mode_t mode = 0644) const;

  /// Returns the status of `name`; for a link, that of the link itself. Errors:
  /// kNotFound, kIo.
  Result<struct stat> StatusOf(const std::string& name) const;

  /// Checks that this user owns the folder and that nobody else may change it
  /// or, with `secret`, look into it. Errors: kIo, which says what to do.
  Result<void> CheckPrivate(bool secret) const;

  /// The path by which it was opened, for messages.
  const std::string& path() const { return path_; }
  std::string PathOf(const std::string& name) const;

  /// Returns a path of `name` that leads into this folder even if another
  /// folder has taken its place. Valid while the folder is open. Without /proc
  /// it is PathOf(name).
  std::string PinnedPathOf(const std::string& name) const;

  int fd() const { return fd_.get(); }

 private:
  Folder(Descriptor fd, std::string path)
      : fd_(std::move(fd)), path_(std::move(path)) {}

  /// Errors: kIo for something that WriteFile may not replace.
  Result<void> CheckReplaceable(const std::string& name) const;

  Descriptor fd_;
  std::string path_;
};

}  // namespace dobby
