#include "summaries/folder_summaries.h"

#include <utility>

#include "base/text.h"

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
                               std::optional<Child> child) {
  const std::string parent = ParentOf(path);
  OpenFolder& folder = folders_[parent];
  if (child) {
    const std::string name =
        std::string(BaseNameOf(path)) + (child->file ? "" : "/");
    folder.facts.children[name] = *std::move(child);
  }
  if (--folder.pending == 0) EndFolder(parent);
}

void FolderSummaries::EndFolder(const std::string& path) {
  FolderFacts& facts = folders_[path].facts;
  if (facts.children.empty()) return Record(path, std::nullopt);
  facts.path = path;
  facts.name = path == "." ? repo_.name : std::string(BaseNameOf(path));
  SummaryNode node;
  node.level = path == "." ? Level::kRepo : Level::kDir;
  node.path = path;
  FieldHasher hash;
  for (const auto& [name, child] : facts.children) {
    hash.Add(name).Add(child.node.hash.ToHex());
  }
  node.hash = hash.Finish();
  // A folder with a single child takes over what is said of that.
  if (facts.children.size() == 1) {
    const SummaryNode& only = facts.children.begin()->second.node;
    node.key = only.key;
    node.text = only.text;
    return Record(path, node);
  }
  Draft draft = writer_.DraftOf(facts);
  if (draft.asks_model) return RollUpChildren(facts, node, std::move(draft));
  const KnownSummary known = writer_.Finish(draft);
  node.key = known.key;
  node.text = ledger_.FindOrSave(known).first;
  Record(path, node);
}

void FolderSummaries::RollUpChildren(const FolderFacts& facts,
                                     const SummaryNode& node, Draft draft) {
  const bool top = node.level == Level::kRepo;
  RollUp rollup{top ? RollUpLevel::kRepo : RollUpLevel::kDir,
                top ? repo_.name : node.path,
                {},
                "",
                std::move(draft)};
  rollup.evidence = rollup.path + "\n" + rollup.draft.lines[1].text + "\n";
  for (const auto& [name, child] : facts.children) {
    rollup.Add(name, child.node.text);
    // What a folder is for, first lines tell.
    rollup.parts.back().second.clear();
  }
  roll_ups_.Start(
      rollup, [this, placed = node](const auto& key, const auto& text) mutable {
        if (!text) {
          ledger_.AddError(text.error());
          if (text.error().code == ErrorCode::kCancelled) return;
          return Record(placed.path, std::nullopt);
        }
        placed.key = key;
        placed.text = *text;
        Record(placed.path, placed);
      });
}

void FolderSummaries::Record(const std::string& path,
                             std::optional<SummaryNode> node) {
  std::optional<Child> child;
  if (node) {
    if (!ledger_.RecordFolder(*node)) return;
    progress_.ShowEndOf(path);
    child = folders_[path].facts.ToChild();
    child->node = *std::move(node);
  }
  folders_[path].facts.children.clear();
  if (path != ".") EndChild(path, std::move(child));
}

}  // namespace dobby
