#include "cli/index_plan.h"

#include <utility>

#include "dobby/chunk.h"

namespace dobby::cli {
namespace {

using HashByPath = std::map<std::string, ContentHash>;

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

IndexPlan PlanIndex(const Repo& repo, const RepoOptions& options,
                    const std::vector<LedgerRow>& ledger) {
  HashByPath known;
  for (const LedgerRow& row : ledger) {
    if (row.state == LedgerRow::State::kSummarised) known[row.path] = row.hash;
  }
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
