#include "store/schema.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace dobby {
namespace {

// Comments inside the statements stay in the database and explain it there.
constexpr const char* kTables = R"sql(
CREATE TABLE meta(
  name TEXT PRIMARY KEY, -- root, name, model, prompt_version, finished_unix_s
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE summaries(
  key BLOB PRIMARY KEY CHECK(length(key) = 32),
  line1 TEXT NOT NULL,
  line2 TEXT NOT NULL,
  truncated INTEGER NOT NULL,     -- 1: the model did not see the whole text
  grounded INTEGER NOT NULL,      -- 1: every identifier occurs in the text
  prompt_tokens INTEGER NOT NULL,
  generated_tokens INTEGER NOT NULL,
  ms REAL NOT NULL,
  created_unix_s INTEGER NOT NULL,
  model TEXT NOT NULL,
  prompt_version TEXT NOT NULL,
  voice1 INTEGER NOT NULL         -- whose line 1 is: Voice in dobby/summary.h
    CHECK(voice1 BETWEEN 0 AND 8),
  voice2 INTEGER NOT NULL CHECK(voice2 BETWEEN 0 AND 8),
  unused_runs INTEGER NOT NULL DEFAULT 0 -- finished runs without a node
) WITHOUT ROWID;

CREATE TABLE files(
  path TEXT PRIMARY KEY,          -- raw bytes, relative to the root
  state INTEGER NOT NULL          -- 0 summarised, 1 skipped, 2 failed
    CHECK(state BETWEEN 0 AND 2),
  size_bytes INTEGER NOT NULL,
  language TEXT NOT NULL,
  hash BLOB NOT NULL CHECK(length(hash) = 32),
  reason TEXT NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  record BLOB NOT NULL CHECK(length(record) = 32) -- hash of row and nodes
) WITHOUT ROWID;

CREATE TABLE nodes(
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,             -- "." for the repository
  level INTEGER NOT NULL          -- 0 chunk, 1 file, 2 dir, 3 repo
    CHECK(level BETWEEN 0 AND 3),
  position INTEGER NOT NULL,      -- among the nodes of its path and level
  start_line INTEGER NOT NULL,
  end_line INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK(length(hash) = 32),
  key BLOB NOT NULL REFERENCES summaries(key),
  UNIQUE(path, level, position)
);
CREATE INDEX nodes_by_key ON nodes(key);

CREATE VIEW placed AS
  SELECT n.level, n.path, n.start_line, n.end_line, n.hash, n.key,
         s.line1, s.line2, s.truncated, s.grounded, s.prompt_tokens,
         s.generated_tokens, s.ms, s.created_unix_s, s.model,
         s.prompt_version, s.voice1, s.voice2, n.position, n.id
  FROM nodes n JOIN summaries s ON s.key = n.key;

-- The words of each chunk, folder and the repository, and of a file that has no
-- chunk; rowid is the id of the node. It keeps no text: path (with the words
-- inside its identifiers), lines of the summary, names that the chunk defines,
-- its text, and the words inside the identifiers of lines, names and text.
CREATE VIRTUAL TABLE search USING fts5(
  path, lines, names, text, parts, content='', contentless_delete=1,
  tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER node_leaves_search AFTER DELETE ON nodes BEGIN
  DELETE FROM search WHERE rowid = old.id;
END;
)sql";

struct Identity {
  std::int64_t application = 0, version = 0, tables = 0;

  bool empty() const { return application == 0 && version == 0 && tables == 0; }
};

Result<Identity> IdentityOf(Database& database) {
  const auto application = database.Number("PRAGMA application_id");
  if (!application) return application.error();
  const auto version = database.Number("PRAGMA user_version");
  if (!version) return version.error();
  const auto tables = database.Number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  return Identity{*application, *version, *tables};
}

Result<void> CheckIdentity(const Identity& identity, const std::string& path) {
  if (identity.application != kStoreApplicationId || identity.version < 1) {
    return Error{ErrorCode::kCorrupt,
                 "is a database of another program: give another path with "
                 "--db",
                 path};
  }
  if (identity.version > kStoreSchemaVersion) {
    return Error{ErrorCode::kUnsupported,
                 "was written by a newer dobby (schema " +
                     std::to_string(identity.version) + ", this one knows " +
                     std::to_string(kStoreSchemaVersion) +
                     "): update dobby, or give another path with --db",
                 path};
  }
  if (identity.version < kStoreSchemaVersion) {
    return Error{ErrorCode::kUnsupported,
                 "was written by an older dobby: `dobby index` makes it anew",
                 path};
  }
  return {};
}

/// Empties an index of an older dobby: all that it holds can be made again.
Result<void> ResetOlder(Database& database) {
  const auto identity = IdentityOf(database);
  if (!identity) return identity.error();
  const bool is_older = identity->application == kStoreApplicationId &&
                        identity->version >= 1 &&
                        identity->version < kStoreSchemaVersion;
  return is_older ? database.Reset() : Result<void>();
}

using Rows = std::vector<std::array<std::string, 4>>;

/// Returns the parts of a database with their SQL, at most `most` of them.
Result<Rows> PartsOf(Database& database, std::size_t most) {
  Rows rows;
  const auto done = database.Each(
      "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema "
      "ORDER BY type, name LIMIT ?1",
      [&](const Statement& row) {
        rows.push_back({row.Text(0), row.Text(1), row.Text(2), row.Text(3)});
      },
      most);
  if (!done) return done.error();
  return rows;
}

/// Checks that a database has exactly our tables, views, triggers and indexes,
/// by their text: what is ours does nothing but what it says. The tables of
/// FTS5 are those that this SQLite makes.
Result<void> CheckParts(Database& database, const std::string& path) {
  auto own = Database::OpenInMemory();
  if (!own) return own.error();
  const auto made = (*own)->Execute(kTables);
  if (!made) return made.error();
  const auto wanted = PartsOf(**own, /*most=*/1000);
  if (!wanted) return wanted.error();
  const auto found = PartsOf(database, wanted->size() + 1);
  if (!found) return found.error();
  if (*found == *wanted) return {};
  return Error{ErrorCode::kCorrupt,
               "has other tables, views or triggers than dobby makes: give "
               "another path with --db, or delete it and run `dobby index`",
               path};
}

}  // namespace

Result<void> PrepareSchema(Database& database, const std::string& path) {
  auto done = ResetOlder(database);
  if (!done) return done;
  // Of an empty database; that of another does not change.
  done = database.Execute("PRAGMA auto_vacuum = INCREMENTAL");
  if (!done) return done;
  return database.Atomically([&]() -> Result<void> {
    const auto identity = IdentityOf(database);
    if (!identity) return identity.error();
    if (!identity->empty()) {
      auto checked = CheckIdentity(*identity, path);
      return checked ? CheckParts(database, path) : checked;
    }
    return database.Execute(
        kTables +
        ("PRAGMA application_id = " + std::to_string(kStoreApplicationId)) +
        ";PRAGMA user_version = " + std::to_string(kStoreSchemaVersion));
  });
}

Result<void> CheckSchema(Database& database, const std::string& path) {
  const Error none = {ErrorCode::kNotFound,
                      "holds no index yet: run `dobby index` first", path};
  const auto identity = IdentityOf(database);
  if (!identity) return identity.error();
  if (identity->empty()) return none;
  auto checked = CheckIdentity(*identity, path);
  if (checked) checked = CheckParts(database, path);
  if (!checked) return checked;
  // The first thing that a run writes.
  const auto roots =
      database.Number("SELECT count(*) FROM meta WHERE name = 'root'");
  if (!roots) return roots.error();
  return *roots > 0 ? Result<void>() : Result<void>(none);
}

}  // namespace dobby
