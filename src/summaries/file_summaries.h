// Makes the summaries of files from those of their chunks.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dobby/summary.h"
#include "summaries/file_reader.h"
#include "summaries/folder_facts.h"
#include "summaries/folder_summaries.h"
#include "summaries/roll_ups.h"
#include "summaries/run_ledger.h"
#include "summaries/run_progress.h"
#include "summaries/summary_requests.h"
#include "summaries/summary_writer.h"

namespace dobby {

/// The objects of a run that its files and folders share. All must outlive
/// them.
struct RunParts {
  const SummaryWriter& writer;
  SummaryRequests& requests;
  RollUps& roll_ups;
  RunLedger& ledger;
  RunProgress& progress;
};

/// Summarises the chunks of a file, then the file itself, and reports to its
/// folder.
class FileSummaries {
 public:
  /// `folders` must outlive this.
  FileSummaries(const RunParts& parts, FolderSummaries& folders)
      : parts_(parts), folders_(folders) {}

  /// Begins a file that was read. Ends it at once if no model is needed.
  void Take(FileWork work);

 private:
  /// A file whose chunks are in progress.
  struct OpenFile {
    LedgerRow row;
    std::vector<SummaryNode> chunks;
    std::vector<ChunkText> texts;  ///< Of `chunks`.
    /// All chunks as one, if there are several, with the first
    /// kMostEvidenceBytes of its text.
    Chunk whole;
    Child child;  ///< What its folder is told of it, but for its node.
    std::optional<TextFacts> known;  ///< Of `whole`; holds references to it.
    Draft draft;                     ///< Of the file.
    SummaryKey key;                  ///< Of `whole`, where a model is asked.
    std::size_t pending = 0;
    std::optional<Error> error;
  };
  using OpenFilePtr = std::shared_ptr<OpenFile>;

  void RecordUnread(const FileWork& work, LedgerRow row);
  void OpenWhole(OpenFile& file, Chunk whole);
  void StartChunk(const OpenFilePtr& file, std::size_t i, const Chunk& chunk);
  void AskForChunk(const OpenFilePtr& file, std::size_t i,
                   const TextFacts& facts, Draft draft);
  void EndChunk(const OpenFilePtr& file, std::size_t i,
                const Result<SummaryText>& text, bool reused);
  void FailChunk(OpenFile& file, std::size_t i, Error error);
  void EndFile(const OpenFilePtr& file);
  void RollUpChunks(const OpenFilePtr& file, const SummaryNode& node);
  void RecordRolledUp(OpenFile& file, SummaryNode node, const SummaryKey& key,
                      const Result<SummaryText>& text);
  void Record(const OpenFile& file, std::optional<SummaryNode> node);

  const RunParts parts_;
  FolderSummaries& folders_;
};

}  // namespace dobby
