// Configuration files, read by toml++.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dobby/result.h"

namespace dobby::cli {

/// Returns the keys of a TOML file with their values as texts; an array gives
/// several. Errors: kNotFound, kIo, kTooLarge over 1 MiB, kUsage for what is
/// not TOML (with the line) or not a text, number, truth value or array.
Result<std::map<std::string, std::vector<std::string>>> ReadTomlFile(
    const std::string& path);

}  // namespace dobby::cli
