#include "dobby/store.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "base/files.h"
#include "store/database.h"
#include "store/schema.h"
#include "store/sqlite_store.h"
#include "store/writer_lock.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

/// Returns the absolute path without links, so that one index has one lock
/// however it is named.
std::string ResolvedPath(const std::string& path) {
  std::error_code code;
  const fs::path absolute = fs::absolute(path, code);
  if (code) return path;
  const fs::path resolved = fs::weakly_canonical(absolute, code);
  return code ? absolute.string() : resolved.string();
}

/// Errors: kUsage, kIo for what cannot be a database.
Result<void> CheckKind(const std::string& path) {
  std::error_code code;
  const auto status = fs::status(path, code);
  if (fs::is_directory(status)) {
    return Error{ErrorCode::kUsage,
                 "is a folder: give the path of a file with --db", path};
  }
  // Opening a fifo would wait for its other end.
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    return Error{ErrorCode::kIo, "is not a regular file", path};
  }
  return {};
}

/// Makes the folder of the database; one called .dobby ignores itself.
Result<void> PrepareFolder(const fs::path& folder) {
  auto made = MakeDirs(folder.string());
  if (!made || folder.filename() != ".dobby") return made;
  const std::string ignore = (folder / ".gitignore").string();
  std::error_code code;
  if (fs::exists(ignore, code)) return {};
  return WriteFileAtomically(ignore, "*\n");
}

/// Whether changes wait in the write-ahead log of `path`.
bool HasLog(const std::string& path) {
  std::error_code code;
  const auto size = fs::file_size(path + "-wal", code);
  return !code && size > 0;
}

Result<std::unique_ptr<Database>> OpenChecked(const std::string& path,
                                              Database::Access access) {
  auto database = Database::Open(path, access);
  if (!database) return database;
  const auto checked = CheckSchema(**database, path);
  if (!checked) return checked.error();
  return database;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::OpenForWriting(const std::string& path) {
  const std::string resolved = ResolvedPath(path);
  const auto kind = CheckKind(resolved);
  if (!kind) return kind.error();
  const auto folder = PrepareFolder(fs::path(resolved).parent_path());
  if (!folder) return folder.error();
  auto lock = WriterLock::Take(resolved + ".lock");
  if (!lock) return lock.error();
  auto database = Database::Open(resolved, Database::Access::kWrite);
  if (!database) return database.error();
  const auto prepared = PrepareSchema(**database, resolved);
  if (!prepared) return prepared.error();
  // After the check, since it changes the file. NORMAL: a commit survives a
  // killed process at once, a power cut after the next checkpoint.
  const auto set = (*database)->Execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
      "PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 8000;");
  if (!set) return set.error();
  return std::unique_ptr<Store>(
      std::make_unique<SqliteStore>(*std::move(database), *std::move(lock)));
}

Result<std::unique_ptr<Store>> Store::OpenForReading(const std::string& path) {
  const std::string resolved = ResolvedPath(path);
  const auto kind = CheckKind(resolved);
  if (!kind) return kind.error();
  std::error_code code;
  if (!fs::exists(resolved, code)) {
    return Error{ErrorCode::kNotFound,
                 "there is no index: run `dobby index` first", path};
  }
  auto database = OpenChecked(resolved, Database::Access::kRead);
  // Readers of a WAL database write its shared memory file. Where nobody can
  // write, nothing changes, and it may be read without.
  if (!database && database.error().code == ErrorCode::kIo &&
      !HasLog(resolved)) {
    auto unchanging = OpenChecked(resolved, Database::Access::kImmutable);
    if (unchanging) database = std::move(unchanging);
  }
  if (!database) return database.error();
  return std::unique_ptr<Store>(
      std::make_unique<SqliteStore>(*std::move(database), std::nullopt));
}

}  // namespace dobby
