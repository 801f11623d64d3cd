#include "store/sqlite_store.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

#include "store/rows.h"
#include "store/text_search.h"

namespace dobby {
namespace {

// A summary that nothing uses is kept for so many finished runs, so that a
// branch that comes back, or an edit undone, costs no inference.
constexpr int kKeptUnusedRuns = 20;

/// Returns a path as in the index: "." for the root, no slash at the end.
std::string IndexPath(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.empty() ? "." : std::string(path);
}

std::string LinesOf(const SummaryNode& node) {
  return node.text.lines[0] + "\n" + node.text.lines[1];
}

}  // namespace

Result<std::optional<SummaryText>> SqliteStore::Find(const SummaryKey& key) {
  std::optional<SummaryText> found;
  const auto done = database_->Each(
      "SELECT line1, line2, truncated, grounded, prompt_tokens, "
      "generated_tokens, ms, created_unix_s, model, prompt_version, voice1, "
      "voice2 "
      "FROM summaries WHERE key = ?1",
      [&](const Statement& row) { found = ReadSummary(row, 0); }, key);
  if (!done) return done.error();
  return found;
}

Result<void> SqliteStore::Save(const SummaryKey& key, const SummaryText& text) {
  return database_->Run(
      "INSERT INTO summaries(key, line1, line2, truncated, grounded, "
      "prompt_tokens, generated_tokens, ms, created_unix_s, model, "
      "prompt_version, voice1, voice2) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
      "?9, ?10, ?11, ?12, ?13) "
      "ON CONFLICT(key) DO NOTHING",
      key, text.lines[0], text.lines[1], text.truncated, text.grounded,
      text.prompt_tokens, text.generated_tokens, text.ms, text.created_unix_s,
      text.model, text.prompt_version, static_cast<int>(text.voices[0]),
      static_cast<int>(text.voices[1]));
}

Result<void> SqliteStore::InsertNode(const SummaryNode& node,
                                     const std::string& path,
                                     std::size_t position) {
  auto done = Save(node.key, node.text);
  if (!done) return done;
  return database_->Run(
      "INSERT INTO nodes(path, level, position, start_line, end_line, hash, "
      "key) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      path, static_cast<int>(node.level), position, node.start_line,
      node.end_line, node.hash, node.key);
}

Result<void> SqliteStore::InsertFile(const FileRecord& record,
                                     const ContentHash& digest) {
  const LedgerRow& row = record.row;
  auto done = database_->Run("DELETE FROM nodes WHERE path = ?1 AND level <= 1",
                             row.path);
  if (!done) return done;
  done = database_->Run(
      "REPLACE INTO files(path, state, size_bytes, language, hash, reason, "
      "code, message, record) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      row.path, static_cast<int>(row.state), row.size_bytes, row.language,
      row.hash, row.reason, row.code, row.message, digest);
  return done ? InsertNodes(record) : done;
}

Result<void> SqliteStore::InsertNodes(const FileRecord& record) {
  const auto is_chunk = [](const SummaryNode& node) {
    return node.level == Level::kChunk;
  };
  const auto& nodes = record.nodes;
  const bool has_chunks = std::any_of(nodes.begin(), nodes.end(), is_chunk);
  // What the file says of itself is found at its first chunk.
  std::string of_file;
  for (const SummaryNode& node : nodes) {
    if (has_chunks && !is_chunk(node)) of_file = LinesOf(node);
  }
  std::size_t chunks = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    auto done = InsertNode(nodes[i], record.row.path, i);
    if (!done) return done;
    if (has_chunks && !is_chunk(nodes[i])) continue;
    SearchedText text{record.row.path, LinesOf(nodes[i]), {}};
    if (chunks == 0 && text.lines != of_file) text.lines += "\n" + of_file;
    if (chunks < record.texts.size()) text.chunk = record.texts[chunks];
    ++chunks;
    done = AddToSearch(*database_, text);
    if (!done) return done;
  }
  return {};
}

