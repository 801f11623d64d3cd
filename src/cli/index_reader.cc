#include "cli/index_reader.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "cli/confinement.h"

namespace dobby::cli {
namespace {

namespace fs = std::filesystem;

fs::path Absolute(const std::string& path) {
  std::error_code code;
  fs::path absolute = fs::weakly_canonical(path.empty() ? "." : path, code);
  if (code) absolute = fs::absolute(path, code).lexically_normal();
  return absolute;
}

/// Whether `folder` is `root` or below it.
bool Holds(const fs::path& root, const fs::path& folder) {
  const auto [end, rest] =
      std::mismatch(root.begin(), root.end(), folder.begin(), folder.end());
  static_cast<void>(rest);
  return end == root.end();
}

/// Whether `root`, which a file that the user named tells, belongs to what was
/// asked for: it is the folder `asked` or below it, or holds it and is no
/// higher than the top of its git work tree.
bool WasAskedFor(const std::string& root, fs::path asked) {
  const fs::path folder = Absolute(root);
  if (Holds(asked, folder)) return true;
  if (!Holds(folder, asked)) return false;
  std::error_code code;
  while (asked != folder) {
    if (fs::exists(asked / ".git", code)) return false;
    asked = asked.parent_path();
  }
  return fs::exists(folder / ".git", code);
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

Result<IndexReader> OpenAt(const IndexPlace& place, const std::string& path) {
  IndexReader reader;
  reader.db = place.db();
  auto store = Store::OpenForReading(place);
  if (!store) return store.error();
  reader.store = *std::move(store);
  reader.root = place.root;
  if (place.kind == IndexPlace::Kind::kFile) {
    auto root = reader.store->Root();
    if (!root) return root.error();
    reader.root = *std::move(root);
    reader.follows_root = WasAskedFor(reader.root, Absolute(path));
  }
  if (!path.empty()) reader.inside = InsideOf(reader.root, path);
  return reader;
}

}  // namespace

void WarnOfStrangers(const std::vector<std::string>& strangers, Io& io) {
  if (strangers.empty()) return;
  Warn(io, strangers.front() +
               ": was not made by this dobby for you and is left alone; if it "
               "is your index of before, use --db " +
               strangers.front() +
               "/index.db, or remove it and run `dobby index`");
}

Result<IndexPlace> PlaceToRead(const Settings& settings,
                               const std::string& path, Io& io) {
  if (settings.IsSet(FlagId::kDb)) {
    return PlaceOfFile(settings.Text(FlagId::kDb), /*make=*/false);
  }
  std::vector<std::string> strangers;
  auto place = FindNearestPlace(path, &strangers);
  WarnOfStrangers(strangers, io);
  if (!place) return place.error();
  if (*place) return **std::move(place);
  return Error{ErrorCode::kNotFound,
               "there is no index at or above this folder; make one with "
               "`dobby index`, or name one with --db",
               path.empty() ? "." : path};
}

Result<IndexReader> OpenIndex(const Settings& settings, const std::string& path,
                              Io& io) {
  auto place = PlaceToRead(settings, path, io);
  if (!place) return place.error();
  return OpenAt(*place, path);
}

Result<IndexReader> OpenConfined(const Settings& settings,
                                 const std::string& path, Io& io) {
  auto place = PlaceToRead(settings, path, io);
  if (!place) return place.error();
  const bool knows_root = place->kind != IndexPlace::Kind::kFile;
  SandboxRules rules;
  AllowIndex(*place, &rules);
  if (knows_root) {
    AllowTree(place->root, &rules);
  } else {
    rules.read = {"/"};
  }
  if (auto confined = Confine(rules, settings, io); !confined) {
    return confined.error();
  }
  auto reader = OpenAt(*place, path);
  if (!reader || knows_root) return reader;
  // Now the file has said which folder it is of, and whether it may be read.
  rules.read.clear();
  if (reader->follows_root) AllowTree(reader->root, &rules);
  if (auto confined = Confine(rules, settings, io); !confined) {
    return confined.error();
  }
  return reader;
}

Result<IndexSnapshot> LoadMarked(IndexReader& reader, const Settings& settings,
                                 Io& io, std::vector<std::string>* added) {
  auto snapshot = reader.store->Load(reader.inside);
  if (!snapshot) return snapshot.error();
  if (snapshot->nodes.empty() && snapshot->ledger.empty() &&
      !reader.inside.empty()) {
    return Error{ErrorCode::kNotFound,
                 "is not in the index; `dobby tree` shows what is",
                 reader.inside};
  }
  snapshot->root = reader.root;
  if (!reader.follows_root) {
    Warn(io, reader.db + ": is an index of " + reader.root +
                 ", which is not the folder asked for: the summaries are not "
                 "compared with the files");
    return snapshot;
  }
  auto unknown = MarkFreshness(*snapshot, settings.RepositoryOptions());
  if (!unknown) return unknown.error();
  std::erase_if(*unknown, [&](const std::string& path) {
    return !IsBelow(path, reader.inside);
  });
  if (added) *added = *std::move(unknown);
  return snapshot;
}

}  // namespace dobby::cli
