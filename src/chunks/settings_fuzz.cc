// Configurations of any kind: their settings and outlines fit one line.
#include <algorithm>
#include <string>
#include <string_view>

#include "base/fuzz_target.h"
#include "chunks/line_names.h"
#include "chunks/settings.h"

namespace dobby {

/// A byte for the format, and the text.
DOBBY_FUZZ_TARGET(settings) {
  constexpr std::string_view kLanguages[] = {
      "json", "toml",  "yaml",       "xml",      "ini", "css",
      "html", "cmake", "dockerfile", "protobuf", "sql", "makefile"};
  const std::size_t choice = TakeChoice(input, std::size(kLanguages));
  const auto lines = static_cast<std::size_t>(
      std::count(input.begin(), input.end(), '\n') + 1);
  const auto format =
      SettingsFormatOf(kLanguages[choice]).value_or(SettingsFormat::kFields);
  for (const Setting& setting : ReadSettings(input, format)) {
    RequireOneLine(setting.path, "a path");
    RequireOneLine(setting.name, "a key");
    Require(IsUtf8(setting.value), "a value is UTF-8");
    Require(setting.value.size() <= kMostValueBytes, "a value is short");
    Require(setting.begin < input.size(), "a setting is in the text");
    Require(setting.line >= 1, "lines count from 1");
  }
  for (const Definition& part : LineNamesOf(input, kLanguages[choice])) {
    RequireOneLine(part.symbol.name, "a name");
    RequireOneLine(part.symbol.kind, "a kind");
    RequireOneLine(part.symbol.value, "a value");
    Require(!part.symbol.name.empty(), "a part has a name");
    Require(part.begin < input.size(), "a part is in the text");
    Require(part.symbol.line <= lines || kLanguages[choice] == "yaml",
            "a part is in a line of the text");
  }
}

}  // namespace dobby
