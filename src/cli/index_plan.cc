#include "cli/index_plan.h"

#include <filesystem>
#include <utility>

#include "dobby/chunk.h"
#include "dobby/model.h"
#include "dobby/prompt.h"

namespace dobby::cli {
namespace {

using HashByPath = std::map<std::string, ContentHash>;

/// Returns the hash of each file whose summaries a run would keep.
HashByPath KnownHashes(const IndexSnapshot& index,
                       const SummaryOrigin& origin) {
  HashByPath known;
  for (const LedgerRow& row : index.ledger) {
    if (row.state == LedgerRow::State::kSummarised) known[row.path] = row.hash;
  }
  for (const SummaryNode& node : index.nodes) {
    const bool of_file =
        node.level == Level::kChunk || node.level == Level::kFile;
    if (of_file && !origin.Keeps(node.text)) known.erase(node.path);
  }
  return known;
}

void PlanFile(const Repo& repo, const FileEntry& entry,
              const RepoOptions& options, const HashByPath& known,
              IndexPlan* plan) {
  auto content = ReadFile(repo, entry, options);
  if (!content) {
    plan->errors.push_back(content.error());
    return;
  }
  if (!content->file) {
    ++plan->skipped[std::string(NameOf(*content->skip))];
    return;
  }
  auto chunks = SplitFile(*content->file, ChunkOptions());
  if (!chunks) {
    plan->errors.push_back(chunks.error());
    return;
  }
  const auto at = known.find(entry.path);
  plan->files.push_back(
      {entry.path, chunks->size(),
       at != known.end() && at->second == content->file->hash});
}

}  // namespace

std::size_t IndexPlan::ChunksToDo() const {
  std::size_t chunks = 0;
  for (const File& file : files) chunks += file.known ? 0 : file.chunks;
  return chunks;
}

std::size_t IndexPlan::FilesToDo() const {
  std::size_t count = 0;
  for (const File& file : files) count += file.known ? 0 : 1;
  return count;
}

bool SummaryOrigin::Keeps(const SummaryText& text) const {
  if (text.model.empty()) return !only_model;
  return (!model || text.model == *model) &&
         text.prompt_version == prompt_version;
}

Result<SummaryOrigin> OriginOf(const std::string& model_setting,
                               const SummariserOptions& options) {
  SummaryOrigin origin;
  origin.only_model = options.only_model;
  const std::filesystem::path path(model_setting);
  if (path.extension() == ".gguf") {
    origin.model = path.stem().string();  // Opening it would import it.
  } else if (const auto model = OpenModel(model_setting)) {
    origin.model = model->name;
  }
  // The version is that of the words, whatever frame a model has.
  const auto kit = MakePromptKit("", "", "", options.prompts);
  if (!kit) return kit.error();
  origin.prompt_version = (*kit)->version();
  return origin;
}

IndexPlan PlanIndex(const Repo& repo, const RepoOptions& options,
                    const IndexSnapshot& index, const SummaryOrigin& origin) {
  const HashByPath known = KnownHashes(index, origin);
  IndexPlan plan;
  for (const FileEntry& entry : repo.entries) {
    if (entry.error) {
      plan.errors.push_back(*entry.error);
    } else if (entry.skip) {
      ++plan.skipped[std::string(NameOf(*entry.skip))];
    } else {
      PlanFile(repo, entry, options, known, &plan);
    }
  }
  return plan;
}

}  // namespace dobby::cli
