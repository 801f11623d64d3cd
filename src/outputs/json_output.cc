#include "outputs/json_output.h"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/utf8.h"
#include "dobby/output.h"
#include "outputs/overview.h"

namespace dobby {
namespace {

using Json = nlohmann::ordered_json;  // Keys stay as the contract lists them.

/// Returns a JSON string; bytes that are no UTF-8 become U+FFFD.
Json TextOf(std::string_view text) { return ReplaceInvalidUtf8(text); }

/// Returns `value` with so many decimals, so that it is short to read.
double Rounded(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return std::isfinite(value) ? std::round(value * scale) / scale : 0.0;
}

Json SummaryOf(const SummaryNode& node) {
  return {
      {"type", "summary"},
      {"level", NameOf(node.level)},
      {"path", TextOf(node.path)},
      {"start_line", node.start_line},
      {"end_line", node.end_line},
      {"lines",
       Json::array({TextOf(node.text.lines[0]), TextOf(node.text.lines[1])})},
      {"hash", node.hash.ToHex()},
      {"voices",
       Json::array({NameOf(node.text.voices[0]), NameOf(node.text.voices[1])})},
      {"model", TextOf(node.text.model)},
      {"prompt_version", TextOf(node.text.prompt_version)},
      {"freshness", NameOf(node.freshness)},
      {"grounded", node.text.grounded}};
}

Json SkipOf(const LedgerRow& row) {
  return {{"type", "skip"},
          {"path", TextOf(row.path)},
          {"reason", TextOf(row.reason)}};
}

Json ErrorOf(const LedgerRow& row) {
  return {{"type", "error"},
          {"path", TextOf(row.path)},
          {"code", TextOf(row.code)},
          {"message", TextOf(row.message)}};
}

/// Returns which repository a snapshot is of, behind the keys of `first`.
Json BeginWith(Json first, const IndexSnapshot& snapshot) {
  first["schema_version"] = kOutputSchemaVersion;
  first["name"] = TextOf(snapshot.name);
  first["root"] = TextOf(snapshot.root);
  first["model"] = TextOf(snapshot.model);
  first["prompt_version"] = TextOf(snapshot.prompt_version);
  first["finished_unix_s"] = snapshot.finished_unix_s;
  return first;
}

Json FileCounts(const Coverage& coverage) {
  return {{"total", coverage.total},
          {"summarised", coverage.summarised},
          {"skipped", coverage.skipped},
          {"failed", coverage.failed}};
}

Json SummaryCounts(const IndexSnapshot& snapshot) {
  std::array<std::size_t, 4> counts{};
  for (const SummaryNode& node : snapshot.nodes) {
    ++counts[static_cast<std::size_t>(node.level)];
  }
  Json object = Json::object();
  for (std::size_t level = 0; level < counts.size(); ++level) {
    object[std::string(NameOf(static_cast<Level>(level)))] = counts[level];
  }
  return object;
}

/// Returns the objects of the ledger's rows in one state.
Json RowsOf(const IndexSnapshot& snapshot, LedgerRow::State state,
            Json (*object_of)(const LedgerRow&)) {
  Json rows = Json::array();
  for (const LedgerRow& row : snapshot.ledger) {
    if (row.state == state) rows.push_back(object_of(row));
  }
  return rows;
}

}  // namespace

std::string WriteJson(const IndexSnapshot& snapshot) {
  Json document = BeginWith(Json::object(), snapshot);
  document["files"] = FileCounts(CoverageOf(snapshot.ledger));
  Json summaries = Json::array();
  for (const SummaryNode& node : snapshot.nodes) {
    Json summary = SummaryOf(node);
    summary["truncated"] = node.text.truncated;
    summary["created_unix_s"] = node.text.created_unix_s;
    summaries.push_back(std::move(summary));
  }
  document["summaries"] = std::move(summaries);
  document["skips"] = RowsOf(snapshot, LedgerRow::State::kSkipped, SkipOf);
  document["errors"] = RowsOf(snapshot, LedgerRow::State::kFailed, ErrorOf);
  return EscapeInvisible(document.dump(2)) + "\n";
}

std::string WriteJsonLines(const IndexSnapshot& snapshot) {
  std::string lines;
  const auto add = [&](const Json& object) {
    lines += EscapeInvisible(object.dump()) + "\n";
  };
  add(BeginWith({{"type", "begin"}}, snapshot));
  for (const SummaryNode& node : snapshot.nodes) add(SummaryOf(node));
  for (const Json& row : RowsOf(snapshot, LedgerRow::State::kSkipped, SkipOf)) {
    add(row);
  }
  for (const Json& row : RowsOf(snapshot, LedgerRow::State::kFailed, ErrorOf)) {
    add(row);
  }
  add({{"type", "end"},
       {"files", FileCounts(CoverageOf(snapshot.ledger))},
       {"summaries", SummaryCounts(snapshot)}});
  return lines;
}

std::string WriteSummaryJson(const SummaryNode& node) {
  return EscapeInvisible(SummaryOf(node).dump());
}

std::string WriteRunReport(const RunReport& report, std::string_view model,
                           std::string_view engine, std::size_t agents,
                           std::uint64_t peak_rss_bytes) {
  const double minutes = report.wall_s / 60;
  const double per_minute =
      minutes > 0 ? static_cast<double>(report.chunks.summarised) / minutes : 0;
  const Json object = {{"schema_version", kOutputSchemaVersion},
                       {"files",
                        {{"total", report.files.total},
                         {"summarised", report.files.summarised},
                         {"skipped", report.files.skipped},
                         {"failed", report.files.failed}}},
                       {"chunks",
                        {{"total", report.chunks.total},
                         {"summarised", report.chunks.summarised},
                         {"reused", report.chunks.reused},
                         {"failed", report.chunks.failed}}},
                       {"tokens",
                        {{"prompt", report.prompt_tokens},
                         {"generated", report.generated_tokens}}},
                       {"wall_s", Rounded(report.wall_s, 3)},
                       {"chunks_per_minute", Rounded(per_minute, 2)},
                       {"peak_rss_bytes", peak_rss_bytes},
                       {"model", TextOf(model)},
                       {"engine", TextOf(engine)},
                       {"agents", agents}};
  return EscapeInvisible(object.dump());
}

}  // namespace dobby
