// Shell completions, made from the tables of commands and flags.
#pragma once

#include <string>

namespace dobby::cli {

std::string BashCompletions();
std::string ZshCompletions();
std::string FishCompletions();

}  // namespace dobby::cli
