// Files: whole reads, mappings, and writes that appear complete or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "dobby/hash.h"
#include "dobby/result.h"

namespace dobby {

/// Returns the error of the last failed system call on `path`: kNotFound for
/// ENOENT and ENOTDIR, kIo otherwise, with the system's words. ENOSPC says to
/// free space.
Error SystemError(const std::string& path, std::string_view what);

/// Returns the bytes of a regular file. Errors: kNotFound, kIo, kTooLarge
/// above `max_bytes`.
Result<std::string> ReadWholeFile(const std::string& path,
                                  std::uint64_t max_bytes = 1u << 30);

/// Writes `bytes` to a temporary file beside `path`, syncs it and renames it to
/// `path`. Errors: kIo; `path` is unchanged then.
Result<void> WriteFileAtomically(const std::string& path,
                                 std::string_view bytes);

/// Makes a folder and its parents. Errors: kIo.
Result<void> MakeDirs(const std::string& path);

/// A read-only mapping of a whole file; moves, never copies.
class MappedFile {
 public:
  /// Errors: kNotFound, kIo.
  static Result<MappedFile> Open(const std::string& path);

  MappedFile() = default;
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::string_view bytes() const {
    return {static_cast<const char*>(data_), size_};
  }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Returns the digest of a file, read through a mapping. Errors: as Open.
Result<ContentHash> HashFile(const std::string& path);

/// Returns $XDG_DATA_HOME/dobby, $XDG_CACHE_HOME/dobby, ... or their defaults
/// below $HOME. `kind` is "DATA", "CACHE", "CONFIG" or "STATE".
std::string XdgDir(std::string_view kind);

}  // namespace dobby
