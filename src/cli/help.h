// Help texts, made from the tables of commands and flags.
#pragma once

#include <string>
#include <string_view>

#include "cli/commands.h"

namespace dobby::cli {

/// Returns the help of `dobby` (""), of a group ("model") or of a command. The
/// short form has one line for each flag, the long one all details.
std::string HelpOf(std::string_view command, bool long_form);

/// Returns "dobby index [FLAGS] [PATH]".
std::string UsageOf(const Command& command);

/// Returns "-j, --threads N"; without a letter, "--agents N".
std::string SpellingOf(const Flag& flag);

/// Returns the help of a flag with its choices and its default.
std::string HelpOf(const Flag& flag, bool long_form);

/// One line of Command::examples.
struct Example {
  std::string command;
  std::string comment;  ///< May be empty.
};
std::vector<Example> ExamplesOf(const Command& command);

/// Returns the paragraphs of a text.
std::vector<std::string> ParagraphsOf(std::string_view text);

/// The exit statuses, for help and manual.
struct ExitStatusLine {
  std::string_view status, meaning;
};
std::span<const ExitStatusLine> ExitStatusLines();

}  // namespace dobby::cli
