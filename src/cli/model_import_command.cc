#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/confinement.h"
#include "dobby/model.h"
#include "dobby/output.h"
#include "dobby/summary.h"

namespace dobby::cli {
namespace {

/// Tensors that went the same way.
struct Group {
  std::size_t tensors = 0;
  double worst_rms_error = 0;
};
using GroupKey = std::tuple<std::string, std::string, bool>;

std::map<GroupKey, Group> GroupsOf(const std::vector<TensorImport>& tensors) {
  std::map<GroupKey, Group> groups;
  for (const TensorImport& tensor : tensors) {
    Group& group = groups[{tensor.source_type, tensor.stored_as, tensor.exact}];
    ++group.tensors;
    group.worst_rms_error = std::max(group.worst_rms_error, tensor.rms_error);
  }
  return groups;
}

std::string HowText(bool exact, double rms_error) {
  if (exact) return "exactly";
  char text[48];
  std::snprintf(text, sizeof text, "requantised, error %.3f %%",
                rms_error * 100);
  return text;
}

void PrintText(const ImportReport& report, bool each, Io& io) {
  for (const auto& [key, group] : GroupsOf(report.tensors)) {
    const auto& [source, stored, exact] = key;
    io.out << source << " -> " << stored << ": " << group.tensors
           << (group.tensors == 1 ? " tensor, " : " tensors, ")
           << HowText(exact, group.worst_rms_error)
           << (exact || group.tensors == 1 ? "\n" : " at most\n");
  }
  if (each) {
    for (const TensorImport& tensor : report.tensors) {
      io.out << "  " << ForTerminal(tensor.name) << ": " << tensor.source_type
             << " -> " << tensor.stored_as << ", "
             << HowText(tensor.exact, tensor.rms_error) << "\n";
    }
  }
  io.out << "model " << ForTerminal(report.model.name) << " in "
         << ForTerminal(report.model.path) << "\n";
}

void PrintJson(const ImportReport& report, Io& io) {
  nlohmann::ordered_json tensors = nlohmann::ordered_json::array();
  for (const TensorImport& tensor : report.tensors) {
    tensors.push_back({{"name", ReplaceInvalidUtf8(tensor.name)},
                       {"source_type", tensor.source_type},
                       {"stored_as", tensor.stored_as},
                       {"exact", tensor.exact},
                       {"rms_error", tensor.rms_error}});
  }
  const nlohmann::ordered_json object = {
      {"schema_version", kOutputSchemaVersion},
      {"name", ReplaceInvalidUtf8(report.model.name)},
      {"path", ReplaceInvalidUtf8(report.model.path)},
      {"quantisation", report.model.quantisation},
      {"id", report.model.id.ToHex()},
      {"tensors", tensors}};
  io.out << object.dump() << "\n";
}

/// Returns the levels of a list with commas. Errors: kUsage for another word.
Result<std::vector<std::string>> LevelsIn(const std::string& list) {
  std::vector<std::string> levels;
  std::istringstream words(list);
  for (std::string word; std::getline(words, word, ',');) {
    if (word != NameOf(Level::kChunk) && word != NameOf(Level::kFile) &&
        word != NameOf(Level::kDir) && word != NameOf(Level::kRepo)) {
      return Error{ErrorCode::kUsage,
                   "there is no level \"" + word +
                       "\"; give any of chunk, file, dir, repo",
                   "--writes"};
    }
    levels.push_back(word);
  }
  return levels;
}

}  // namespace

int RunModelImport(const Invocation& invocation, Io& io) {
  const Settings& settings = invocation.settings;
  ImportOptions options;
  options.name = settings.Text(FlagId::kName);
  options.out_dir = settings.Text(FlagId::kOutDir);
  options.requantise_bits = settings.Text(FlagId::kBits) == "4" ? 4 : 8;
  options.replace = settings.On(FlagId::kReplace);
  auto levels = LevelsIn(settings.Text(FlagId::kWrites));
  if (!levels) return Fail(io, levels.error());
  options.writes = *std::move(levels);
  SandboxRules rules;
  AllowReading(invocation.args.front(), &rules);
  AllowFolder(options.out_dir.empty() ? ModelsDir() : options.out_dir, &rules);
  if (auto confined = Confine(rules, settings, io); !confined) {
    return Fail(io, confined.error());
  }
  auto report = ImportGguf(invocation.args.front(), options);
  if (!report) return Fail(io, report.error());
  if (io.json) {
    PrintJson(*report, io);
  } else {
    PrintText(*report, settings.On(FlagId::kVerbose), io);
  }
  return kOk;
}

}  // namespace dobby::cli
