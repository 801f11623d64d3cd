// What the readers of settings share.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "chunks/settings.h"

namespace dobby {

/// Keys below more keys than this are left out.
inline constexpr std::uint32_t kMostLevels = 32;

/// Returns `path` and `name` with a dot between; either may be empty.
std::string JoinedPath(std::string_view path, std::string_view name);

/// Returns a key or value as its author meant it: without quotes, escapes
/// resolved, without the indentation of a block, at most kMostValueBytes.
std::string DecodedScalar(std::string_view source, SettingsFormat format);

/// Returns a value that is decoded already, as a setting has it: UTF-8,
/// trimmed, at most kMostValueBytes.
std::string CutValue(std::string_view value);

/// Returns the settings of JSON, TOML or XML.
std::vector<Setting> ReadTreeSettings(std::string_view text,
                                      SettingsFormat format,
                                      const std::stop_token& stop);

/// Returns the settings of YAML. Behind an error it goes on at the next line
/// that may begin a document.
std::vector<Setting> ReadYamlSettings(std::string_view text,
                                      const std::stop_token& stop);

/// Returns the settings of kIni or kFields.
std::vector<Setting> ReadLineSettings(std::string_view text,
                                      SettingsFormat format);

}  // namespace dobby
