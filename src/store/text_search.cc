#include "store/text_search.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "base/utf8.h"
#include "store/rows.h"
#include "store/search_text.h"

namespace dobby {
namespace {

/// What each further chunk of a file counts beside the one before it. Measured
/// with bench/search_recall.py: 0 and 0.7 find less.
constexpr double kNextChunk = 0.25;

/// Longer than any chunk of code; SQLite takes a megabyte at once.
constexpr std::size_t kMostTextBytes = 256 << 10;

// Bounds on the work of NearWords.
constexpr std::size_t kMostNearWords = 8;
constexpr std::size_t kMostCompared = 5'000;
constexpr std::size_t kLongestCompared = 48;

/// Returns the number of a level by its name, -1 for an empty one.
Result<int> LevelNumber(const std::string& name) {
  if (name.empty()) return -1;
  for (const Level level :
       {Level::kChunk, Level::kFile, Level::kDir, Level::kRepo}) {
    if (NameOf(level) == name) return static_cast<int>(level);
  }
  return Error{ErrorCode::kUsage,
               "is no level: there are chunk, file, dir and repo", name};
}

/// Returns what a search found, in the summary or else in the path.
std::string SnippetOf(const SummaryNode& node, const std::string& query) {
  const std::string lines =
      ReplaceInvalidUtf8(node.text.lines[0] + " " + node.text.lines[1]);
  std::string marked = Highlight(lines, query);
  if (marked != lines) return marked;
  const std::string path = ReplaceInvalidUtf8(node.path);
  marked = Highlight(path, query);
  return marked != path ? marked : lines;
}

/// The matches of one path.
struct PathMatch {
  std::int64_t id = 0;  ///< Of its best node.
  double score = 0;
  double weight = kNextChunk;  ///< Of its next chunk.
  std::string path;
};

/// Returns the paths that match `expression`, best first.
Result<std::vector<PathMatch>> MatchPaths(Database& database,
                                          const std::string& expression,
                                          int level,
                                          const SearchFilter& filter) {
  std::map<std::string, PathMatch> by_path;
  std::string folder = filter.path;
  while (folder.starts_with("./")) folder.erase(0, 2);
  while (folder.ends_with('/')) folder.pop_back();
  if (folder == ".") folder.clear();
  // A word of the path says most. '0' is the byte after '/'.
  const auto done = database.Each(
      "SELECT n.id, -bm25(search, 8.0, 2.0, 2.0, 1.0, 1.0) AS score, n.path "
      "FROM search JOIN nodes n ON n.id = search.rowid "
      "WHERE search MATCH ?1 "
      "AND (?2 < 0 OR n.level = ?2 OR (?2 = 1 AND n.level = 0)) "
      "AND (?3 = '' OR n.path = ?3 OR (n.path >= ?4 AND n.path < ?5) "
      "OR n.path GLOB ?3) "
      "AND (?6 = '' OR EXISTS(SELECT 1 FROM files f WHERE f.path = n.path "
      "AND f.language = ?6)) "
      "ORDER BY score DESC, n.path, n.level DESC, n.position",
      [&](const Statement& row) {
        const std::string path = row.Text(2);
        const auto [at, is_new] = by_path.try_emplace(path);
        PathMatch& match = at->second;
        if (is_new) {
          match = {row.Int(0), row.Real(1), kNextChunk, path};
          return;
        }
        match.score += match.weight * row.Real(1);
        match.weight *= kNextChunk;
      },
      expression, level, folder, folder + "/", folder + "0", filter.language);
  if (!done) return done.error();
  std::vector<PathMatch> matches;
  matches.reserve(by_path.size());
  for (auto& [path, match] : by_path) matches.push_back(std::move(match));
  std::stable_sort(
      matches.begin(), matches.end(),
      [](const PathMatch& a, const PathMatch& b) { return a.score > b.score; });
  return matches;
}

/// Returns the node to show for a match: the file's own where it is asked for,
/// or where its one chunk says no more.
Result<std::optional<SummaryNode>> NodeToShow(Database& database,
                                              const PathMatch& match,
                                              int level) {
  std::optional<SummaryNode> node, file;
  auto done = database.Each(
      "SELECT * FROM placed WHERE id = ?1",
      [&](const Statement& row) { node = ReadNode(row); }, match.id);
  if (!done) return done.error();
  if (!node || node->level != Level::kChunk || level == 0) return node;
  const auto chunks = database.Number(
      "SELECT count(*) FROM nodes WHERE path = ?1 AND level = 0", match.path);
  if (!chunks) return chunks.error();
  if (*chunks != 1 && level != 1) return node;
  done = database.Each(
      "SELECT * FROM placed WHERE path = ?1 AND level = 1",
      [&](const Statement& row) { file = ReadNode(row); }, match.path);
  if (!done) return done.error();
  return file ? file : node;
}

/// Returns how many letters must change to make one word of the other.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row[b.size()];
}

using NearWord = std::pair<std::size_t, std::string>;  // Distance and word.

/// Adds the words of the index that begin as `word` does and differ little.
Result<void> AddNearWords(Database& database, const std::string& word,
                          std::set<NearWord>& near) {
  if (word.size() < 3 || word.size() > kLongestCompared) return {};
  const auto first = static_cast<unsigned char>(word[0]);
  if (first >= 0x7F) return {};
  const std::string end(1, static_cast<char>(first + 1));
  const std::size_t most = word.size() < 6 ? 1 : 2;
  return database.Each(
      "SELECT term FROM temp.search_words WHERE term >= ?1 AND term < ?2 "
      "LIMIT ?3",
      [&](const Statement& row) {
        std::string term = row.Text(0);
        if (term.size() > kLongestCompared) return;
        const std::size_t distance = EditDistance(term, word);
        if (distance <= most) near.emplace(distance, std::move(term));
      },
      word.substr(0, 1), end, kMostCompared);
}

}  // namespace

