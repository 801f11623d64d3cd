#include "dobby/store.h"

#include <optional>
#include <utility>

#include "base/folder.h"
#include "store/database.h"
#include "store/schema.h"
#include "store/sqlite_store.h"
#include "store/writer_lock.h"

namespace dobby {
namespace {

/// Whether changes wait in the write-ahead log.
bool HasLog(const IndexPlace& place) {
  const auto log = place.folder->StatusOf(place.name + "-wal");
  return log && log->st_size > 0;
}

Result<std::unique_ptr<Database>> OpenChecked(const IndexPlace& place,
                                              Database::Access access) {
  auto database = Database::Open(place.folder, place.name, access);
  if (!database) return database;
  const auto checked = CheckSchema(**database, place.db());
  if (!checked) return checked.error();
  return database;
}

/// Checks that an index of the state folder is of the folder that it is named
/// for.
Result<void> CheckRoot(Database& database, const IndexPlace& place) {
  if (place.kind != IndexPlace::Kind::kState) return {};
  const auto others = database.Number(
      "SELECT count(*) FROM meta WHERE name = 'root' AND value <> ?1",
      place.root);
  if (!others) return others.error();
  if (*others == 0) return {};
  return Error{ErrorCode::kCorrupt,
               "is the index of another folder: delete it and run `dobby "
               "index` to make it again",
               place.db()};
}

}  // namespace

Result<std::unique_ptr<Store>> Store::OpenForWriting(const IndexPlace& place) {
  auto lock = WriterLock::Take(*place.folder, place.name + ".lock");
  if (!lock) return lock.error();
  auto database =
      Database::Open(place.folder, place.name, Database::Access::kWrite);
  if (!database) return database.error();
  auto prepared = PrepareSchema(**database, place.db());
  if (prepared) prepared = CheckRoot(**database, place);
  if (prepared) prepared = (*database)->TrustSchema();
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

Result<std::unique_ptr<Store>> Store::OpenForReading(const IndexPlace& place) {
  if (!place.folder->StatusOf(place.name)) {
    return Error{ErrorCode::kNotFound,
                 "there is no index: run `dobby index` first", place.db()};
  }
  auto database = OpenChecked(place, Database::Access::kRead);
  // Readers of a WAL database write its shared memory file. Where nobody can
  // write, nothing changes, and it may be read without.
  if (!database && database.error().code == ErrorCode::kIo && !HasLog(place)) {
    auto unchanging = OpenChecked(place, Database::Access::kImmutable);
    if (unchanging) database = std::move(unchanging);
  }
  if (!database) return database.error();
  if (auto checked = CheckRoot(**database, place); !checked) {
    return checked.error();
  }
  return std::unique_ptr<Store>(
      std::make_unique<SqliteStore>(*std::move(database), std::nullopt));
}

Result<std::unique_ptr<Store>> Store::OpenForWriting(const std::string& path) {
  const auto place = PlaceOfFile(path, /*make=*/true);
  if (!place) return place.error();
  return OpenForWriting(*place);
}

Result<std::unique_ptr<Store>> Store::OpenForReading(const std::string& path) {
  const auto place = PlaceOfFile(path, /*make=*/false);
  if (place) return OpenForReading(*place);
  if (place.error().code != ErrorCode::kNotFound) return place.error();
  return Error{ErrorCode::kNotFound,
               "there is no index: run `dobby index` first", path};
}

}  // namespace dobby
