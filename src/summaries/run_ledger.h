// What a run has found and made, in the index and in its report.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dobby/summary.h"
#include "summaries/summary_writer.h"

namespace dobby {

/// Writes to the index and counts for the report, so that both say the same.
/// The first error of the index is kept, and the run should end then; what
/// else fails is in the report.
class RunLedger {
 public:
  explicit RunLedger(SummaryIndex& index) : index_(index) {}

  RunReport& report() { return report_; }
  const std::optional<Error>& index_error() const { return index_error_; }

  /// Returns the summary kept under `key`, if any.
  std::optional<SummaryText> Find(const SummaryKey& key);

  /// Keeps a summary. False after an error of the index, here and below.
  bool Save(const SummaryKey& key, const SummaryText& text);

  /// Returns a summary that needs no model as the index has it, and whether it
  /// had it before; else keeps it.
  std::pair<SummaryText, bool> FindOrSave(const KnownSummary& known);

  /// Counts a file as one of the run.
  void AddFile(const std::string& path);

  /// Records a file that is skipped or could not be read, as its row says.
  void RecordWithoutSummary(const LedgerRow& row);

  /// Records a file whose chunks have ended, summarised or failed.
  bool RecordFile(const FileRecord& record);

  bool RecordFolder(const SummaryNode& node);

  /// Adds an error to the report, unless it is a cancelled request.
  void AddError(Error error);

  /// Forgets what is in the index and was not recorded in this run.
  void Finish();

 private:
  bool Check(const Result<void>& stored);

  SummaryIndex& index_;
  RunReport report_;
  std::vector<std::string> files_, folders_;  ///< That were recorded.
  std::optional<Error> index_error_;
};

}  // namespace dobby
