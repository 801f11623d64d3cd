#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/index_reader.h"
#include "dobby/chunk.h"
#include "dobby/output.h"
#include "dobby/repo.h"

namespace dobby::cli {
namespace {

/// A path, and a line of it; 0: none.
struct Place {
  std::string path;
  std::uint32_t line = 0;
};

Place PlaceOf(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return {text};
  std::uint32_t line = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, line);
  if (parsed.ec != std::errc() || parsed.ptr != end || line == 0) {
    return {text};
  }
  return {text.substr(0, colon), line};
}

std::string PathInIndex(const IndexReader& reader) {
  return reader.inside.empty() ? "." : reader.inside;
}

/// Returns the summaries of exactly this place: of a path the file or folder,
/// then the chunks of the file; of a line the chunk that holds it.
std::vector<SummaryNode> NodesAt(const IndexSnapshot& snapshot,
                                 const std::string& path, std::uint32_t line) {
  std::vector<SummaryNode> nodes;
  for (const SummaryNode& node : snapshot.nodes) {
    if (node.path != path) continue;
    const bool holds = node.level == Level::kChunk && node.start_line <= line &&
                       line <= node.end_line;
    if (line == 0 || holds) nodes.push_back(node);
  }
  return nodes;
}

/// Room for the longest name of a voice, and two blanks.
constexpr std::size_t kVoiceColumns = 14;
/// Room for the number of a line.
constexpr std::size_t kLineColumns = 7;

void PrintNode(const SummaryNode& node, Io& io) {
  io.out << (io.color ? "\x1b[1m" : "") << ForTerminal(node.path);
  if (node.level == Level::kChunk) {
    io.out << ":" << node.start_line << "-" << node.end_line;
  }
  io.out << (io.color ? "\x1b[0m" : "");
  if (node.freshness != Freshness::kCurrent) {
    io.out << " [" << NameOf(node.freshness) << "]";
  }
  if (!node.text.grounded) io.out << " [names not in the code]";
  if (node.text.truncated) io.out << " [cut to fit the model]";
  io.out << "\n";
  const auto lines = ShownLines(node.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string voice(NameOf(node.text.voices[i]));
    voice.resize(std::max(voice.size(), kVoiceColumns), ' ');
    io.out << "  " << voice << ForTerminal(lines[i]) << "\n";
  }
}

/// Returns what the file at `path` defines, as it is on disk now. Errors: those
/// of ReadFile and SplitFile; kNotFound for what is no text.
Result<std::vector<Symbol>> ReadOutline(const std::string& root,
                                        const std::string& path, const Io& io) {
  Repo repo;
  repo.root = root;
  FileEntry entry;
  entry.path = path;
  auto content = ReadFile(repo, entry, RepoOptions());
  if (!content) return content.error();
  if (!content->file) {
    return Error{ErrorCode::kNotFound, "is no text to read", path};
  }
  auto chunks = SplitFile(*content->file, kWholeFile, io.stop);
  if (!chunks) return chunks.error();
  return chunks->empty() ? std::vector<Symbol>() : chunks->front().outline;
}

std::string HeadOf(const Symbol& symbol) {
  if (!symbol.signature.empty()) return symbol.signature;
  return symbol.kind + " " + symbol.name;
}

void PrintSignatures(const std::vector<Symbol>& outline, Io& io) {
  for (const Symbol& symbol : outline) {
    std::string line = std::to_string(symbol.line);
    line.insert(0, line.size() < kLineColumns ? kLineColumns - line.size() : 0,
                ' ');
    io.out << line << std::string(2 * symbol.depth + 2, ' ')
           << ForTerminal(HeadOf(symbol)) << "\n";
  }
}

nlohmann::ordered_json SignaturesJson(const std::vector<Symbol>& outline) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Symbol& symbol : outline) {
    all.push_back({{"line", symbol.line},
                   {"depth", symbol.depth},
                   {"kind", symbol.kind},
                   {"name", ReplaceInvalidUtf8(symbol.name)},
                   {"signature", ReplaceInvalidUtf8(HeadOf(symbol))}});
  }
  return all;
}

void PrintJson(const std::vector<SummaryNode>& nodes,
               const std::optional<std::vector<Symbol>>& outline, Io& io) {
  nlohmann::ordered_json summaries = nlohmann::ordered_json::array();
  for (const SummaryNode& node : nodes) {
    summaries.push_back(nlohmann::ordered_json::parse(WriteSummaryJson(node)));
  }
  nlohmann::ordered_json object = {{"schema_version", kOutputSchemaVersion},
                                   {"summaries", summaries}};
  if (outline) object["signatures"] = SignaturesJson(*outline);
  io.out << EscapeInvisible(object.dump()) << "\n";
}

/// Why a path that the index knows has no summary.
Error NoSummary(const IndexSnapshot& snapshot, const std::string& path,
                std::uint32_t line) {
  for (const LedgerRow& row : snapshot.ledger) {
    if (row.path != path) continue;
    if (row.state == LedgerRow::State::kSkipped) {
      return {ErrorCode::kNotFound, "was skipped: " + row.reason, path};
    }
    if (row.state == LedgerRow::State::kFailed) {
      return {ErrorCode::kNotFound, "failed: " + row.message, path};
    }
  }
  return {ErrorCode::kNotFound,
          line == 0 ? "has no summary; run `dobby index`"
                    : "has no line " + std::to_string(line),
          path};
}

}  // namespace

int RunShow(const Invocation& invocation, Io& io) {
  const Place place = PlaceOf(invocation.args.front());
  auto reader = OpenConfined(invocation.settings, place.path, io);
  if (!reader) return Fail(io, reader.error());
  auto snapshot = LoadMarked(*reader, invocation.settings, io);
  if (!snapshot) return Fail(io, snapshot.error());
  const std::string path = PathInIndex(*reader);
  const auto nodes = NodesAt(*snapshot, path, place.line);
  if (nodes.empty()) return Fail(io, NoSummary(*snapshot, path, place.line));
  std::optional<std::vector<Symbol>> outline;
  const bool is_file = nodes.front().level == Level::kFile ||
                       nodes.front().level == Level::kChunk;
  if (invocation.settings.On(FlagId::kSignatures) && is_file) {
    auto read = ReadOutline(snapshot->root, path, io);
    if (!read) return Fail(io, read.error());
    outline = *std::move(read);
  }
  if (io.json) {
    PrintJson(nodes, outline, io);
    return kOk;
  }
  // A file of one chunk says what that says.
  const bool is_whole =
      nodes.size() == 2 && nodes.front().level == Level::kFile;
  PrintNode(nodes.front(), io);
  for (std::size_t i = 1; i < nodes.size() && !is_whole; ++i) {
    PrintNode(nodes[i], io);
  }
  if (outline) PrintSignatures(*outline, io);
  return kOk;
}

}  // namespace dobby::cli
