#include "store/one_file_vfs.h"

#include <atomic>
#include <cstring>
#include <string_view>
#include <utility>

namespace dobby {
namespace {

std::string NextName() {
  static std::atomic<unsigned> count = 0;
  return "dobby-" + std::to_string(count.fetch_add(1));
}

}  // namespace

OneFileVfs::OneFileVfs(std::string path)
    : vfs_{}, system_(nullptr), path_(std::move(path)), name_(NextName()) {
  if (sqlite3_initialize() != SQLITE_OK) return;
  system_ = sqlite3_vfs_find("unix");
  if (system_ == nullptr) return;
  vfs_ = *system_;
  vfs_.pNext = nullptr;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = OpenFile;
  vfs_.xDelete = DeleteFile;
  vfs_.xAccess = AccessFile;
  vfs_.xFullPathname = FullPath;
  vfs_.xDlOpen = nullptr;  // No extensions.
  sqlite3_vfs_register(&vfs_, /*makeDflt=*/0);
}

OneFileVfs::~OneFileVfs() {
  if (system_ != nullptr) sqlite3_vfs_unregister(&vfs_);
}

const OneFileVfs& OneFileVfs::Of(sqlite3_vfs* vfs) {
  return *static_cast<const OneFileVfs*>(vfs->pAppData);
}

bool OneFileVfs::Knows(const char* path) const {
  if (path == nullptr) return false;
  const std::string_view given(path);
  if (!given.starts_with(path_)) return false;
  const std::string_view suffix = given.substr(path_.size());
  return suffix.empty() || suffix == "-journal" || suffix == "-wal" ||
         suffix == "-shm";
}

int OneFileVfs::OpenFile(sqlite3_vfs* vfs, const char* path, sqlite3_file* file,
                         int flags, int* out_flags) {
  const OneFileVfs& own = Of(vfs);
  file->pMethods = nullptr;
  constexpr int kKinds =
      SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL;
  if (!own.Knows(path) || (flags & kKinds) == 0) return SQLITE_CANTOPEN;
  // SQLite's own opens with O_NOFOLLOW.
  return own.system_->xOpen(own.system_, path, file, flags, out_flags);
}

int OneFileVfs::DeleteFile(sqlite3_vfs* vfs, const char* path, int sync) {
  const OneFileVfs& own = Of(vfs);
  if (!own.Knows(path)) return SQLITE_IOERR_DELETE;
  return own.system_->xDelete(own.system_, path, sync);
}

int OneFileVfs::AccessFile(sqlite3_vfs* vfs, const char* path, int flags,
                           int* result) {
  const OneFileVfs& own = Of(vfs);
  *result = 0;
  if (!own.Knows(path)) return SQLITE_OK;
  return own.system_->xAccess(own.system_, path, flags, result);
}

int OneFileVfs::FullPath(sqlite3_vfs* vfs, const char* path, int size,
                         char* out) {
  const std::size_t length = std::strlen(path);
  if (!Of(vfs).Knows(path) || length >= static_cast<std::size_t>(size)) {
    return SQLITE_CANTOPEN;
  }
  std::memcpy(out, path, length + 1);
  return SQLITE_OK;
}

}  // namespace dobby
