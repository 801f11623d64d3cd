// One run over a repository: chunk -> file -> folder -> repository.
#pragma once

#include <cstddef>
#include <stop_token>

#include "dobby/summary.h"
#include "summaries/file_reader.h"
#include "summaries/file_summaries.h"
#include "summaries/folder_summaries.h"
#include "summaries/roll_ups.h"
#include "summaries/run_ledger.h"
#include "summaries/run_progress.h"
#include "summaries/summary_requests.h"
#include "summaries/summary_writer.h"
#include "summaries/work_queue.h"

namespace dobby {

/// Reads files on a thread of its own and coordinates everything else on the
/// caller's thread. For a single run.
class IndexRun {
 public:
  /// What a run works with. All must outlive it.
  struct Setup {
    Engine* engine;  ///< Null where no model is to be asked.
    const SummaryWriter& writer;
    const SummariserOptions& options;
    const Repo& repo;
    SummaryIndex& index;
  };

  IndexRun(const Setup& setup, Summariser::ProgressFn progress);

  Result<RunReport> Run(const std::stop_token& stop);

 private:
  void Read();
  void Coordinate();
  bool IsOver();
  void AddStages(const EngineStats& before);

  const Setup setup_;
  std::stop_source stop_;  ///< The caller's stop, the time budget, an error.
  const std::size_t most_asked_;  ///< Requests at the engine, queued ones too.
  WorkQueue<FileWork, KeyAnswer> queue_;
  FileReader reader_;  ///< Belongs to the reading thread until that has ended.
  RunLedger ledger_;
  RunProgress progress_;
  SummaryRequests requests_;
  RollUps roll_ups_;
  FolderSummaries folders_;
  FileSummaries files_;
};

}  // namespace dobby