Result<void> AddToSearch(Database& database, const SearchedText& text) {
  const std::string code =
      text.chunk.text.substr(0, Utf8CutAt(text.chunk.text, kMostTextBytes));
  const std::string parts = SplitIdentifiers(text.lines) +
                            SplitIdentifiers(text.chunk.names) +
                            SplitIdentifiers(code);
  return database.Run(
      "INSERT INTO search(rowid, path, lines, names, text, parts) "
      "VALUES(last_insert_rowid(), ?1, ?2, ?3, ?4, ?5)",
      IndexedWords(text.path) + SplitIdentifiers(text.path),
      IndexedWords(text.lines), IndexedWords(text.chunk.names),
      IndexedWords(code), parts);
}

Result<void> ShrinkSearch(Database& database) {
  return database.Run("INSERT INTO search(search) VALUES('optimize')");
}

Result<std::vector<SearchHit>> SearchText(Database& database,
                                          const std::string& query,
                                          const SearchFilter& filter) {
  const auto level = LevelNumber(filter.level);
  if (!level) return level.error();
  std::vector<PathMatch> matches;
  for (const bool begins : {false, true}) {
    const std::string expression = MatchExpression(query, begins);
    if (expression.empty() || !matches.empty()) break;
    auto found = MatchPaths(database, expression, *level, filter);
    if (!found) return found.error();
    matches = *std::move(found);
  }
  if (matches.size() > filter.limit) matches.resize(filter.limit);
  std::vector<SearchHit> hits;
  for (const PathMatch& match : matches) {
    auto node = NodeToShow(database, match, *level);
    if (!node) return node.error();
    if (!*node || !LeadsInside((*node)->path)) continue;  // Load names it.
    std::string snippet = SnippetOf(**node, query);
    hits.push_back({**std::move(node), match.score, std::move(snippet)});
  }
  return hits;
}

Result<std::vector<std::string>> NearWords(Database& database,
                                           const std::string& query) {
  auto done = database.Execute(
      "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_words "
      "USING fts5vocab(main, search, row)");
  if (!done) return done.error();
  std::set<NearWord> near;
  std::size_t count = 0;
  for (const Identifier& identifier : FindIdentifiers(query)) {
    if (++count > kMostNearWords) break;
    done = AddNearWords(database, FoldCase(identifier.whole), near);
    if (!done) return done.error();
  }
  std::vector<std::string> words;
  for (const auto& [distance, word] : near) {
    if (words.size() < kMostNearWords) words.push_back(word);
  }
  return words;
}

}  // namespace dobby
