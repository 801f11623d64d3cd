#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/doctor_checks.h"
#include "dobby/output.h"

namespace dobby::cli {
namespace {

const char* NameOf(Finding::State state) {
  switch (state) {
    case Finding::State::kOk:
      return "ok";
    case Finding::State::kNote:
      return "note";
    case Finding::State::kBad:
      break;
  }
  return "bad";
}

void PrintText(const std::vector<Finding>& findings, Io& io) {
  for (const Finding& finding : findings) {
    std::string line = NameOf(finding.state);
    line.resize(6, ' ');
    line += finding.name;
    line.resize(19, ' ');
    io.out << line << ForTerminal(finding.detail) << "\n";
  }
}

void PrintJson(const std::vector<Finding>& findings, int status, Io& io) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"name", finding.name},
                    {"state", NameOf(finding.state)},
                    {"detail", ReplaceInvalidUtf8(finding.detail)}});
  }
  const nlohmann::ordered_json object = {
      {"schema_version", kOutputSchemaVersion},
      {"version", DOBBY_VERSION},
      {"healthy", status == kOk},
      {"findings", list}};
  io.out << object.dump() << "\n";
}

}  // namespace

int RunDoctor(const Invocation& invocation, Io& io) {
  const auto findings = Diagnose(invocation.settings, io);
  int status = kOk;
  for (const Finding& finding : findings) {
    status = std::max(status, finding.exit_status);
  }
  if (io.json) {
    PrintJson(findings, status, io);
  } else {
    PrintText(findings, io);
  }
  return status;
}

}  // namespace dobby::cli
