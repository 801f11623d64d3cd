// Stored summaries against the files on disk.
#include <map>
#include <set>

#include "dobby/summary.h"

namespace dobby {
namespace {

/// Returns the hash of every summarisable file on disk, by path.
Result<std::map<std::string, ContentHash>> HashesOnDisk(
    const std::string& root, const RepoOptions& options) {
  auto repo = OpenRepo(root, options);
  if (!repo) return repo.error();
  std::map<std::string, ContentHash> hashes;
  for (const FileEntry& entry : repo->entries) {
    if (!entry.selected()) continue;
    const auto content = ReadFile(*repo, entry, options);
    if (content && content->file) hashes[entry.path] = content->file->hash;
  }
  return hashes;
}

void AddAncestors(const std::string& path, std::set<std::string>& dirs) {
  dirs.insert(".");
  for (std::size_t at = path.rfind('/'); at != std::string::npos && at > 0;
       at = path.rfind('/', at - 1)) {
    dirs.insert(path.substr(0, at));
  }
}

}  // namespace

Result<std::vector<std::string>> MarkFreshness(IndexSnapshot& snapshot,
                                               const RepoOptions& options) {
  const auto on_disk = HashesOnDisk(snapshot.root, options);
  if (!on_disk) return on_disk.error();
  std::map<std::string, Freshness> files;
  std::set<std::string> stale_dirs;
  for (const LedgerRow& row : snapshot.ledger) {
    if (row.state == LedgerRow::State::kSkipped) continue;
    const auto found = on_disk->find(row.path);
    const Freshness freshness = found == on_disk->end() ? Freshness::kMissing
                                : found->second == row.hash
                                    ? Freshness::kCurrent
                                    : Freshness::kStale;
    files[row.path] = freshness;
    if (freshness != Freshness::kCurrent) AddAncestors(row.path, stale_dirs);
  }
  std::vector<std::string> fresh;
  for (const auto& [path, hash] : *on_disk) {
    if (files.count(path) != 0) continue;
    fresh.push_back(path);
    AddAncestors(path, stale_dirs);
  }
  for (SummaryNode& node : snapshot.nodes) {
    const bool dir = node.level == Level::kDir || node.level == Level::kRepo;
    if (dir) {
      node.freshness =
          stale_dirs.count(node.path) ? Freshness::kStale : Freshness::kCurrent;
    } else if (const auto file = files.find(node.path); file != files.end()) {
      node.freshness = file->second;
    }
  }
  return fresh;
}

}  // namespace dobby
