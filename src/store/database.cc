#include "store/database.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/folder.h"
#include "store/one_file_vfs.h"

namespace dobby {
namespace {

// A commit takes milliseconds, so whoever holds a lock this long hangs.
constexpr int kBusyTimeoutMs = 3'000;

/// The largest value and row: lines and paths have a few hundred bytes.
constexpr int kMaxValueBytes = 1 << 20;

/// The most memory that SQLite may have in this process. A table of a million
/// summaries is searched in a tenth of it; what asks for more is a row that no
/// index holds.
constexpr sqlite3_int64 kMaxHeapBytes = 256 << 20;

/// A file that is written anew is held in memory.
constexpr std::int64_t kMostVacuumedBytes = 64 << 20;

// A statement reads each row a few times, in about 100 steps each; so many for
// a page of 4 KB, and some for nothing, are far more than any needs. 65 million
// steps take a second or two.
constexpr int kSliceSteps = 1 << 16;
constexpr std::uint64_t kSlices = 1'000;
constexpr std::uint64_t kBytesOfASlice = 16 << 10;
constexpr std::uint64_t kMostSlices = 20'000;

/// Returns `path` as a file: URI for a file that does not change.
std::string ImmutableUri(const std::string& path) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '%' || c == '?' || c == '#') {
      uri += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

struct ErrorText {
  int sqlite_code;
  ErrorCode code;
  const char* message;
};

constexpr ErrorText kErrorTexts[] = {
    {SQLITE_NOTADB, ErrorCode::kCorrupt,
     "is not a database: give another path with --db, or delete the file and "
     "run `dobby index`"},
    {SQLITE_CORRUPT, ErrorCode::kCorrupt,
     "is damaged: delete it and run `dobby index` to make it again"},
    // The statements are fixed, so one that fails met another schema.
    {SQLITE_ERROR, ErrorCode::kCorrupt,
     "does not have the tables of an index: delete it and run `dobby index` "
     "to make it again"},
    {SQLITE_CONSTRAINT, ErrorCode::kInternal, "refused an inconsistent row"},
    {SQLITE_FULL, ErrorCode::kIo,
     "the disk is full: free some space and run again; all that was saved is "
     "kept"},
    {SQLITE_IOERR, ErrorCode::kIo,
     "cannot be read or written: check the disk and its free space, and run "
     "again; all that was saved is kept"},
    {SQLITE_BUSY, ErrorCode::kUsage,
     "is locked by another program: close that program and run again"},
    {SQLITE_LOCKED, ErrorCode::kUsage,
     "is locked by another program: close that program and run again"},
    {SQLITE_READONLY, ErrorCode::kIo,
     "cannot be written: make the file and its folder writable, or give "
     "another path with --db"},
    {SQLITE_PERM, ErrorCode::kIo,
     "is not accessible: check the permissions, or give another path with "
     "--db"},
    {SQLITE_CANTOPEN, ErrorCode::kIo,
     "cannot be opened: check the permissions of the file and its folder, or "
     "give another path with --db"},
    {SQLITE_TOOBIG, ErrorCode::kTooLarge,
     "has a value of over a megabyte, which no index holds: delete it and run "
     "`dobby index` to make it again"},
    {SQLITE_INTERRUPT, ErrorCode::kCorrupt,
     "takes far more steps to read than an index of its size: delete it and "
     "run `dobby index` to make it again"},
    {SQLITE_NOMEM, ErrorCode::kTooLarge,
     "needs more memory than an index takes, or than there is: free some, or "
     "delete it and run `dobby index` to make it again"},
};

/// Returns the error for an extended result code; `detail` is SQLite's own.
Error ErrorOf(int extended_code, const char* detail, int system_error,
              const std::string& path) {
  const int code = extended_code & 0xFF;
  const auto* known =
      std::find_if(std::begin(kErrorTexts), std::end(kErrorTexts),
                   [&](const ErrorText& e) { return e.sqlite_code == code; });
  Error error{ErrorCode::kInternal, "SQLite failed", path};
  if (known != std::end(kErrorTexts)) {
    error.code = known->code;
    error.message = known->message;
  }
  // A commit into the log is an index's first: only a run that was cut off
  // before it leaves a journal that a reader may not roll back.
  if (extended_code == SQLITE_READONLY_ROLLBACK) {
    error.code = ErrorCode::kNotFound;
    error.message =
        "there is no whole index, its first run was cut off: run `dobby index`";
  }
  error.message += " (" + std::string(detail);
  const bool system = code == SQLITE_IOERR || code == SQLITE_CANTOPEN;
  if (system && system_error != 0) {
    error.message += std::string("; ") + std::strerror(system_error);
  }
  error.message += ")";
  return error;
}

/// Errors: kIo for what SQLite should not open.
Result<void> CheckFile(const Result<struct stat>& status,
                       const std::string& path) {
  if (!status && status.error().code == ErrorCode::kNotFound) return {};
  if (!status) return status.error();
  if (S_ISLNK(status->st_mode)) {
    return Error{ErrorCode::kIo,
                 "is a link: give the path that it leads to with --db", path};
  }
  if (S_ISREG(status->st_mode)) return {};
  return Error{ErrorCode::kIo, "is not a regular file", path};
}

}  // namespace

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Result<bool> Statement::Step() {
  if (statement_ == nullptr || !bound_) return database_->LastError();
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_->LastError();
}

std::string Statement::Text(int column) const {
  const auto* text = sqlite3_column_text(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return text ? std::string(reinterpret_cast<const char*>(text),
                            static_cast<std::size_t>(size))
              : std::string();
}

std::int64_t Statement::Int(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Statement::Real(int column) const {
  return sqlite3_column_double(statement_, column);
}

ContentHash Statement::Hash(int column) const {
  ContentHash hash;
  const void* blob = sqlite3_column_blob(statement_, column);
  const auto size =
      static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  if (blob) {
    std::memcpy(hash.bytes.data(), blob, std::min(size, hash.bytes.size()));
  }
  return hash;
}

void Statement::BindAt(int index, std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.data() ? text.data() : "";
  bound_ &= sqlite3_bind_text64(statement_, index, data, text.size(),
                                SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK;
}

void Statement::BindAt(int index, double value) {
  bound_ &= sqlite3_bind_double(statement_, index, value) == SQLITE_OK;
}

void Statement::BindAt(int index, std::int64_t value) {
  bound_ &= sqlite3_bind_int64(statement_, index, value) == SQLITE_OK;
}

void Statement::BindAt(int index, const ContentHash& hash) {
  bound_ &=
      sqlite3_bind_blob64(statement_, index, hash.bytes.data(),
                          hash.bytes.size(), SQLITE_TRANSIENT) == SQLITE_OK;
}

Database::Database(std::string path) : path_(std::move(path)) {}

Result<std::unique_ptr<Database>> Database::Open(
    std::shared_ptr<const Folder> folder, const std::string& name,
    Access access) {
  std::unique_ptr<Database> database(new Database(folder->PathOf(name)));
  const auto status = folder->StatusOf(name);
  if (auto fit = CheckFile(status, database->path_); !fit) return fit.error();
  const std::uint64_t bytes =
      status ? static_cast<std::uint64_t>(status->st_size) : 0;
  database->max_slices_ =
      std::min(kSlices + bytes / kBytesOfASlice, kMostSlices);
  const std::string path = folder->PinnedPathOf(name);
  database->folder_ = std::move(folder);
  database->vfs_ = std::make_unique<OneFileVfs>(path);
  const int flags = access == Access::kWrite
                        ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                        : SQLITE_OPEN_READONLY;
  auto connected = database->Connect(
      access == Access::kImmutable ? ImmutableUri(path) : path, flags,
      database->vfs_->name());
  if (!connected) return connected.error();
  return database;
}

Result<std::unique_ptr<Database>> Database::Open(const std::string& path,
                                                 Access access) {
  auto folder = Folder::OpenParentOf(path);
  if (!folder) return folder.error();
  return Open(std::make_shared<const Folder>(*std::move(folder)),
              std::filesystem::path(path).filename().string(), access);
}

Result<std::unique_ptr<Database>> Database::OpenInMemory() {
  std::unique_ptr<Database> database(new Database("memory"));
  database->max_slices_ = kSlices;
  auto connected = database->Connect(
      ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  if (!connected) return connected.error();
  return database;
}

Result<void> Database::Connect(const std::string& name, int flags,
                               const char* vfs) {
  const int code =
      sqlite3_open_v2(name.c_str(), &connection_,
                      flags | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE, vfs);
  if (code != SQLITE_OK) return LastError();
  sqlite3_hard_heap_limit64(kMaxHeapBytes);
  sqlite3_busy_timeout(connection_, kBusyTimeoutMs);
  sqlite3_progress_handler(connection_, kSliceSteps, CountSlice, this);
  return Harden();
}

Result<void> Database::Harden() {
  constexpr std::pair<int, int> kSwitches[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},
      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
      {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0}};
  for (const auto& [option, value] : kSwitches) {
    if (sqlite3_db_config(connection_, option, value, nullptr) != SQLITE_OK) {
      return LastError();
    }
  }
  sqlite3_limit(connection_, SQLITE_LIMIT_LENGTH, kMaxValueBytes);
  sqlite3_limit(connection_, SQLITE_LIMIT_SQL_LENGTH, kMaxValueBytes);
  sqlite3_limit(connection_, SQLITE_LIMIT_ATTACHED, 0);
  return Execute(
      "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
      "PRAGMA temp_store = MEMORY;");
}

Result<void> Database::Reset() {
  // Source: https://sqlite.org/c3ref/c_dbconfig_defensive.html
  const auto set = [this](int on) {
    return sqlite3_db_config(connection_, SQLITE_DBCONFIG_RESET_DATABASE, on,
                             nullptr);
  };
  if (set(1) != SQLITE_OK) return LastError();
  auto done = Vacuum();
  if (set(0) != SQLITE_OK && done) return LastError();
  return done;
}

Result<void> Database::Compact() {
  const auto pages = Number("PRAGMA page_count");
  const auto bytes = Number("PRAGMA page_size");
  if (!pages) return pages.error();
  if (!bytes) return bytes.error();
  return *pages * *bytes <= kMostVacuumedBytes
             ? Vacuum()
             : Execute("PRAGMA incremental_vacuum");
}

Result<void> Database::Vacuum() {
  // It works in a second database of its own, in memory.
  sqlite3_limit(connection_, SQLITE_LIMIT_ATTACHED, 1);
  auto done = Execute("VACUUM");
  sqlite3_limit(connection_, SQLITE_LIMIT_ATTACHED, 0);
  return done;
}

Result<void> Database::TrustSchema() {
  if (sqlite3_db_config(connection_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1,
                        nullptr) != SQLITE_OK) {
    return LastError();
  }
  return {};
}

int Database::CountSlice(void* database) {
  auto* self = static_cast<Database*>(database);
  return ++self->slices_ > self->max_slices_ ? 1 : 0;
}

Database::~Database() {
  for (const auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  sqlite3_close(connection_);
}

sqlite3_stmt* Database::Prepare(std::string_view sql) {
  StartCounting();
  if (const auto found = prepared_.find(sql); found != prepared_.end()) {
    return found->second;
  }
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code == SQLITE_OK) prepared_.emplace(sql, statement);
  return statement;
}

Result<void> Database::Execute(const std::string& script) {
  StartCounting();
  const int code =
      sqlite3_exec(connection_, script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return LastError();
  return {};
}

Result<void> Database::InTransaction(
    const char* begin, const std::function<Result<void>()>& body) {
  auto done = Run(begin);
  if (!done) return done;
  done = body();
  if (done) done = Run("COMMIT");
  // A full disk may have rolled back already.
  if (!done && sqlite3_get_autocommit(connection_) == 0) {
    static_cast<void>(Run("ROLLBACK"));
  }
  return done;
}

Error Database::LastError() const {
  return ErrorOf(sqlite3_extended_errcode(connection_),
                 sqlite3_errmsg(connection_), sqlite3_system_errno(connection_),
                 path_);
}

}  // namespace dobby
