#include "summaries/folder_summaries.h"

#include <utility>

#include "base/text.h"
#include "summaries/folder_author.h"
#include "summaries/holds_line.h"

namespace dobby {
namespace {

/// Returns the folder that something lies in; "." at the top.
std::string ParentOf(const std::string& path) {
  const std::string parent(FolderOf(path));
  return parent.empty() ? "." : parent;
}

}  // namespace

FolderSummaries::FolderSummaries(const Repo& repo, const SummaryWriter& writer,
                                 RollUps& roll_ups, RunLedger& ledger,
                                 RunProgress& progress)
    : repo_(repo),
      writer_(writer),
      roll_ups_(roll_ups),
      ledger_(ledger),
      progress_(progress) {
  CountChildren();
}

/// Counts what each folder waits for: its selected files, and the folders in
/// it that have some.
void FolderSummaries::CountChildren() {
  for (const FileEntry& entry : repo_.entries) {
    if (!entry.selected()) continue;
    std::string folder = ParentOf(entry.path);
    bool is_new = folders_.count(folder) == 0;
    ++folders_[folder].pending;
    while (is_new && folder != ".") {
      folder = ParentOf(folder);
      is_new = folders_.count(folder) == 0;
      ++folders_[folder].pending;
    }
  }
}

void FolderSummaries::EndChild(const std::string& path,
                               std::optional<SummaryNode> node) {
  const std::string parent = ParentOf(path);
  OpenFolder& folder = folders_[parent];
  if (node) {
    const bool is_folder = node->level == Level::kDir;
    folder.children[std::string(BaseNameOf(path)) + (is_folder ? "/" : "")] =
        std::move(*node);
  }
  if (--folder.pending == 0) EndFolder(parent);
}

void FolderSummaries::EndFolder(const std::string& path) {
  const bool top = path == ".";
  const auto& children = folders_[path].children;
  if (children.empty()) return Record(path, std::nullopt);
  SummaryNode node;
  node.level = top ? Level::kRepo : Level::kDir;
  node.path = path;
  FieldHasher hash;
  RollUp rollup{top ? RollUpLevel::kRepo : RollUpLevel::kDir,
                top ? repo_.name : path,
                {},
                "",
                ""};
  rollup.evidence = rollup.path + "\n";
  for (const auto& [name, child] : children) {
    hash.Add(name).Add(child.hash.ToHex());
    rollup.Add(name, child.text);
    // What a folder is for, first lines tell.
    rollup.parts.back().second.clear();
  }
  node.hash = hash.Finish();
  if (children.size() == 1) {
    node.key = children.begin()->second.key;
    node.text = children.begin()->second.text;
    return Record(path, node);
  }
  rollup.holds = HoldsLine(rollup.PartNames());
  const std::string author = FolderAuthorsSentence(children);
  if (auto known = writer_.FromAuthor(author, rollup.holds)) {
    node.key = known->key;
    node.text = ledger_.FindOrSave(*known).first;
    return Record(path, node);
  }
  roll_ups_.Start(rollup,
                  [this, node](const auto& key, const auto& text) mutable {
                    if (!text) {
                      ledger_.AddError(text.error());
                      if (text.error().code == ErrorCode::kCancelled) return;
                      return Record(node.path, std::nullopt);
                    }
                    node.key = key;
                    node.text = *text;
                    Record(node.path, node);
                  });
}

void FolderSummaries::Record(const std::string& path,
                             std::optional<SummaryNode> node) {
  if (node) {
    if (!ledger_.RecordFolder(*node)) return;
    progress_.ShowEndOf(path);
  }
  folders_[path].children.clear();
  if (path != ".") EndChild(path, std::move(node));
}

}  // namespace dobby
