// Limits SQLite to one database and its side files.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>

namespace dobby {

/// A virtual file system of SQLite that knows the file `path`, its "-journal",
/// "-wal" and "-shm", and nothing else. It opens, makes and deletes nothing
/// else, whatever a database asks for: a journal that names another file,
/// ATTACH, a temporary file. It follows no link.
class OneFileVfs {
 public:
  /// `path` is opened as it is; links in its folders are not checked here.
  explicit OneFileVfs(std::string path);
  ~OneFileVfs();
  OneFileVfs(const OneFileVfs&) = delete;
  OneFileVfs& operator=(const OneFileVfs&) = delete;

  /// The name to give to sqlite3_open_v2.
  const char* name() const { return name_.c_str(); }

 private:
  sqlite3_vfs vfs_;
  sqlite3_vfs* system_;  ///< SQLite's own, which does the work.
  std::string path_;
  std::string name_;

  bool Knows(const char* path) const;
  static const OneFileVfs& Of(sqlite3_vfs* vfs);
  static int OpenFile(sqlite3_vfs* vfs, const char* path, sqlite3_file* file,
                      int flags, int* out_flags);
  static int DeleteFile(sqlite3_vfs* vfs, const char* path, int sync);
  static int AccessFile(sqlite3_vfs* vfs, const char* path, int flags,
                        int* result);
  static int FullPath(sqlite3_vfs* vfs, const char* path, int size, char* out);
};

}  // namespace dobby
