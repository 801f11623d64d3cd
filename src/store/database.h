// A connection to SQLite and its statements. Only the folder `store` uses SQL.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "dobby/hash.h"
#include "dobby/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace dobby {

class Database;
class Folder;
class OneFileVfs;

/// A prepared statement in use. Destruction resets it; the connection keeps it
/// prepared. Uses of the same SQL must not overlap.
class Statement {
 public:
  Statement(const Database& database, sqlite3_stmt* statement)
      : database_(&database), statement_(statement) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// Binds the values to ?1, ?2, ... Texts and hashes are copied.
  template <class... Values>
  void Bind(const Values&... values) {
    int index = 0;
    (BindAt(++index, values), ...);
  }

  /// Moves to the next row; returns false at the end. Errors: see
  /// Database::LastError.
  Result<bool> Step();

  /// Returns the value of a column of the row, counted from 0. Bytes come back
  /// unchanged, whether UTF-8 or not.
  std::string Text(int column) const;
  std::int64_t Int(int column) const;
  double Real(int column) const;
  ContentHash Hash(int column) const;

 private:
  void BindAt(int index, std::string_view text);
  void BindAt(int index, double value);
  void BindAt(int index, std::int64_t value);
  void BindAt(int index, const ContentHash& hash);
  void BindAt(int index, std::integral auto value) {
    BindAt(index, static_cast<std::int64_t>(value));
  }

  const Database* database_;
  sqlite3_stmt* statement_;  ///< Null if it did not compile.
  bool bound_ = true;        ///< Whether all values could be bound.
};

/// A connection. Not thread-safe.
class Database {
 public:
  enum class Access {
    kWrite,      ///< Makes the file if it is missing.
    kRead,       ///< Sees what a writer commits.
    kImmutable,  ///< For read-only media: takes no locks.
  };

  /// Opens the file `name` of a folder. Nothing else is ever touched but its
  /// side files (OneFileVfs), and what the file says is not trusted: no
  /// extensions, no writable schema, limits on sizes and on the steps of a
  /// statement. Errors: see LastError; kIo for what is no regular file.
  static Result<std::unique_ptr<Database>> Open(
      std::shared_ptr<const Folder> folder, const std::string& name,
      Access access);

  /// The same for a path. Errors: as above; kNotFound for the folder.
  static Result<std::unique_ptr<Database>> Open(const std::string& path,
                                                Access access);

  /// Opens an empty database that ends with the connection.
  static Result<std::unique_ptr<Database>> OpenInMemory();
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Lets triggers of the schema write to the full-text table, as ours does.
  /// Only after PrepareSchema has seen that the schema is ours.
  Result<void> TrustSchema();

  /// Empties the file, whatever its schema is.
  Result<void> Reset();

  /// Writes a file of at most 64 MiB anew without gaps, a larger one without
  /// its free pages.
  Result<void> Compact();

  /// Runs a script of several statements without values.
  Result<void> Execute(const std::string& script);

  /// Runs one statement and calls `visit(const Statement&)` for each row.
  template <class Visit, class... Values>
  Result<void> Each(std::string_view sql, Visit visit,
                    const Values&... values) {
    Statement statement(*this, Prepare(sql));
    statement.Bind(values...);
    while (true) {
      const auto row = statement.Step();
      if (!row) return row.error();
      if (!*row) return {};
      visit(static_cast<const Statement&>(statement));
    }
  }

  /// Runs one statement that returns no rows.
  template <class... Values>
  Result<void> Run(std::string_view sql, const Values&... values) {
    return Each(sql, [](const Statement&) {}, values...);
  }

  /// Returns the number that a statement of one row and column gives; 0 if it
  /// gives none.
  template <class... Values>
  Result<std::int64_t> Number(std::string_view sql, const Values&... values) {
    std::int64_t number = 0;
    const auto done = Each(
        sql, [&](const Statement& row) { number = row.Int(0); }, values...);
    if (!done) return done.error();
    return number;
  }

  /// Runs `body` in a transaction that takes the write lock at once. If `body`
  /// fails, nothing is committed.
  Result<void> Atomically(const std::function<Result<void>()>& body) {
    return InTransaction("BEGIN IMMEDIATE", body);
  }

  /// Runs `body`, which must only read, on one unchanging state.
  Result<void> OnOneState(const std::function<Result<void>()>& body) {
    return InTransaction("BEGIN", body);
  }

  /// Returns the error of the last call, with a message that says what to do:
  /// kCorrupt (damaged, not a database, or endless), kUsage (locked by another
  /// program), kIo (full disk, failed or refused access), kTooLarge.
  Error LastError() const;

  /// The path of the file, for messages.
  const std::string& path() const { return path_; }

 private:
  explicit Database(std::string path);

  /// Writes the file anew.
  Result<void> Vacuum();

  /// Opens the connection and sets its limits.
  Result<void> Connect(const std::string& name, int flags, const char* vfs);
  Result<void> Harden();

  /// Begins to count the steps of a statement anew.
  void StartCounting() { slices_ = 0; }

  /// Called by SQLite after each slice of steps; not 0 ends the statement.
  static int CountSlice(void* database);

  /// Returns the statement of `sql`, compiled once; null if it does not
  /// compile.
  sqlite3_stmt* Prepare(std::string_view sql);
  Result<void> InTransaction(const char* begin,
                             const std::function<Result<void>()>& body);

  std::shared_ptr<const Folder> folder_;
  std::unique_ptr<OneFileVfs> vfs_;
  sqlite3* connection_ = nullptr;
  std::string path_;  ///< For messages.
  std::uint64_t slices_ = 0;
  std::uint64_t max_slices_ = 0;
  std::map<std::string, sqlite3_stmt*, std::less<>> prepared_;
};

}  // namespace dobby
