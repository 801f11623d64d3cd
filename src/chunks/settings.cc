#include "chunks/settings.h"

#include "chunks/parse.h"
#include "chunks/settings_parts.h"

namespace dobby {

std::optional<SettingsFormat> SettingsFormatOf(std::string_view language_id) {
  struct Row {
    std::string_view language_id;
    SettingsFormat format;
  };
  constexpr Row kRows[] = {
      {"ini", SettingsFormat::kIni},   {"json", SettingsFormat::kJson},
      {"toml", SettingsFormat::kToml}, {"xml", SettingsFormat::kXml},
      {"yaml", SettingsFormat::kYaml},
  };
  for (const Row& row : kRows) {
    if (row.language_id == language_id) return row.format;
  }
  return std::nullopt;
}

std::vector<Setting> ReadSettings(std::string_view text, SettingsFormat format,
                                  const std::stop_token& stop) {
  if (text.size() > kMaxParseBytes) return {};
  switch (format) {
    case SettingsFormat::kYaml:
      return ReadYamlSettings(text, stop);
    case SettingsFormat::kIni:
    case SettingsFormat::kFields:
      return ReadLineSettings(text, format);
    case SettingsFormat::kJson:
    case SettingsFormat::kToml:
    case SettingsFormat::kXml:
      return ReadTreeSettings(text, format, stop);
  }
  return {};
}

}  // namespace dobby
