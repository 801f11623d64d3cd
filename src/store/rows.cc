#include "store/rows.h"

#include <algorithm>
#include <string>

namespace dobby {
namespace {

std::string_view BytesOf(const ContentHash& hash) {
  return {reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size()};
}

std::uint32_t LineNumber(const Statement& row, int column) {
  return static_cast<std::uint32_t>(row.Int(column));
}

/// A number of a damaged index that is none of ours becomes one.
Voice VoiceIn(const Statement& row, int column) {
  const auto last = static_cast<std::int64_t>(Voice::kFallback);
  return static_cast<Voice>(std::clamp<std::int64_t>(row.Int(column), 0, last));
}

}  // namespace

SummaryText ReadSummary(const Statement& row, int column) {
  SummaryText text;
  text.lines = {row.Text(column), row.Text(column + 1)};
  text.truncated = row.Int(column + 2) != 0;
  text.grounded = row.Int(column + 3) != 0;
  text.prompt_tokens = static_cast<std::size_t>(row.Int(column + 4));
  text.generated_tokens = static_cast<std::size_t>(row.Int(column + 5));
  text.ms = row.Real(column + 6);
  text.created_unix_s = row.Int(column + 7);
  text.model = row.Text(column + 8);
  text.prompt_version = row.Text(column + 9);
  text.voices = {VoiceIn(row, column + 10), VoiceIn(row, column + 11)};
  return text;
}

SummaryNode ReadNode(const Statement& row) {
  SummaryNode node;
  node.level = static_cast<Level>(std::clamp<std::int64_t>(row.Int(0), 0, 3));
  node.path = row.Text(1);
  node.start_line = LineNumber(row, 2);
  node.end_line = LineNumber(row, 3);
  node.hash = row.Hash(4);
  node.key = row.Hash(5);
  node.text = ReadSummary(row, 6);
  return node;
}

LedgerRow ReadRow(const Statement& row) {
  LedgerRow ledger;
  ledger.path = row.Text(0);
  ledger.state =
      static_cast<LedgerRow::State>(std::clamp<std::int64_t>(row.Int(1), 0, 2));
  ledger.size_bytes = static_cast<std::uint64_t>(row.Int(2));
  ledger.language = row.Text(3);
  ledger.hash = row.Hash(4);
  ledger.reason = row.Text(5);
  ledger.code = row.Text(6);
  ledger.message = row.Text(7);
  return ledger;
}

bool LeadsInside(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  if (path.size() > kMostPathBytes) return false;
  if (path.find('\0') != std::string_view::npos) return false;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (path.substr(0, end) == "..") return false;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return true;
}

ContentHash DigestOf(const FileRecord& record) {
  FieldHasher hasher;
  const auto add_number = [&](std::uint64_t number) {
    hasher.Add(std::to_string(number));
  };
  const LedgerRow& row = record.row;
  add_number(static_cast<std::uint64_t>(row.state));
  add_number(row.size_bytes);
  hasher.Add(row.path).Add(row.language).Add(BytesOf(row.hash));
  hasher.Add(row.reason).Add(row.code).Add(row.message);
  for (const SummaryNode& node : record.nodes) {
    add_number(static_cast<std::uint64_t>(node.level));
    add_number(node.start_line);
    add_number(node.end_line);
    hasher.Add(BytesOf(node.hash)).Add(BytesOf(node.key));
  }
  return hasher.Finish();
}

}  // namespace dobby
