#include <ctime>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/index_reader.h"
#include "dobby/output.h"

namespace dobby::cli {
namespace {

struct Status {
  std::size_t summarised = 0, skipped = 0, failed = 0;
  std::map<Freshness, std::vector<std::string>> files;  ///< Summarised ones.
  std::vector<std::string> added;

  std::size_t Count(Freshness freshness) const {
    const auto at = files.find(freshness);
    return at == files.end() ? 0 : at->second.size();
  }
  bool current() const {
    return added.empty() && Count(Freshness::kStale) == 0 &&
           Count(Freshness::kMissing) == 0;
  }
};

Status StatusOf(const IndexSnapshot& snapshot, std::vector<std::string> added) {
  Status status;
  status.added = std::move(added);
  for (const LedgerRow& row : snapshot.ledger) {
    switch (row.state) {
      case LedgerRow::State::kSummarised:
        ++status.summarised;
        break;
      case LedgerRow::State::kSkipped:
        ++status.skipped;
        break;
      case LedgerRow::State::kFailed:
        ++status.failed;
        break;
    }
  }
  for (const SummaryNode& node : snapshot.nodes) {
    if (node.level == Level::kFile) {
      status.files[node.freshness].push_back(node.path);
    }
  }
  return status;
}

std::string TimeText(std::int64_t unix_s) {
  if (unix_s == 0) return "not yet";
  const std::time_t time = unix_s;
  std::tm utc{};
  char text[32];
  gmtime_r(&time, &utc);
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &utc);
  return text;
}

void PrintPaths(const char* mark, const std::vector<std::string>& paths,
                Io& io) {
  for (const std::string& path : paths) {
    io.out << mark << "  " << ForTerminal(path) << "\n";
  }
}

void PrintStatus(const Status& status, const IndexSnapshot& snapshot,
                 const IndexReader& reader, Io& io) {
  io.out << "repository: " << ForTerminal(snapshot.root) << "\n"
         << "index:      " << ForTerminal(reader.db) << "\n"
         << "model:      " << ForTerminal(snapshot.model) << "\n"
         << "finished:   " << TimeText(snapshot.finished_unix_s) << "\n"
         << "files:      " << status.summarised << " summarised, "
         << status.skipped << " skipped, " << status.failed << " failed\n"
         << "summaries:  " << status.Count(Freshness::kCurrent) << " current, "
         << status.Count(Freshness::kStale) << " stale, "
         << status.Count(Freshness::kMissing) << " missing, "
         << status.added.size() << " new files\n";
  if (!status.current()) io.out << "`dobby index` brings it up to date\n";
}

void PrintJson(Status& status, const IndexSnapshot& snapshot,
               const IndexReader& reader, Io& io) {
  const auto names = [](std::vector<std::string> paths) {
    for (std::string& path : paths) path = ReplaceInvalidUtf8(path);
    return paths;
  };
  const nlohmann::ordered_json object = {
      {"schema_version", kOutputSchemaVersion},
      {"root", ReplaceInvalidUtf8(snapshot.root)},
      {"db", ReplaceInvalidUtf8(reader.db)},
      {"model", ReplaceInvalidUtf8(snapshot.model)},
      {"prompt_version", snapshot.prompt_version},
      {"finished_unix_s", snapshot.finished_unix_s},
      {"files",
       {{"total", snapshot.ledger.size()},
        {"summarised", status.summarised},
        {"skipped", status.skipped},
        {"failed", status.failed}}},
      {"current", status.current()},
      {"stale", names(status.files[Freshness::kStale])},
      {"missing", names(status.files[Freshness::kMissing])},
      {"new", names(status.added)}};
  io.out << EscapeInvisible(object.dump()) << "\n";
}

}  // namespace

int RunStatus(const Invocation& invocation, Io& io) {
  const Settings& settings = invocation.settings;
  auto reader = OpenConfined(settings, invocation.Path(""), io);
  if (!reader) return Fail(io, reader.error());
  std::vector<std::string> added;
  auto snapshot = LoadMarked(*reader, settings, io, &added);
  if (!snapshot) return Fail(io, snapshot.error());
  Status status = StatusOf(*snapshot, std::move(added));
  if (io.json) {
    PrintJson(status, *snapshot, *reader, io);
  } else if (!io.quiet) {
    PrintStatus(status, *snapshot, *reader, io);
    if (settings.On(FlagId::kVerbose)) {
      PrintPaths("stale  ", status.files[Freshness::kStale], io);
      PrintPaths("missing", status.files[Freshness::kMissing], io);
      PrintPaths("new    ", status.added, io);
    }
  }
  const bool stale = settings.On(FlagId::kExitCode) && !status.current();
  return stale ? kNothing : kOk;
}

}  // namespace dobby::cli
