#include <nlohmann/json.hpp>
#include <ostream>

#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/index_check.h"
#include "cli/index_reader.h"
#include "dobby/output.h"

namespace dobby::cli {
namespace {

/// Appends the summaries whose text is not kept under their key.
Result<void> CheckKeys(Store& store, const IndexSnapshot& snapshot,
                       std::vector<std::string>* problems) {
  for (const SummaryNode& node : snapshot.nodes) {
    if (node.key == SummaryKey{}) continue;  // CheckIndex says so.
    auto kept = store.Find(node.key);
    if (!kept) return kept.error();
    if (!*kept || (*kept)->lines != node.text.lines) {
      problems->push_back(node.path +
                          " has a summary that is not under its key");
    }
  }
  return {};
}

std::size_t CountStale(const IndexSnapshot& snapshot) {
  std::size_t stale = 0;
  for (const SummaryNode& node : snapshot.nodes) {
    stale += node.freshness == Freshness::kCurrent ? 0 : 1;
  }
  return stale;
}

void PrintJson(const std::vector<std::string>& problems,
               const IndexSnapshot& snapshot, Io& io) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const std::string& problem : problems) {
    list.push_back(ReplaceInvalidUtf8(problem));
  }
  const nlohmann::ordered_json object = {
      {"schema_version", kOutputSchemaVersion},
      {"sound", problems.empty()},
      {"problems", list},
      {"summaries", snapshot.nodes.size()},
      {"stale", CountStale(snapshot)},
      {"finished", snapshot.finished_unix_s != 0}};
  io.out << EscapeInvisible(object.dump()) << "\n";
}

void PrintText(const std::vector<std::string>& problems,
               const IndexSnapshot& snapshot, Io& io) {
  for (const std::string& problem : problems) {
    io.out << "wrong: " << ForTerminal(problem) << "\n";
  }
  const std::size_t stale = CountStale(snapshot);
  if (stale > 0) {
    io.out << "stale: " << stale
           << " summaries; `dobby status -v` names the files\n";
  }
  if (snapshot.finished_unix_s == 0) {
    io.out << "unfinished: no run has ended yet; `dobby index` goes on\n";
  }
  io.out << snapshot.nodes.size() << " summaries, " << problems.size()
         << " problems\n";
}

}  // namespace

int RunVerify(const Invocation& invocation, Io& io) {
  auto reader = OpenConfined(invocation.settings, invocation.Path(""), io);
  if (!reader) return Fail(io, reader.error());
  reader->inside.clear();  // The ledger only adds up as a whole.
  auto snapshot = LoadMarked(*reader, invocation.settings, io);
  if (!snapshot) return Fail(io, snapshot.error());
  std::vector<std::string> problems = CheckIndex(*snapshot);
  if (auto keys = CheckKeys(*reader->store, *snapshot, &problems); !keys) {
    return Fail(io, keys.error());
  }
  if (io.json) {
    PrintJson(problems, *snapshot, io);
  } else {
    PrintText(problems, *snapshot, io);
  }
  return problems.empty() ? kOk : kFailed;
}

}  // namespace dobby::cli
