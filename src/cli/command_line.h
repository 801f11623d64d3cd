// Parses a command line into a command and its flags.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/settings.h"
#include "dobby/result.h"

namespace dobby::cli {

/// What the user asked for.
struct CommandLine {
  enum class Wants { kRun, kShortHelp, kLongHelp, kVersion, kMan };

  Wants wants = Wants::kRun;
  std::string command;  ///< "" for `dobby` itself, "model" for its group.
  FlagTexts flags;
  std::vector<std::string> args;
};

/// Reads the words after the program's name. With `wants` kRun the command
/// exists and has as many arguments as it may have. Errors: kUsage, with a
/// suggestion.
Result<CommandLine> ParseCommandLine(const std::vector<std::string>& words);

/// Returns the commands of a group, like `model`; for "" all commands.
std::vector<const Command*> CommandsOf(std::string_view group);

}  // namespace dobby::cli
