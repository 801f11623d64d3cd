// Configuration files, read by toml++.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/result.h"

namespace dobby::cli {

/// The values of a file by key, as texts; an array gives several.
using TomlTexts = std::map<std::string, std::vector<std::string>>;

/// Whose file it is. Messages never repeat text of a stranger.
enum class TomlAuthor { kUser, kStranger };

/// Returns the keys of a TOML text; `path` stands in errors. Errors: kUsage if
/// it is not TOML (with the line), has a value that is no text, number, truth
/// value or array, or is nested deeper than 32 levels.
Result<TomlTexts> ParseToml(std::string_view text, const std::string& path,
                            TomlAuthor author);

/// The same for a file of the user. Errors: kNotFound, kIo, kTooLarge over 1
/// MiB, and as above.
Result<TomlTexts> ReadTomlFile(const std::string& path);

}  // namespace dobby::cli
