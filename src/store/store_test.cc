#include "dobby/store.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "gmock/gmock.h"
#include "store/database.h"
#include "store/sample_records.h"

namespace dobby {
namespace {

std::unique_ptr<Store> OpenedForWriting(const std::string& path) {
  auto store = Store::OpenForWriting(path);
  EXPECT_TRUE(store) << store.error().ToString();
  return *std::move(store);
}

/// What the index should hold, without SQLite.
class ModelIndex {
 public:
  void Save(const SummaryKey& key, const SummaryText& text) {
    summaries_.emplace(key, text);
  }

  void ReplaceFile(const FileRecord& record) {
    files_[record.row.path] = record;
    for (const auto& node : record.nodes) Save(node.key, node.text);
  }

  void ReplaceDir(const SummaryNode& node) {
    dirs_[node.path] = node;
    Save(node.key, node.text);
  }

  void Finish(const std::set<std::string>& files,
              const std::set<std::string>& dirs) {
    std::erase_if(files_, [&](auto& f) { return !files.contains(f.first); });
    std::erase_if(dirs_, [&](auto& d) { return !dirs.contains(d.first); });
  }

  IndexSnapshot Snapshot() const {
    IndexSnapshot snapshot;
    for (const auto& [path, dir] : dirs_) snapshot.nodes.push_back(dir);
    for (const auto& [path, file] : files_) {
      snapshot.ledger.push_back(file.row);
      for (const auto& node : file.nodes) snapshot.nodes.push_back(node);
    }
    std::stable_sort(snapshot.nodes.begin(), snapshot.nodes.end(),
                     [](const SummaryNode& a, const SummaryNode& b) {
                       const auto order = [](const SummaryNode& node) {
                         return std::tuple(node.level != Level::kRepo,
                                           node.path,
                                           -static_cast<int>(node.level));
                       };
                       return order(a) < order(b);
                     });
    return snapshot;
  }

  const std::map<SummaryKey, SummaryText>& summaries() const {
    return summaries_;
  }
  const std::map<std::string, FileRecord>& files() const { return files_; }
  const std::map<std::string, SummaryNode>& dirs() const { return dirs_; }

 private:
  std::map<SummaryKey, SummaryText> summaries_;
  std::map<std::string, FileRecord> files_;
  std::map<std::string, SummaryNode> dirs_;
};

void ExpectSame(const IndexSnapshot& got, const IndexSnapshot& want) {
  ASSERT_EQ(got.nodes.size(), want.nodes.size());
  for (std::size_t i = 0; i < want.nodes.size(); ++i) {
    EXPECT_TRUE(SameNode(got.nodes[i], want.nodes[i]))
        << i << ": " << got.nodes[i].path << ", " << want.nodes[i].path;
  }
  ASSERT_EQ(got.ledger.size(), want.ledger.size());
  for (std::size_t i = 0; i < want.ledger.size(); ++i) {
    EXPECT_TRUE(SameRow(got.ledger[i], want.ledger[i])) << want.ledger[i].path;
  }
}

/// Checks that the full-text index holds exactly the nodes.
void ExpectSearchInStep(const std::string& path) {
  auto database = Database::Open(path, Database::Access::kWrite);
  ASSERT_TRUE(database);
  const auto done = (*database)->Execute(
      "INSERT INTO search(search) VALUES('integrity-check')");
  EXPECT_TRUE(done) << done.error().ToString();
  const auto differing = (*database)->Number(
      "SELECT count(*) FROM (SELECT id FROM nodes n WHERE level <> 1 OR NOT "
      "EXISTS(SELECT 1 FROM nodes c WHERE c.path = n.path AND c.level = 0) "
      "UNION ALL "
      "SELECT rowid FROM search) GROUP BY id HAVING count(*) <> 2");
  ASSERT_TRUE(differing);
  EXPECT_EQ(*differing, 0);
}

/// Applies random operations to both.
class RandomOperations {
 public:
  RandomOperations(Store& store, ModelIndex& model, unsigned seed)
      : store_(store), model_(model), random_(seed) {}

  void Step() {
    switch (Below(10)) {
      case 0:
        return Finish();
      case 1:
        return Save();
      case 2:
      case 3:
        return ReplaceDir();
      default:
        return ReplaceFile();
    }
  }

 private:
  int Below(int end) {
    return static_cast<int>(random_() % static_cast<unsigned>(end));
  }

  std::string Path() {
    static const char* const kFolders[] = {"a", "a-b", "a/b", "z"};
    return std::string(kFolders[Below(4)]) + "/f" + std::to_string(Below(6));
  }

  void ReplaceFile() {
    FileRecord record = SampleFile(Path(), Below(4), Below(30));
    if (Below(5) == 0) {
      record.nodes.clear();
      record.row.state = LedgerRow::State::kSkipped;
      record.row.reason = "binary";
      record.row.hash = {};
    } else if (Below(5) == 0) {
      record.row.state = LedgerRow::State::kFailed;
      record.row.code = "timeout";
      record.row.message = "took too long";
    }
    ASSERT_TRUE(store_.ReplaceFile(record));
    model_.ReplaceFile(record);
  }

