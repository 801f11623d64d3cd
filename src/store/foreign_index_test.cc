// Indexes that a stranger made: nothing in them is believed.
#include <sqlite3.h>
#include <sys/stat.h>

#include "dobby/store.h"
#include "gmock/gmock.h"
#include "store/database.h"
#include "store/sample_records.h"
#include "store/schema.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Runs a script with SQLite as it comes, which lets the schema be written.
void RunSql(const std::string& path, const std::string& script) {
  const sqlite3_int64 limit = sqlite3_hard_heap_limit64(-1);
  sqlite3_hard_heap_limit64(0);
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &connection), SQLITE_OK);
  char* error = nullptr;
  EXPECT_EQ(sqlite3_exec(connection, script.c_str(), nullptr, nullptr, &error),
            SQLITE_OK)
      << (error ? error : "");
  sqlite3_free(error);
  sqlite3_close(connection);
  sqlite3_hard_heap_limit64(limit);
}

/// Makes an index of two files, without a write-ahead log.
void MakeIndex(const std::string& path) {
  {
    auto store = Store::OpenForWriting(path);
    ASSERT_TRUE(store) << store.error().ToString();
    ASSERT_TRUE((*store)->Begin("/a", "a", "m", "1"));
    for (const char* name : {"a.cc", "dir/b.cc"}) {
      ASSERT_TRUE((*store)->ReplaceFile(SampleFile(name, 2, 1)));
    }
  }
  RunSql(path, "PRAGMA journal_mode = DELETE;");
}

/// Returns the first error of opening and reading everything, if any.
std::optional<Error> ErrorOfReading(const std::string& path) {
  auto store = Store::OpenForReading(path);
  if (!store) return store.error();
  const auto root = (*store)->Root();
  if (!root) return root.error();
  const auto loaded = (*store)->Load("");
  if (!loaded) return loaded.error();
  const auto found = (*store)->Search("numbers", {"", 9});
  if (!found) return found.error();
  return std::nullopt;
}

TEST(ForeignIndex, AnotherSchemaIsRefused) {
  const std::string path = FreshFolder() + "/index.db";
  constexpr const char* kEndless =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)";
  for (const std::string& script : std::initializer_list<std::string>{
           "CREATE TABLE more(x);",
           "CREATE INDEX more ON files(language);",
           "CREATE VIEW more AS SELECT 1;",
           "CREATE TRIGGER more AFTER INSERT ON summaries BEGIN DELETE FROM "
           "files; END;",
           std::string("CREATE TRIGGER more BEFORE INSERT ON files BEGIN "
                       "INSERT INTO meta SELECT x, x FROM (") +
               kEndless + " SELECT x FROM c); END;",
           "DROP TRIGGER node_leaves_search;",
           "DROP INDEX nodes_by_key;",
           std::string("DROP VIEW placed; CREATE VIEW placed AS ") + kEndless +
               " SELECT x FROM c;",
           "DROP TABLE meta; CREATE VIEW meta AS SELECT 'root' AS name, "
           "load_extension('x') AS value;",
           "DROP TABLE meta; CREATE TABLE meta(name TEXT PRIMARY KEY, value "
           "TEXT GENERATED ALWAYS AS (name || 'x'));",
           "ALTER TABLE files ADD COLUMN more;",
           "ALTER TABLE files RENAME COLUMN reason TO reasons;",
           "DROP TABLE search; CREATE VIRTUAL TABLE search USING fts5(path, "
           "lines, parts, tokenize = 'porter');",
       }) {
    fs::remove(path);
    MakeIndex(path);
    RunSql(path, script);
    const auto reading = Store::OpenForReading(path);
    ASSERT_FALSE(reading) << script;
    EXPECT_EQ(reading.error().code, ErrorCode::kCorrupt) << script;
    EXPECT_THAT(reading.error().message, HasSubstr("tables, views")) << script;
    const auto writing = Store::OpenForWriting(path);
    ASSERT_FALSE(writing) << script;
    EXPECT_EQ(writing.error().code, ErrorCode::kCorrupt) << script;
  }
}

