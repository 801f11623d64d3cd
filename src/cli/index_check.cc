#include "cli/index_check.h"

#include <algorithm>
#include <map>
#include <set>

namespace dobby::cli {
namespace {

std::string PlaceOf(const SummaryNode& node) {
  std::string place = node.path;
  if (node.level == Level::kChunk) {
    place += ":" + std::to_string(node.start_line) + "-" +
             std::to_string(node.end_line);
  }
  return place + " (" + std::string(NameOf(node.level)) + ")";
}

class Check {
 public:
  explicit Check(const IndexSnapshot& snapshot) : snapshot_(snapshot) {}

  std::vector<std::string> Run() {
    for (const SummaryNode& node : snapshot_.nodes) CheckNode(node);
    for (const LedgerRow& row : snapshot_.ledger) CheckRow(row);
    for (const std::string& file : files_) {
      if (!rows_.contains(file)) Say(file, "has a summary, but no ledger row");
    }
    // Folders are summarised last, so an unfinished run may lack them.
    if (snapshot_.finished_unix_s != 0) CheckFolders();
    for (const auto& [path, chunks] : chunks_) CheckChunks(path, chunks);
    return std::move(problems_);
  }

 private:
  void Say(const std::string& place, const std::string& what) {
    problems_.push_back(place + " " + what);
  }

  void CheckNode(const SummaryNode& node) {
    for (const std::string& line : node.text.lines) {
      if (line.empty()) Say(PlaceOf(node), "has an empty line");
      if (line.find('\n') != std::string::npos) {
        Say(PlaceOf(node), "has more than two lines");
      }
    }
    if (node.key == SummaryKey{}) Say(PlaceOf(node), "has no key");
    switch (node.level) {
      case Level::kChunk:
        chunks_[node.path].push_back(&node);
        break;
      case Level::kFile:
        if (!files_.insert(node.path).second) {
          Say(node.path, "has two summaries");
        }
        break;
      case Level::kDir:
      case Level::kRepo:
        dirs_.insert(node.path);
        break;
    }
  }

  void CheckRow(const LedgerRow& row) {
    if (!rows_.insert(row.path).second) {
      Say(row.path, "is in the ledger twice");
    }
    const bool summarised = row.state == LedgerRow::State::kSummarised;
    if (summarised && !files_.contains(row.path)) {
      Say(row.path, "counts as summarised, but has no summary");
    }
    if (row.state == LedgerRow::State::kSkipped && row.reason.empty()) {
      Say(row.path, "was skipped without a reason");
    }
    if (row.state == LedgerRow::State::kFailed && row.code.empty()) {
      Say(row.path, "failed without an error");
    }
  }

  void CheckFolders() {
    std::set<std::string> wanted;
    for (const std::string& file : files_) {
      wanted.insert(".");
      for (std::size_t at = file.find('/'); at != std::string::npos;
           at = file.find('/', at + 1)) {
        wanted.insert(file.substr(0, at));
      }
    }
    for (const std::string& dir : wanted) {
      if (!dirs_.contains(dir)) Say(dir, "is a folder without a summary");
    }
  }

  /// A line too long for one chunk is cut, so the next may begin on it.
  void CheckChunks(const std::string& path,
                   std::vector<const SummaryNode*> chunks) {
    if (!files_.contains(path)) return;  // Failed: some chunks are not there.
    std::stable_sort(chunks.begin(), chunks.end(), [](auto* a, auto* b) {
      return a->start_line < b->start_line;
    });
    std::uint32_t next = 1;
    for (const SummaryNode* chunk : chunks) {
      if (chunk->start_line > next || chunk->end_line < chunk->start_line) {
        Say(path, "has no summary of lines " + std::to_string(next) + " to " +
                      std::to_string(chunk->start_line));
      }
      next = chunk->end_line + 1;
    }
  }

  const IndexSnapshot& snapshot_;
  std::map<std::string, std::vector<const SummaryNode*>> chunks_;
  std::set<std::string> files_, dirs_, rows_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> CheckIndex(const IndexSnapshot& snapshot) {
  return Check(snapshot).Run();
}

}  // namespace dobby::cli
