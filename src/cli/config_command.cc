#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/utf8.h"
#include "cli/commands.h"
#include "dobby/output.h"

namespace dobby::cli {
namespace {

std::string ValueText(const Setting& setting) {
  std::string text;
  for (const std::string& value : setting.texts) {
    text += (text.empty() ? "" : ", ") + value;
  }
  return text.empty() ? "-" : text;
}

void PrintText(const Settings& settings, Io& io) {
  for (const Flag& flag : AllFlags()) {
    if (flag.scope == Scope::kCommandLine) continue;
    const Setting& setting = settings.Of(flag.id);
    std::string line(flag.name);
    line.resize(16, ' ');
    line += ForTerminal(ValueText(setting));
    line.resize(std::max<std::size_t>(line.size() + 2, 34), ' ');
    io.out << line << ForTerminal(setting.origin) << "\n";
  }
  io.out << "\nyour configuration: " << ForTerminal(UserConfigPath()) << "\n";
}

void PrintJson(const Settings& settings, Io& io) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Flag& flag : AllFlags()) {
    if (flag.scope == Scope::kCommandLine) continue;
    const Setting& setting = settings.Of(flag.id);
    nlohmann::ordered_json values = nlohmann::ordered_json::array();
    for (const std::string& text : setting.texts) {
      values.push_back(ReplaceInvalidUtf8(text));
    }
    list.push_back({{"name", flag.name},
                    {"values", values},
                    {"origin", ReplaceInvalidUtf8(setting.origin)},
                    {"variable", EnvironmentName(flag)}});
  }
  const nlohmann::ordered_json object = {
      {"schema_version", kOutputSchemaVersion},
      {"user_config", ReplaceInvalidUtf8(UserConfigPath())},
      {"settings", list}};
  io.out << object.dump() << "\n";
}

}  // namespace

int RunConfig(const Invocation& invocation, Io& io) {
  if (io.json) {
    PrintJson(invocation.settings, io);
  } else {
    PrintText(invocation.settings, io);
  }
  return kOk;
}

}  // namespace dobby::cli