  void ReplaceDir() {
    const bool repo = Below(4) == 0;
    static const char* const kDirs[] = {"a", "a-b", "a/b", "z"};
    const SummaryNode node = SampleNode(
        repo ? Level::kRepo : Level::kDir, repo ? "." : kDirs[Below(4)],
        "Folder " + std::to_string(Below(30)) + ".", "Second.");
    ASSERT_TRUE(store_.ReplaceDir(node));
    model_.ReplaceDir(node);
  }

  void Save() {
    const auto node = SampleNode(Level::kChunk, "",
                                 "Loose " + std::to_string(Below(99)), "Two.");
    ASSERT_TRUE(store_.Save(node.key, node.text));
    model_.Save(node.key, node.text);
  }

  void Finish() {
    std::set<std::string> files, dirs;
    for (const auto& [path, file] : model_.files()) {
      if (Below(4) != 0) files.insert(path);
    }
    for (const auto& [path, dir] : model_.dirs()) {
      if (Below(4) != 0) dirs.insert(path);
    }
    ASSERT_TRUE(store_.Finish({files.begin(), files.end()},
                              {dirs.begin(), dirs.end()}));
    model_.Finish(files, dirs);
  }

  Store& store_;
  ModelIndex& model_;
  std::mt19937 random_;
};

TEST(Store, RandomOperationsMatchAMap) {
  const std::string path = FreshFolder() + "/index.db";
  ModelIndex model;
  auto store = OpenedForWriting(path);
  for (unsigned round = 0; round < 15; ++round) {
    RandomOperations operations(*store, model, round);
    for (int i = 0; i < 40; ++i) operations.Step();
    const auto snapshot = store->Load("");
    ASSERT_TRUE(snapshot);
    ExpectSame(*snapshot, model.Snapshot());
    if (round % 3 == 0) {
      store.reset();
      store = OpenedForWriting(path);
    }
  }
  // Used ones for certain; unused ones within the rule of Finish.
  for (const auto& node : model.Snapshot().nodes) {
    const auto found = store->Find(node.key);
    ASSERT_TRUE(found);
    ASSERT_TRUE(found->has_value());
    EXPECT_TRUE(SameText(**found, model.summaries().at(node.key)));
  }
  store.reset();
  ExpectSearchInStep(path);
}

TEST(Store, FindsWhatWasSavedAndNothingElse) {
  const std::string path = FreshFolder() + "/index.db";
  SummaryText text = SampleText("First \xff line.", "Zweite Zeile: Größe.");
  text.truncated = true;
  text.grounded = false;
  const SummaryKey key = HashOf("key");
  auto store = OpenedForWriting(path);
  ASSERT_TRUE(store->Save(key, text));
  ASSERT_TRUE(store->Save(key, SampleText("Another", "text")));
  store.reset();
  store = OpenedForWriting(path);
  const auto found = store->Find(key);
  ASSERT_TRUE(found && found->has_value());
  EXPECT_TRUE(SameText(**found, text));
  const auto missing = store->Find(HashOf("other"));
  ASSERT_TRUE(missing);
  EXPECT_FALSE(missing->has_value());
}

TEST(Store, KeepsTheWordsOfBegin) {
  const std::string path = FreshFolder() + "/index.db";
  auto store = OpenedForWriting(path);
  ASSERT_TRUE(store->Begin("/src/\xff", "\xff", "model", "lines-1"));
  auto snapshot = store->Load(".");
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->root, "/src/\xff");
  EXPECT_EQ(snapshot->name, "\xff");
  EXPECT_EQ(snapshot->model, "model");
  EXPECT_EQ(snapshot->prompt_version, "lines-1");
  EXPECT_EQ(snapshot->finished_unix_s, 0);
  ASSERT_TRUE(store->Finish({}, {}));
  ASSERT_TRUE(store->Begin("/src/\xff", "name", "model", "lines-2"));
  snapshot = store->Load(".");
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->prompt_version, "lines-2");
  EXPECT_GT(snapshot->finished_unix_s, 0);
}

TEST(Store, AnotherRootEmptiesTheIndexButKeepsSummaries) {
  const std::string path = FreshFolder() + "/index.db";
  auto store = OpenedForWriting(path);
  const FileRecord record = SampleFile("a.cc", 2, 1);
  ASSERT_TRUE(store->Begin("/one", "one", "m", "p"));
  ASSERT_TRUE(store->ReplaceFile(record));
  ASSERT_TRUE(store->Begin("/two", "two", "m", "p"));
  const auto snapshot = store->Load("");
  ASSERT_TRUE(snapshot);
  EXPECT_TRUE(snapshot->nodes.empty());
  EXPECT_TRUE(snapshot->ledger.empty());
  EXPECT_TRUE(store->Find(record.nodes[0].key)->has_value());
  store.reset();
  ExpectSearchInStep(path);
}