Result<void> SqliteStore::ReplaceFile(const FileRecord& record) {
  const ContentHash digest = DigestOf(record);
  const auto same = database_->Number(
      "SELECT count(*) FROM files WHERE path = ?1 AND record = ?2",
      record.row.path, digest);
  if (!same) return same.error();
  if (*same != 0) return {};
  has_changed_ = true;
  return database_->Atomically([&] { return InsertFile(record, digest); });
}

Result<void> SqliteStore::ReplaceDir(const SummaryNode& node) {
  return database_->Atomically([&] {
    auto done = database_->Run(
        "DELETE FROM nodes WHERE path = ?1 AND level >= 2", node.path);
    if (done) done = InsertNode(node, node.path, 0);
    if (!done) return done;
    return AddToSearch(*database_, {node.path, LinesOf(node), {}});
  });
}

Result<void> SqliteStore::DropFilesExcept(
    const std::vector<std::string>& files) {
  const std::unordered_set<std::string> kept(files.begin(), files.end());
  std::vector<std::string> dropped;
  auto done =
      database_->Each("SELECT path FROM files", [&](const Statement& row) {
        std::string path = row.Text(0);
        if (!kept.contains(path)) {
          dropped.push_back(std::move(path));
        }
      });
  for (std::size_t i = 0; done && i < dropped.size(); ++i) {
    done = database_->Run("DELETE FROM nodes WHERE path = ?1 AND level <= 1",
                          dropped[i]);
    if (done) {
      done = database_->Run("DELETE FROM files WHERE path = ?1", dropped[i]);
    }
  }
  return done;
}

Result<void> SqliteStore::DropDirsExcept(const std::vector<std::string>& dirs) {
  const std::unordered_set<std::string> kept(dirs.begin(), dirs.end());
  std::vector<std::int64_t> dropped;
  auto done = database_->Each("SELECT id, path FROM nodes WHERE level >= 2",
                              [&](const Statement& row) {
                                if (!kept.contains(row.Text(1))) {
                                  dropped.push_back(row.Int(0));
                                }
                              });
  for (std::size_t i = 0; done && i < dropped.size(); ++i) {
    done = database_->Run("DELETE FROM nodes WHERE id = ?1", dropped[i]);
  }
  return done;
}

Result<void> SqliteStore::DropUnusedSummaries() {
  auto done = database_->Run(
      "UPDATE summaries SET unused_runs = 0 WHERE unused_runs > 0 "
      "AND EXISTS(SELECT 1 FROM nodes WHERE nodes.key = summaries.key)");
  if (!done) return done;
  done = database_->Run(
      "UPDATE summaries SET unused_runs = unused_runs + 1 "
      "WHERE NOT EXISTS(SELECT 1 FROM nodes WHERE nodes.key = summaries.key)");
  if (!done) return done;
  return database_->Run("DELETE FROM summaries WHERE unused_runs > ?1",
                        kKeptUnusedRuns);
}

Result<void> SqliteStore::Finish(const std::vector<std::string>& files,
                                 const std::vector<std::string>& dirs) {
  auto finished = database_->Atomically([&] {
    auto done = DropFilesExcept(files);
    if (done) done = DropDirsExcept(dirs);
    if (done) done = DropUnusedSummaries();
    if (done) done = ShrinkSearch(*database_);
    if (!done) return done;
    return SetMeta("finished_unix_s", std::to_string(std::time(nullptr)));
  });
  if (!finished || !has_changed_) return finished;
  return database_->Compact();
}

Result<void> SqliteStore::SetMeta(const std::string& name,
                                  const std::string& value) {
  return database_->Run("REPLACE INTO meta(name, value) VALUES(?1, ?2)", name,
                        value);
}