TEST(ForeignIndex, ContentThatNoIndexHasIsAnError) {
  const std::string path = FreshFolder() + "/index.db";
  struct Case {
    const char* script;
    const char* says;
  };
  for (const Case& c :
       {Case{"UPDATE nodes SET path = '../../etc/passwd' WHERE path = 'a.cc' "
             "AND level = 1;",
             "leads out"},
        Case{"UPDATE nodes SET path = '/etc/passwd' WHERE path = 'a.cc' AND "
             "level = 1;",
             "leads out"},
        Case{"UPDATE files SET path = 'a/..' WHERE path = 'a.cc';",
             "leads out"},
        Case{"UPDATE files SET path = '' WHERE path = 'a.cc';", "leads out"},
        Case{"UPDATE nodes SET path = 'a' || char(0) || 'b' WHERE path = "
             "'a.cc' AND level = 1;",
             "leads out"},
        Case{"UPDATE nodes SET path = printf('%.*c', 9000, 'x') WHERE path = "
             "'a.cc' AND level = 1;",
             "too long"},
        Case{"UPDATE summaries SET line1 = printf('%.*c', 2000000, 'x');",
             "over a megabyte"},
        Case{"UPDATE meta SET value = printf('%.*c', 2000000, 'x');",
             "over a megabyte"}}) {
    fs::remove(path);
    MakeIndex(path);
    RunSql(path, c.script);
    const auto error = ErrorOfReading(path);
    ASSERT_TRUE(error) << c.script;
    EXPECT_THAT(error->message, HasSubstr(c.says)) << c.script;
    EXPECT_NE(error->code, ErrorCode::kInternal) << c.script;
  }
}

TEST(ForeignIndex, RowsOfHundredsOfMegabytesAreNotRead) {
  const std::string path = FreshFolder() + "/index.db";
  MakeIndex(path);
  RunSql(path,
         "UPDATE summaries SET line1 = zeroblob(300000000) WHERE key = "
         "(SELECT min(key) FROM summaries);");
  const auto error = ErrorOfReading(path);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::kTooLarge) << error->message;
  EXPECT_THAT(error->message, HasSubstr("delete it"));
  fs::remove(path);
}

TEST(ForeignIndex, ValuesOfAnotherTypeAreRead) {
  const std::string path = FreshFolder() + "/index.db";
  MakeIndex(path);
  RunSql(path,
         "PRAGMA ignore_check_constraints = ON;"
         "UPDATE summaries SET line1 = x'00ff1b5b', line2 = zeroblob(1000);"
         "UPDATE files SET hash = x'01', record = x'', state = 99;"
         "UPDATE nodes SET hash = x'', start_line = -1,"
         " end_line = 99999999999999, level = 77 WHERE level = 1;");
  EXPECT_EQ(ErrorOfReading(path), std::nullopt);
}

TEST(ForeignIndex, AStatementWithoutEndIsStopped) {
  const std::string path = FreshFolder() + "/index.db";
  MakeIndex(path);
  auto database = Database::Open(path, Database::Access::kRead);
  ASSERT_TRUE(database);
  const auto endless = (*database)->Number(
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
      "SELECT count(*) FROM c");
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(*(*database)->Number("SELECT count(*) FROM files"), 2)
      << "the next one starts anew";
}

TEST(ForeignIndex, AConnectionIsHardened) {
  const std::string folder = FreshFolder(), path = folder + "/index.db";
  MakeIndex(path);
  auto database = Database::Open(path, Database::Access::kWrite);
  ASSERT_TRUE(database);
  for (const std::string& script : std::initializer_list<std::string>{
           "ATTACH '" + folder + "/other.db' AS other;",
           "VACUUM INTO '" + folder + "/other.db';",
           "SELECT load_extension('x');", "SELECT fts3_tokenizer('x', x'00');",
           "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = '';",
           "UPDATE search_data SET block = x'';"}) {
    EXPECT_FALSE((*database)->Execute(script)) << script;
  }
  EXPECT_EQ(*(*database)->Number("PRAGMA trusted_schema"), 0);
  EXPECT_EQ(*(*database)->Number("PRAGMA cell_size_check"), 1);
  EXPECT_FALSE(fs::exists(folder + "/other.db"));
}

/// Appends `number` as SQLite writes it.
void AddNumber(std::string* bytes, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    *bytes += static_cast<char>(number >> shift);
  }
}

