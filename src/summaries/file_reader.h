// Reads files ahead of the model.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "dobby/summary.h"
#include "summaries/counterpart.h"
#include "summaries/repo_facts.h"
#include "summaries/text_facts.h"

namespace dobby {

/// The result of reading a file: skipped, failed, or chunks.
struct FileWork {
  const FileEntry* entry = nullptr;
  std::optional<SkipReason> skip;
  std::optional<Error> error;
  Language language;           ///< By content too, if it was read.
  ContentHash hash;            ///< Of the text, if it was read.
  std::vector<Chunk> chunks;   ///< None when skipped or failed.
  std::optional<Chunk> whole;  ///< All chunks as one, if there are several.
  std::shared_ptr<const FileFacts> facts;  ///< If it was read.
};

/// Reads the files of a repository and cuts them, on one thread.
class FileReader {
 public:
  /// Both must outlive this.
  FileReader(const Repo& repo, const SummariserOptions& options)
      : repo_(repo),
        options_(options),
        counterparts_(repo, options.repo, facts_) {}

  /// Reads what only all files together tell, then passes each entry of the
  /// repository to `take`, with the bytes that it holds in memory, until `take`
  /// returns false or a stop comes. Returns whether all were passed.
  bool ReadAll(const std::function<bool(FileWork, std::size_t)>& take,
               const std::stop_token& stop);

  /// Seconds so far, CPU and waiting time.
  double read_s() const { return read_s_; }
  double chunk_s() const { return chunk_s_; }

 private:
  void Read(FileWork& work, const std::stop_token& stop);

  const Repo& repo_;
  const SummariserOptions& options_;
  RepoFacts facts_;
  CounterpartReader counterparts_;
  double read_s_ = 0, chunk_s_ = 0;
};

}  // namespace dobby
