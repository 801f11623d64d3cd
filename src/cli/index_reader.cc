#include "cli/index_reader.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace dobby::cli {
namespace {

namespace fs = std::filesystem;

fs::path Absolute(const std::string& path) {
  std::error_code code;
  fs::path absolute = fs::weakly_canonical(path.empty() ? "." : path, code);
  if (code) absolute = fs::absolute(path, code).lexically_normal();
  return absolute;
}

/// The folder that an index is of. A repository that was moved together with
/// its `.dobby` is where that folder is now.
std::string RootOf(const IndexSnapshot& snapshot, const std::string& db) {
  std::error_code code;
  const fs::path folder = Absolute(db).parent_path();
  if (!fs::exists(snapshot.root, code) && folder.filename() == ".dobby") {
    return folder.parent_path().string();
  }
  return snapshot.root;
}

/// Returns `path` relative to `root`: as seen from the current folder, or as
/// it is when that leads out of `root`.
std::string InsideOf(const std::string& root, const std::string& path) {
  const std::string base = Absolute(root).string();
  const std::string absolute = Absolute(path).string();
  std::error_code code;
  if (absolute == base) return "";
  const bool below = absolute.rfind(base == "/" ? base : base + "/", 0) == 0;
  if (below && (fs::exists(absolute, code) || path.front() == '/')) {
    return fs::path(absolute).lexically_relative(base).string();
  }
  std::string inside = fs::path(path).lexically_normal().string();
  if (inside.size() > 1 && inside.back() == '/') inside.pop_back();
  return inside == "." ? "" : inside;
}

bool IsBelow(const std::string& path, const std::string& folder) {
  return folder.empty() || path == folder || path.rfind(folder + "/", 0) == 0;
}

}  // namespace

std::string DefaultDb(const std::string& folder) {
  return (fs::path(folder) / ".dobby" / "index.db").string();
}

std::string FindDb(const std::string& path) {
  std::error_code code;
  fs::path at = Absolute(path);
  if (!fs::exists(at, code)) at = Absolute(".");
  while (true) {
    std::string db = DefaultDb(at.string());
    if (fs::is_regular_file(db, code)) return db;
    if (at == at.parent_path()) return "";
    at = at.parent_path();
  }
}

Result<IndexReader> OpenIndex(const Settings& settings,
                              const std::string& path) {
  IndexReader reader;
  reader.db = settings.Text(FlagId::kDb);
  if (reader.db.empty()) reader.db = FindDb(path);
  if (reader.db.empty()) {
    return Error{ErrorCode::kNotFound,
                 "there is no index at or above this folder; make one with "
                 "`dobby index`, or name one with --db",
                 path.empty() ? "." : path};
  }
  auto store = Store::OpenForReading(reader.db);
  if (!store) return store.error();
  reader.store = *std::move(store);
  auto snapshot = reader.store->Load("");
  if (!snapshot) return snapshot.error();
  reader.root = RootOf(*snapshot, reader.db);
  if (!path.empty()) reader.inside = InsideOf(reader.root, path);
  return reader;
}

Result<IndexSnapshot> LoadMarked(IndexReader& reader, const Settings& settings,
                                 std::vector<std::string>* added) {
  auto snapshot = reader.store->Load(reader.inside);
  if (!snapshot) return snapshot.error();
  if (snapshot->nodes.empty() && snapshot->ledger.empty() &&
      !reader.inside.empty()) {
    return Error{ErrorCode::kNotFound,
                 "is not in the index; `dobby tree` shows what is",
                 reader.inside};
  }
  snapshot->root = reader.root;
  auto unknown = MarkFreshness(*snapshot, settings.RepositoryOptions());
  if (!unknown) return unknown.error();
  std::erase_if(*unknown, [&](const std::string& path) {
    return !IsBelow(path, reader.inside);
  });
  if (added) *added = *std::move(unknown);
  return snapshot;
}

}  // namespace dobby::cli
