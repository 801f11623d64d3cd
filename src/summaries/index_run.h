// One run over a repository: chunk -> file -> folder -> repository.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dobby/summary.h"
#include "summaries/counterpart.h"
#include "summaries/summary_writer.h"
#include "summaries/work_queue.h"

namespace dobby {

/// A file as the reading thread hands it over.
struct FileWork {
  const FileEntry* entry = nullptr;
  std::optional<SkipReason> skip;
  std::optional<Error> error;
  Language language;          ///< By content too, where it was read.
  ContentHash hash;           ///< Of the text, when it was read.
  std::vector<Chunk> chunks;  ///< None when skipped or failed.
  std::string author;         ///< What its author says that it is for.
};

/// The engine's answer to the request for a key.
struct KeyAnswer {
  SummaryKey key;
  Result<Completion> completion;
};

/// Reads files on a thread of its own and coordinates everything else on the
/// caller's. A summary is asked for once a key: equal texts wait for the first.
class IndexRun {
 public:
  IndexRun(Engine& engine, const SummaryWriter& writer,
           const SummariserOptions& options, const Repo& repo,
           SummaryIndex& index);

  Result<RunReport> Run(const Summariser::ProgressFn& progress,
                        const std::stop_token& stop);

 private:
  using Waiter = std::function<void(const Result<SummaryText>&)>;
  using KeyedWaiter =
      std::function<void(const SummaryKey&, const Result<SummaryText>&)>;

  /// A file whose chunks are under way.
  struct OpenFile {
    LedgerRow row;
    std::vector<SummaryNode> chunks;
    Chunk whole;  ///< All chunks as one, where there are several.
    Language language;
    std::string author;  ///< As in FileWork.
    std::size_t pending = 0;
    std::optional<Error> error;
  };
  /// A folder, waiting for what is in it.
  struct OpenDir {
    std::size_t pending = 0;
    std::map<std::string, SummaryNode> children;  ///< By name.
  };
  /// A summary that was asked for.
  struct OpenKey {
    Assignment assignment;
    std::vector<Waiter> waiters;
  };
  /// What a roll-up says of whom.
  struct RollUp {
    RollUpLevel level;
    std::string path;
    std::vector<RollUpPart> parts;
    std::string evidence;
    std::string holds;  ///< The second line.
  };

  void PlanDirs();
  void ReadFiles();
  void ReadSelected(FileWork& work);
  std::string AuthorOf(const FileWork& work);
  void Coordinate();
  void TakeFile(const FileWork& work);
  void TakeAnswer(KeyAnswer answer);
  void StartChunk(const std::shared_ptr<OpenFile>& file, std::size_t i,
                  const Chunk& chunk, const Language& language);
  void EndChunk(const std::shared_ptr<OpenFile>& file, std::size_t i,
                const Result<SummaryText>& text, bool reused);
  void EndFile(const std::shared_ptr<OpenFile>& file);
  void RecordRolledUp(OpenFile& file, SummaryNode node, const SummaryKey& key,
                      const Result<SummaryText>& text);
  void RecordFile(const OpenFile& file, std::optional<SummaryNode> node);
  void LeaveFile(const LedgerRow& row);
  void EndChild(const std::string& path, std::optional<SummaryNode> node);
  void EndDir(const std::string& path);
  void RecordDir(const std::string& path, std::optional<SummaryNode> node);
  void RollUpParts(const RollUp& rollup, const KeyedWaiter& waiter);
  void StartRollUp(const std::string& path, const SummaryKey& key,
                   const std::function<Result<Assignment>()>& assign,
                   const Waiter& waiter);
  void Ask(const SummaryKey& key, Result<Assignment> assignment, Waiter waiter);
  std::optional<SummaryText> Find(const SummaryKey& key);
  std::pair<SummaryText, bool> Keep(const KnownSummary& known);
  bool Check(Result<void> stored);
  void Fail(Error error, std::size_t* total, std::size_t* failed);
  void ReportProgress(std::string_view path);
  void AddEngineStats(const EngineStats& before);
  double Seconds() const;

  Engine& engine_;
  const SummaryWriter& writer_;
  const SummariserOptions& options_;
  const Repo& repo_;
  const CounterpartFinder counterparts_;
  SummaryIndex& index_;
  Summariser::ProgressFn progress_fn_;
  std::stop_source stop_;  ///< The caller's stop, the time budget, an error.
  double start_s_ = 0;
  const std::size_t most_asked_;  ///< Requests at the engine, queued ones too.

  WorkQueue<FileWork, KeyAnswer> queue_;
  double read_s_ = 0,
         chunk_s_ = 0;  ///< Of the reading thread; read at the end.
  std::unordered_map<std::string, OpenKey> asked_;  ///< By hex key.
  std::map<std::string, OpenDir> dirs_;
  std::vector<std::string> files_seen_, dirs_seen_;
  std::optional<Error> index_error_;
  Progress progress_;
  RunReport report_;
};

}  // namespace dobby