/// Returns a hot journal of the database `data` that names another file as its
/// super-journal. Source: SQLite, "Database File Format", section 3.
std::string HotJournal(const std::string& data, const std::string& victim) {
  constexpr std::uint32_t kPage = 4096, kSector = 512, kNonce = 12345;
  const std::string magic("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 8);
  std::uint32_t sum = kNonce;
  for (std::uint32_t at = kPage - 200; at > 0 && at < kPage; at -= 200) {
    sum += static_cast<unsigned char>(data[at]);
  }
  std::string bytes = magic;
  AddNumber(&bytes, 1);
  AddNumber(&bytes, kNonce);
  AddNumber(&bytes, static_cast<std::uint32_t>(data.size()) / kPage);
  AddNumber(&bytes, kSector);
  AddNumber(&bytes, kPage);
  bytes.resize(kSector);
  AddNumber(&bytes, 1);
  bytes += data.substr(0, kPage);
  AddNumber(&bytes, sum);
  AddNumber(&bytes, 0x40000000 / kPage + 1);
  std::uint32_t name_sum = 0;
  for (const char c : victim) name_sum += static_cast<unsigned char>(c);
  bytes += victim;
  AddNumber(&bytes, static_cast<std::uint32_t>(victim.size()));
  AddNumber(&bytes, name_sum);
  return bytes + magic;
}

std::string ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ForeignIndex, AJournalNeverTouchesAnotherFile) {
  const std::string folder = FreshFolder(), path = folder + "/index.db",
                    victim = folder + "/victim-mj0123459AB";
  // SQLite deletes only what is named like a super-journal and names this
  // journal.
  const std::string precious = path + "-journal" + '\0';
  const auto plant = [&] {
    fs::remove(path + "-wal");
    fs::remove(path + "-shm");
    RunSql(path, "PRAGMA journal_mode = DELETE;");
    WriteBytes(victim, precious);
    WriteBytes(path + "-journal", HotJournal(ReadBytes(path), victim));
  };
  MakeIndex(path);
  plant();
  // The journal is a good one: SQLite as it comes deletes what it names.
  RunSql(path, "PRAGMA user_version; SELECT count(*) FROM files;");
  ASSERT_FALSE(fs::exists(victim));
  plant();
  static_cast<void>(Store::OpenForReading(path));
  EXPECT_EQ(ReadBytes(victim), precious);
  plant();
  static_cast<void>(Store::OpenForWriting(path));
  EXPECT_EQ(ReadBytes(victim), precious);
}

TEST(ForeignIndex, LinksAreNotFollowed) {
  const std::string folder = FreshFolder(), victim = folder + "/victim";
  for (const std::string suffix : {"", "-journal", "-wal", "-shm", ".lock"}) {
    const std::string path = folder + "/of" + suffix + ".db";
    MakeIndex(path);
    RunSql(path, "PRAGMA journal_mode = WAL;");
    WriteBytes(victim, "precious");
    fs::remove(path + suffix);
    fs::create_symlink(victim, path + suffix);
    const auto writing = Store::OpenForWriting(path);
    EXPECT_FALSE(writing && (*writing)->Load("")) << suffix;
    EXPECT_EQ(ReadBytes(victim), "precious") << suffix;
    const auto reading = Store::OpenForReading(path);
    EXPECT_EQ(ReadBytes(victim), "precious") << suffix;
  }
  EXPECT_FALSE(fs::exists(folder + "/none"));
  fs::create_symlink(folder + "/none", folder + "/dangling.db");
  EXPECT_FALSE(Store::OpenForWriting(folder + "/dangling.db"));
  EXPECT_FALSE(fs::exists(folder + "/none"));
}

TEST(ForeignIndex, OneOfAnOlderDobbyIsMadeAnew) {
  const std::string path = FreshFolder() + "/index.db";
  RunSql(path,
         "CREATE TABLE summaries(key, line1); INSERT INTO summaries VALUES(1, "
         "'x'); CREATE VIEW v AS SELECT 1; PRAGMA application_id = 1685021282;"
         "PRAGMA user_version = 1;");
  const auto reader = Store::OpenForReading(path);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(reader.error().message.find("dobby index"), std::string::npos);
  {
    auto store = Store::OpenForWriting(path);
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE((*store)->Begin("/r", "r", "", "v"));
  }
  const auto again = Store::OpenForReading(path);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE((*again)->Load("")->nodes.empty());
}

}  // namespace
}  // namespace dobby