TEST(Store, DropsSummariesThatTwentyRunsDidNotUse) {
  const std::string path = FreshFolder() + "/index.db";
  auto store = OpenedForWriting(path);
  const FileRecord used = SampleFile("used.cc", 1, 1);
  const FileRecord reverted = SampleFile("reverted.cc", 1, 2);
  ASSERT_TRUE(store->ReplaceFile(used));
  ASSERT_TRUE(store->ReplaceFile(reverted));
  const SummaryKey key = reverted.nodes[0].key;
  for (int run = 0; run < 20; ++run) {
    ASSERT_TRUE(store->Finish({"used.cc"}, {}));
  }
  EXPECT_TRUE(store->Find(key)->has_value());
  // Used once more, the count begins anew.
  ASSERT_TRUE(store->ReplaceFile(reverted));
  ASSERT_TRUE(store->Finish({"used.cc", "reverted.cc"}, {}));
  for (int run = 0; run < 20; ++run) {
    ASSERT_TRUE(store->Finish({"used.cc"}, {}));
  }
  EXPECT_TRUE(store->Find(key)->has_value());
  ASSERT_TRUE(store->Finish({"used.cc"}, {}));
  EXPECT_FALSE(store->Find(key)->has_value());
  EXPECT_TRUE(store->Find(used.nodes[0].key)->has_value());
}

TEST(Store, LoadsOnePart) {
  auto store = OpenedForWriting(FreshFolder() + "/index.db");
  for (const char* path :
       {"src/a.cc", "src/b/c.cc", "src-old/a.cc", "src.cc", "src/vendor/"}) {
    ASSERT_TRUE(store->ReplaceFile(SampleFile(path, 0, 1)));
  }
  ASSERT_TRUE(store->ReplaceDir(SampleNode(Level::kRepo, ".", "R", "r")));
  ASSERT_TRUE(store->ReplaceDir(SampleNode(Level::kDir, "src", "S", "s")));
  struct Case {
    const char* name;
    const char* path;
    std::vector<std::string> nodes, rows;
  };
  const std::vector<std::string> below_src = {"src/a.cc", "src/b/c.cc",
                                              "src/vendor/"};
  for (const Case& c : {
           Case{"all",
                "",
                {".", "src", "src-old/a.cc", "src.cc", "src/a.cc", "src/b/c.cc",
                 "src/vendor/"},
                {"src-old/a.cc", "src.cc", "src/a.cc", "src/b/c.cc",
                 "src/vendor/"}},
           Case{"folder",
                "src",
                {"src", "src/a.cc", "src/b/c.cc", "src/vendor/"},
                below_src},
           Case{"slash",
                "./src/",
                {"src", "src/a.cc", "src/b/c.cc", "src/vendor/"},
                below_src},
           Case{"file", "src/a.cc", {"src/a.cc"}, {"src/a.cc"}},
           Case{"nothing", "sr", {}, {}},
       }) {
    const auto snapshot = store->Load(c.path);
    ASSERT_TRUE(snapshot) << c.name;
    std::vector<std::string> nodes, rows;
    for (const auto& node : snapshot->nodes) nodes.push_back(node.path);
    for (const auto& row : snapshot->ledger) rows.push_back(row.path);
    EXPECT_EQ(nodes, c.nodes) << c.name;
    EXPECT_EQ(rows, c.rows) << c.name;
  }
}

TEST(Store, AnyPathComesBackAsItWas) {
  const std::string file = FreshFolder() + "/index.db";
  const std::vector<std::string> paths = {"new\nline.c",
                                          "tab\t.c",
                                          "\xff\xfe.bin",
                                          "\xc3(",
                                          "'; DROP TABLE --",
                                          "%_*?[x]",
                                          "\"quoted\"",
                                          "e\u0301.c",
                                          "\u00e9.c",
                                          "\u65e5\u672c.c",
                                          " ",
                                          "-",
                                          "a\\b",
                                          std::string(4000, 'x')};
  auto store = OpenedForWriting(file);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    ASSERT_TRUE(
        store->ReplaceFile(SampleFile(paths[i], 1, static_cast<int>(i))));
  }
  store.reset();
  store = OpenedForWriting(file);
  ASSERT_TRUE(store->Finish(paths, {}));
  const auto snapshot = store->Load("");
  ASSERT_TRUE(snapshot);
  std::vector<std::string> rows;
  for (const auto& row : snapshot->ledger) rows.push_back(row.path);
  auto sorted = paths;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(rows, sorted);
  EXPECT_EQ(snapshot->nodes.size(), 2 * paths.size());
  for (const auto& path : paths) {
    EXPECT_EQ(store->Load(path)->ledger.size(), 1u) << path;
  }
}

}  // namespace
}  // namespace dobby