Result<void> SqliteStore::Begin(const std::string& root,
                                const std::string& name,
                                const std::string& model,
                                const std::string& prompt_version) {
  return database_->Atomically([&]() -> Result<void> {
    const auto other_root = database_->Number(
        "SELECT count(*) FROM meta WHERE name = 'root' AND value <> ?1", root);
    if (!other_root) return other_root.error();
    if (*other_root != 0) {
      // The summaries stay: a repository that moved finds all of them again.
      const auto emptied = database_->Execute(
          "DELETE FROM nodes; DELETE FROM files; DELETE FROM meta;");
      if (!emptied) return emptied;
    }
    const std::array<std::pair<const char*, const std::string*>, 4> values = {
        {{"root", &root},
         {"name", &name},
         {"model", &model},
         {"prompt_version", &prompt_version}}};
    for (const auto& [key, value] : values) {
      const auto done = SetMeta(key, *value);
      if (!done) return done;
    }
    return {};
  });
}

Result<void> SqliteStore::LoadMeta(IndexSnapshot& snapshot) {
  return database_->Each(
      "SELECT name, value FROM meta", [&](const Statement& row) {
        const std::string name = row.Text(0), value = row.Text(1);
        if (name == "root") snapshot.root = value;
        if (name == "name") snapshot.name = value;
        if (name == "model") snapshot.model = value;
        if (name == "prompt_version") snapshot.prompt_version = value;
        if (name == "finished_unix_s") {
          snapshot.finished_unix_s = std::atoll(value.c_str());
        }
      });
}

Result<std::string> SqliteStore::Root() {
  std::string root;
  const auto done =
      database_->Each("SELECT value FROM meta WHERE name = 'root'",
                      [&](const Statement& row) { root = row.Text(0); });
  if (!done) return done.error();
  return root;
}

Result<void> SqliteStore::LoadRows(const std::string& start,
                                   IndexSnapshot& snapshot) {
  // '0' is the byte after '/': the range holds what is below `start`.
  const std::string first = start + "/", end = start + "0";
  auto read = LoadMeta(snapshot);
  if (!read) return read;
  read = database_->Each(
      "SELECT * FROM placed WHERE ?1 = '.' OR path = ?1 "
      "OR (path >= ?2 AND path < ?3) ORDER BY path, level, position",
      [&](const Statement& row) { snapshot.nodes.push_back(ReadNode(row)); },
      start, first, end);
  if (!read) return read;
  // SQLite gives the order of its index, so it sorts nothing in memory.
  std::stable_sort(snapshot.nodes.begin(), snapshot.nodes.end(),
                   [](const SummaryNode& a, const SummaryNode& b) {
                     const bool a_below = a.level != Level::kRepo,
                                b_below = b.level != Level::kRepo;
                     return std::tie(a_below, a.path, b.level) <
                            std::tie(b_below, b.path, a.level);
                   });
  return database_->Each(
      "SELECT path, state, size_bytes, language, hash, reason, code, message "
      "FROM files WHERE ?1 = '.' OR path = ?1 "
      "OR (path >= ?2 AND path < ?3) ORDER BY path",
      [&](const Statement& row) { snapshot.ledger.push_back(ReadRow(row)); },
      start, first, end);
}

Result<void> SqliteStore::CheckPaths(const IndexSnapshot& snapshot) const {
  const auto inside = [](const auto& row) { return LeadsInside(row.path); };
  const bool all =
      std::all_of(snapshot.nodes.begin(), snapshot.nodes.end(), inside) &&
      std::all_of(snapshot.ledger.begin(), snapshot.ledger.end(), inside);
  if (all) return {};
  return Error{ErrorCode::kCorrupt,
               "has a path that leads out of its folder or is too long: delete "
               "it and run `dobby index` to make it again",
               database_->path()};
}

Result<IndexSnapshot> SqliteStore::Load(const std::string& path) {
  IndexSnapshot snapshot;
  auto done = database_->OnOneState(
      [&] { return LoadRows(IndexPath(path), snapshot); });
  if (done) done = CheckPaths(snapshot);
  if (!done) return done.error();
  return snapshot;
}

Result<std::vector<SearchHit>> SqliteStore::Search(const std::string& query,
                                                   const SearchFilter& filter) {
  return SearchText(*database_, query, filter);
}

Result<std::vector<std::string>> SqliteStore::FindNearWords(
    const std::string& query) {
  return NearWords(*database_, query);
}

}  // namespace dobby
