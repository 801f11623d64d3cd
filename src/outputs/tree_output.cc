// The tree of summaries for a terminal.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dobby/output.h"
#include "outputs/overview.h"
#include "outputs/terminal_text.h"

namespace dobby {
namespace {

// However deep a folder lies, its words get so many columns.
constexpr int kLeastColumns = 24;

/// A folder or a file with what is in it.
struct Entry {
  const SummaryNode* node = nullptr;  ///< Null where there is no summary.
  std::vector<const SummaryNode*> chunks;
  std::map<std::string, Entry> children;

  bool is_file() const {
    return node ? node->level == Level::kFile : !chunks.empty();
  }
};

/// Behind kMostFolders of them the rest of a path counts as one name: a walk
/// finds none that is deeper, and what is below writes itself by recursion.
Entry& EntryAt(Entry& root, std::string_view path) {
  Entry* entry = &root;
  for (std::size_t depth = 0; !path.empty(); ++depth) {
    const std::string_view name =
        path.substr(0, depth < kMostFolders ? path.find('/') : path.npos);
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    entry = &entry->children[std::string(name)];
  }
  return *entry;
}

Entry EntriesOf(const IndexSnapshot& snapshot) {
  Entry root;
  for (const SummaryNode& node : snapshot.nodes) {
    const bool top = node.level == Level::kRepo;
    Entry& entry = EntryAt(root, top ? "" : node.path);
    if (node.level == Level::kChunk) {
      entry.chunks.push_back(&node);
    } else {
      entry.node = &node;
    }
  }
  return root;
}

/// Follows folders with a single child, which have its lines, to the end of the
/// chain; returns "main/java/org/" and the entry there.
std::pair<std::string, const Entry*> ChainFrom(const std::string& name,
                                               const Entry& entry) {
  std::string chain = name;
  const Entry* end = &entry;
  while (!end->is_file()) {
    chain += "/";
    if (end->children.size() != 1) break;
    chain += end->children.begin()->first;
    end = &end->children.begin()->second;
  }
  return {chain, end};
}

std::size_t FilesIn(const Entry& entry) {
  if (entry.is_file()) return 1;
  std::size_t files = 0;
  for (const auto& [name, child] : entry.children) files += FilesIn(child);
  return files;
}

class TreeWriter {
 public:
  explicit TreeWriter(const TreeStyle& style) : style_(style) {}

  /// Writes the entry `label` and all below it. `first` stands before its
  /// name, `rest` before everything under it.
  void Write(const std::string& label, const Entry& entry, int depth,
             const std::string& first, const std::string& rest) {
    const bool cut = style_.max_depth > 0 && depth >= style_.max_depth;
    const bool open = !entry.children.empty() && !cut;
    const bool chunks = style_.chunks && entry.chunks.size() > 1;
    WriteName(label, entry, cut, first);
    if (entry.node) {
      WriteLines(*entry.node, rest + (open || chunks ? "│ " : "  "));
    }
    if (chunks) WriteChunks(entry, rest, open);
    if (!open) return;
    std::size_t left = entry.children.size();
    for (const auto& [name, child] : entry.children) {
      const bool last = --left == 0;
      const auto [chain, end] = ChainFrom(name, child);
      Write(chain, *end, depth + 1, rest + (last ? "└── " : "├── "),
            rest + (last ? "    " : "│   "));
    }
  }

  std::string Take() { return std::move(out_); }

 private:
  std::string Colored(const char* code, const std::string& text) const {
    if (!style_.color || text.empty()) return text;
    return "\x1b[" + std::string(code) + "m" + text + "\x1b[0m";
  }

  void WriteName(const std::string& label, const Entry& entry, bool cut,
                 const std::string& first) {
    const char* const bold_blue = "1;34";
    const char* const bold = "1";
    out_ += Colored("2", first);
    out_ += Colored(entry.is_file() ? bold : bold_blue, ForTerminal(label));
    std::string marks = entry.node ? MarksOf(*entry.node) : "";
    if (entry.is_file() && !entry.node) marks = " [incomplete]";
    out_ += Colored("33", marks);
    if (cut && !entry.children.empty()) {
      const std::size_t files = FilesIn(entry);
      out_ += Colored("2", " (" + std::to_string(files) +
                               (files == 1 ? " file)" : " files)"));
    }
    out_ += '\n';
  }

  void WriteLines(const SummaryNode& node, const std::string& prefix) {
    const int columns =
        std::max(style_.width - ColumnsOf(prefix), kLeastColumns);
    for (const std::string& line : ShownLines(node.text)) {
      for (const std::string& part : WrapWords(ForTerminal(line), columns)) {
        out_ += Colored("2", prefix) + part + '\n';
      }
    }
  }

  void WriteChunks(const Entry& entry, const std::string& rest, bool open) {
    for (std::size_t i = 0; i < entry.chunks.size(); ++i) {
      const SummaryNode& chunk = *entry.chunks[i];
      const bool last = !open && i + 1 == entry.chunks.size();
      out_ += Colored("2", rest + (last ? "└── " : "├── ")) + LinesOf(chunk) +
              Colored("33", MarksOf(chunk)) + '\n';
      WriteLines(chunk, rest + (last ? "      " : "│     "));
    }
  }

  TreeStyle style_;
  std::string out_;
};

}  // namespace

std::string WriteTree(const IndexSnapshot& snapshot, const TreeStyle& style) {
  const Entry root = EntriesOf(snapshot);
  const Entry* start = &root;
  std::string label = snapshot.name + "/";
  // A part of the repository begins at what it has in common.
  if (!root.node) {
    std::string path;
    while (!start->node && start->children.size() == 1) {
      path += (path.empty() ? "" : "/") + start->children.begin()->first;
      start = &start->children.begin()->second;
    }
    if (!path.empty()) label = path + (start->is_file() ? "" : "/");
  }
  TreeWriter writer(style);
  writer.Write(label, *start, 0, "", "");
  std::string out =
      writer.Take() + "\n" + CoverageLine(CoverageOf(snapshot.ledger)) + "\n";
  const std::string note = QuotationNote(snapshot);
  if (!note.empty()) out += note + "\n";
  for (const auto& failure : FailuresOf(snapshot)) out += "  " + failure + "\n";
  return out;
}

}  // namespace dobby
