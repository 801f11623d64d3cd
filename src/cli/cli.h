// The whole program, as a function of its arguments and streams.
#pragma once

#include <string>
#include <vector>

#include "cli/io.h"

namespace dobby::cli {

/// Runs `dobby` with the words after its name and returns the exit status.
int RunCli(const std::vector<std::string>& words, Io& io);

}  // namespace dobby::cli
