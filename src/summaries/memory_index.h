// An index in memory, for tests.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "dobby/summary.h"

namespace dobby {

class MemoryIndex : public SummaryIndex {
 public:
  std::map<SummaryKey, SummaryText> summaries;
  std::map<std::string, FileRecord> files;
  std::map<std::string, SummaryNode> dirs;
  int finished = 0;
  int fail_after = -1;  ///< This many writes succeed, then all fail.

  Result<std::optional<SummaryText>> Find(const SummaryKey& key) override {
    const auto found = summaries.find(key);
    if (found == summaries.end()) return std::optional<SummaryText>();
    return std::optional<SummaryText>(found->second);
  }
  Result<void> Save(const SummaryKey& key, const SummaryText& text) override {
    if (auto ok = Write(); !ok) return ok;
    summaries[key] = text;
    return {};
  }
  Result<void> ReplaceFile(const FileRecord& record) override {
    if (auto ok = Write(); !ok) return ok;
    files[record.row.path] = record;
    return {};
  }
  Result<void> ReplaceDir(const SummaryNode& node) override {
    if (auto ok = Write(); !ok) return ok;
    dirs[node.path] = node;
    return {};
  }
  Result<void> Finish(const std::vector<std::string>& live_files,
                      const std::vector<std::string>& live_dirs) override {
    if (auto ok = Write(); !ok) return ok;
    const std::set<std::string> keep(live_files.begin(), live_files.end());
    const std::set<std::string> keep_dirs(live_dirs.begin(), live_dirs.end());
    std::erase_if(files, [&](auto& f) { return keep.count(f.first) == 0; });
    std::erase_if(dirs, [&](auto& d) { return keep_dirs.count(d.first) == 0; });
    ++finished;
    return {};
  }

  /// Returns every summary in its place, as text: equal content, equal text.
  std::string Content() const {
    std::string text;
    const auto add = [&](const SummaryNode& node) {
      text += std::string(NameOf(node.level)) + " " + node.path + ":" +
              std::to_string(node.start_line) + "-" +
              std::to_string(node.end_line) + " " + node.text.lines[0] + " / " +
              node.text.lines[1] + "\n";
    };
    for (const auto& [path, record] : files) {
      text += path + " " + std::to_string(static_cast<int>(record.row.state)) +
              " " + record.row.reason + "\n";
      for (const auto& node : record.nodes) add(node);
    }
    for (const auto& [path, node] : dirs) add(node);
    return text;
  }

 private:
  Result<void> Write() {
    if (fail_after < 0 || fail_after-- > 0) return {};
    fail_after = 0;
    return Error{ErrorCode::kIo, "no space", "memory"};
  }
};

}  // namespace dobby
