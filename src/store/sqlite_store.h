// The index on SQLite.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dobby/store.h"
#include "store/database.h"
#include "store/writer_lock.h"

namespace dobby {

/// A Store on an open database whose schema was checked. Each call that writes
/// is one transaction: its effect outlives the process as soon as it returns.
class SqliteStore final : public Store {
 public:
  /// `lock` is held while the store exists; none if it only reads.
  SqliteStore(std::unique_ptr<Database> database,
              std::optional<WriterLock> lock)
      : lock_(std::move(lock)), database_(std::move(database)) {}

  Result<std::optional<SummaryText>> Find(const SummaryKey& key) override;
  Result<void> Save(const SummaryKey& key, const SummaryText& text) override;
  Result<void> ReplaceFile(const FileRecord& record) override;
  Result<void> ReplaceDir(const SummaryNode& node) override;
  Result<void> Finish(const std::vector<std::string>& files,
                      const std::vector<std::string>& dirs) override;

  Result<void> Begin(const std::string& root, const std::string& name,
                     const std::string& model,
                     const std::string& prompt_version) override;
  Result<std::string> Root() override;
  Result<IndexSnapshot> Load(const std::string& path) override;
  Result<std::vector<SearchHit>> Search(const std::string& query,
                                        const SearchFilter& filter) override;
  Result<std::vector<std::string>> FindNearWords(
      const std::string& query) override;

 private:
  Result<void> SetMeta(const std::string& name, const std::string& value);
  Result<void> InsertNode(const SummaryNode& node, const std::string& path,
                          std::size_t position);
  Result<void> InsertFile(const FileRecord& record, const ContentHash& digest);
  Result<void> InsertNodes(const FileRecord& record);
  Result<void> DropFilesExcept(const std::vector<std::string>& files);
  Result<void> DropDirsExcept(const std::vector<std::string>& dirs);
  Result<void> DropUnusedSummaries();
  Result<void> LoadRows(const std::string& start, IndexSnapshot& snapshot);
  Result<void> CheckPaths(const IndexSnapshot& snapshot) const;
  Result<void> LoadMeta(IndexSnapshot& snapshot);

  std::optional<WriterLock> lock_;  // Declared first: released last.
  bool has_changed_ = false;        ///< Whether a file was written in this run.
  std::unique_ptr<Database> database_;
};

}  // namespace dobby
