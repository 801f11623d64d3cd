#include "summaries/run_ledger.h"

#include "base/clock.h"

namespace dobby {

std::optional<SummaryText> RunLedger::Find(const SummaryKey& key) {
  const ScopedTimer timer(report_.stage_s["store"]);
  auto found = index_.Find(key);
  if (found) return std::move(*found);
  Check(found.error());
  return std::nullopt;
}

bool RunLedger::Save(const SummaryKey& key, const SummaryText& text) {
  const ScopedTimer timer(report_.stage_s["store"]);
  return Check(index_.Save(key, text));
}

std::pair<SummaryText, bool> RunLedger::FindOrSave(const KnownSummary& known) {
  if (auto found = Find(known.key)) return {*std::move(found), true};
  Save(known.key, known.text);
  return {known.text, false};
}

void RunLedger::AddFile(const std::string& path) {
  ++report_.files.total;
  files_.push_back(path);
}

void RunLedger::RecordWithoutSummary(const LedgerRow& row) {
  const bool is_skipped = row.state == LedgerRow::State::kSkipped;
  ++(is_skipped ? report_.files.skipped : report_.files.failed);
  const ScopedTimer timer(report_.stage_s["store"]);
  Check(index_.ReplaceFile({row, {}}));
}

bool RunLedger::RecordFile(const FileRecord& record) {
  const bool has_failed = record.row.state == LedgerRow::State::kFailed;
  ++(has_failed ? report_.files.failed : report_.files.summarised);
  const ScopedTimer timer(report_.stage_s["store"]);
  return Check(index_.ReplaceFile(record));
}

bool RunLedger::RecordFolder(const SummaryNode& node) {
  folders_.push_back(node.path);
  const ScopedTimer timer(report_.stage_s["store"]);
  return Check(index_.ReplaceDir(node));
}

void RunLedger::AddError(Error error) {
  if (error.code == ErrorCode::kCancelled) return;
  report_.errors.push_back(std::move(error));
}

void RunLedger::Finish() { Check(index_.Finish(files_, folders_)); }

bool RunLedger::Check(const Result<void>& stored) {
  if (stored) return true;
  if (!index_error_) index_error_ = stored.error();
  return false;
}

}  // namespace dobby
