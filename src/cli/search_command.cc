#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <tuple>

#include "base/files.h"
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

/// Returns the line of a hit's file where most words are; nothing for a file
/// that has changed or may not be read.
std::optional<MatchingLine> LineOf(const SummaryNode& node,
                                   const IndexReader& reader,
                                   const std::string& query) {
  const bool has_lines = node.level <= Level::kFile;
  const bool is_same = node.freshness == Freshness::kCurrent;
  if (!has_lines || !is_same || !reader.follows_root) return std::nullopt;
  const auto text = ReadWholeFile(reader.root + "/" + node.path);
  if (!text || !IsUtf8(*text)) return std::nullopt;
  return FindMatchingLine(*text, node.start_line, node.end_line, query);
}

void PrintHit(const SearchHit& hit, const std::optional<MatchingLine>& line,
              Io& io) {
  const SummaryNode& node = hit.node;
  io.out << (io.color ? "\x1b[1m" : "") << ForTerminal(node.path);
  if (node.level <= Level::kFile) {
    io.out << ":" << node.start_line << "-" << node.end_line;
  }
  io.out << (io.color ? "\x1b[0m" : "");
  if (node.freshness != Freshness::kCurrent) {
    io.out << " [" << NameOf(node.freshness) << "]";
  }
  io.out << "\n";
  io.out << "  " << ForTerminal(ShownLines(node.text)[0]) << "\n";
  if (line) {
    io.out << "  " << line->number << ": " << ForTerminal(line->text) << "\n";
  } else {
    io.out << "  " << ForTerminal(hit.snippet) << "\n";
  }
}

/// Says that nothing was found, and which words are near those of `query`.
void SayNothingFound(IndexReader& reader, const std::string& query, Io& io) {
  io.err << "dobby: nothing has what was asked for\n";
  const auto near = reader.store->FindNearWords(query);
  if (!near || near->empty()) return;
  io.err << "nearest:";
  for (const std::string& word : *near) io.err << " " << ForTerminal(word);
  io.err << "\n";
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
  auto hits = reader->store->Search(
      query, {level == "any" ? "" : level, settings.Amount(FlagId::kLimit),
              settings.Text(FlagId::kBelow), settings.Text(FlagId::kLanguage)});
  if (!hits) return Fail(io, hits.error());
  if (auto marked = MarkHits(*reader, settings, io, &*hits); !marked) {
    return Fail(io, marked.error());
  }
  if (io.json) {
    PrintJson(query, *hits, io);
  } else {
    for (const SearchHit& hit : *hits) {
      PrintHit(hit, LineOf(hit.node, *reader, query), io);
    }
  }
  if (hits->empty() && !io.quiet) SayNothingFound(*reader, query, io);
  return hits->empty() ? kNothing : kOk;
}

}  // namespace dobby::cli
