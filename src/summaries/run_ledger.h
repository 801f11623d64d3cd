// Records what a run found and made, in the index and in its report.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dobby/summary.h"
#include "summaries/summary_writer.h"

namespace dobby {

/// Writes to the index and counts for the report, so that both agree. Keeps the
/// first error of the index; the run should end then. Other failures are in the
/// report.
class RunLedger {
 public:
  explicit RunLedger(SummaryIndex& index) : index_(index) {}

  RunReport& report() { return report_; }
  const std::optional<Error>& index_error() const { return index_error_; }

  /// Returns the summary kept under `key`, if any.
  std::optional<SummaryText> Find(const SummaryKey& key);

  /// Saves a summary. Here and below, returns false after an error of the
  /// index.
  bool Save(const SummaryKey& key, const SummaryText& text);

  /// Saves a summary that needs no model, unless the index has it. Returns it
  /// as the index has it, and whether it was there before.
  std::pair<SummaryText, bool> FindOrSave(const KnownSummary& known);

  /// Counts a file of the run.
  void AddFile(const std::string& path);

  /// Records a file that was skipped or could not be read, as its row says.
  void RecordWithoutSummary(const LedgerRow& row);

  /// Records a file whose chunks have ended, summarised or failed.
  bool RecordFile(const FileRecord& record);

  bool RecordFolder(const SummaryNode& node);

  /// Adds an error to the report, unless it is a cancelled request.
  void AddError(Error error);

  /// Drops everything from the index that was not recorded in this run.
  void Finish();

 private:
  bool Check(const Result<void>& stored);

  SummaryIndex& index_;
  RunReport report_;
  std::vector<std::string> files_, folders_;  ///< Recorded in this run.
  std::optional<Error> index_error_;
};

}  // namespace dobby
