// Stored summaries against the files on disk.
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "chunks/author_words.h"
#include "dobby/summary.h"
#include "summaries/counterpart.h"

namespace dobby {
namespace {

/// A file on disk that can be summarised.
struct FileOnDisk {
  ContentHash hash;
  bool needs_counterpart = false;  ///< Its own author says nothing of it.
  std::string counterpart;         ///< Path of the one that it has, if any.
};
using FilesOnDisk = std::map<std::string, FileOnDisk>;

/// Returns every summarisable file on disk, by path.
Result<FilesOnDisk> ReadDisk(const std::string& root,
                             const RepoOptions& options) {
  auto repo = OpenRepo(root, options);
  if (!repo) return repo.error();
  const CounterpartFinder counterparts(*repo);
  FilesOnDisk files;
  for (const FileEntry& entry : repo->entries) {
    if (!entry.selected()) continue;
    const auto content = ReadFile(*repo, entry, options);
    if (!content || !content->file) continue;
    FileOnDisk& file = files[entry.path];
    file.hash = content->file->hash;
    if (CounterpartsOf(BaseNameOf(entry.path)).empty()) continue;
    file.needs_counterpart =
        AuthorsSentence(content->file->text, content->file->language).empty();
    const auto found = counterparts.Find(entry.path);
    if (found) file.counterpart = found->entry->path;
  }
  return files;
}

/// Files, and the counterparts that they have among each other.
class FileSet {
 public:
  void Add(const std::string& path) {
    repo_.entries.emplace_back().path = path;
  }
  /// To be called behind the last Add().
  void FindCounterparts() { finder_.emplace(repo_); }
  /// Returns the path of a counterpart, "" where there is none.
  std::string CounterpartOf(const std::string& path) const {
    const auto found = finder_->Find(path);
    return found ? found->entry->path : "";
  }

 private:
  Repo repo_;
  std::optional<CounterpartFinder> finder_;
};

/// Tells whether a file speaks through a counterpart that is another one, or
/// another text, than when it was indexed.
class CounterpartChanges {
 public:
  /// `on_disk` must outlive this.
  CounterpartChanges(const IndexSnapshot& snapshot, const FilesOnDisk& on_disk)
      : on_disk_(on_disk) {
    for (const LedgerRow& row : snapshot.ledger) {
      if (row.state == LedgerRow::State::kSkipped) continue;
      hashes_[row.path] = row.hash;
      before_.Add(row.path);
    }
    for (const auto& [path, file] : on_disk) now_.Add(path);
    before_.FindCounterparts();
    now_.FindCounterparts();
    for (const SummaryNode& node : snapshot.nodes) {
      is_whole_ = is_whole_ || node.level == Level::kRepo;
    }
  }

  bool Concern(const std::string& path, const FileOnDisk& file) const {
    if (!file.needs_counterpart) return false;
    const auto now = on_disk_.find(file.counterpart);
    const auto before = hashes_.find(file.counterpart);
    const bool are_known = now != on_disk_.end() && before != hashes_.end();
    if (are_known && now->second.hash != before->second) return true;
    // Of a part of an index it is unknown what there was elsewhere.
    return is_whole_ && before_.CounterpartOf(path) != now_.CounterpartOf(path);
  }

 private:
  const FilesOnDisk& on_disk_;
  FileSet before_, now_;
  std::map<std::string, ContentHash> hashes_;
  bool is_whole_ = false;
};

/// Adds the folders above a path; of one that is there, those above are too.
void AddAncestors(const std::string& path, std::set<std::string>& dirs) {
  dirs.insert(".");
  for (std::size_t at = path.rfind('/'); at != std::string::npos && at > 0;
       at = path.rfind('/', at - 1)) {
    if (!dirs.insert(path.substr(0, at)).second) return;
  }
}

}  // namespace

Result<std::vector<std::string>> MarkFreshness(IndexSnapshot& snapshot,
                                               const RepoOptions& options) {
  const auto on_disk = ReadDisk(snapshot.root, options);
  if (!on_disk) return on_disk.error();
  const CounterpartChanges changes(snapshot, *on_disk);
  std::map<std::string, Freshness> files;
  std::set<std::string> stale_dirs;
  for (const LedgerRow& row : snapshot.ledger) {
    if (row.state == LedgerRow::State::kSkipped) continue;
    const auto found = on_disk->find(row.path);
    Freshness freshness = Freshness::kCurrent;
    if (found == on_disk->end()) {
      freshness = Freshness::kMissing;
    } else if (found->second.hash != row.hash ||
               changes.Concern(row.path, found->second)) {
      freshness = Freshness::kStale;
    }
    files[row.path] = freshness;
    if (freshness != Freshness::kCurrent) AddAncestors(row.path, stale_dirs);
  }
  std::vector<std::string> fresh;
  for (const auto& [path, file] : *on_disk) {
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
