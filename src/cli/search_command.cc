#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <tuple>

#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/index_reader.h"
#include "dobby/output.h"

namespace dobby::cli {
namespace {

/// Gives the hits the freshness that they have among all summaries: that of a
/// folder depends on everything below it.
Result<void> MarkHits(IndexReader& reader, const Settings& settings, Io& io,
                      std::vector<SearchHit>* hits) {
  auto snapshot = LoadMarked(reader, settings, io);
  if (!snapshot) return snapshot.error();
  std::map<std::tuple<std::string, Level, std::uint32_t>, Freshness> known;
  for (const SummaryNode& node : snapshot->nodes) {
    known[{node.path, node.level, node.start_line}] = node.freshness;
  }
  for (SearchHit& hit : *hits) {
    const SummaryNode& node = hit.node;
    const auto at = known.find({node.path, node.level, node.start_line});
    if (at != known.end()) hit.node.freshness = at->second;
  }
  return {};
}

void PrintHit(const SearchHit& hit, Io& io) {
  const SummaryNode& node = hit.node;
  io.out << (io.color ? "\x1b[1m" : "") << ForTerminal(node.path);
  if (node.level == Level::kChunk) io.out << ":" << node.start_line;
  io.out << (io.color ? "\x1b[0m" : "");
  if (node.freshness != Freshness::kCurrent) {
    io.out << " [" << NameOf(node.freshness) << "]";
  }
  io.out << "\n";
  for (const std::string& line : ShownLines(node.text)) {
    io.out << "  " << ForTerminal(line) << "\n";
  }
}

void PrintJson(const std::string& query, const std::vector<SearchHit>& hits,
               Io& io) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const SearchHit& hit : hits) {
    list.push_back({{"score", hit.score},
                    {"snippet", ReplaceInvalidUtf8(hit.snippet)},
                    {"summary", nlohmann::ordered_json::parse(
                                    WriteSummaryJson(hit.node))}});
  }
  const nlohmann::ordered_json object = {
      {"schema_version", kOutputSchemaVersion},
      {"query", ReplaceInvalidUtf8(query)},
      {"hits", list}};
  io.out << EscapeInvisible(object.dump()) << "\n";
}

}  // namespace

int RunSearch(const Invocation& invocation, Io& io) {
  const Settings& settings = invocation.settings;
  std::string query;
  for (const std::string& word : invocation.args) {
    query += (query.empty() ? "" : " ") + word;
  }
  auto reader = OpenConfined(settings, "", io);
  if (!reader) return Fail(io, reader.error());
  const std::string level = settings.Text(FlagId::kLevel);
  auto hits = reader->store->Search(query, level == "any" ? "" : level,
                                    settings.Amount(FlagId::kLimit));
  if (!hits) return Fail(io, hits.error());
  if (auto marked = MarkHits(*reader, settings, io, &*hits); !marked) {
    return Fail(io, marked.error());
  }
  if (io.json) {
    PrintJson(query, *hits, io);
  } else {
    for (const SearchHit& hit : *hits) PrintHit(hit, io);
  }
  if (hits->empty() && !io.quiet) {
    io.err << "dobby: no summary and no path has what was asked for\n";
  }
  return hits->empty() ? kNothing : kOk;
}

}  // namespace dobby::cli
