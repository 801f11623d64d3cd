// The table of all commands of `dobby`: names, arguments and functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/flags.h"
#include "cli/io.h"
#include "cli/settings.h"

namespace dobby::cli {

/// A positional argument.
struct Argument {
  std::string_view name;  ///< "PATH"; empty: the command takes none.
  std::string_view help;
  std::size_t least = 0, most = 1;  ///< How many arguments are allowed.
  std::string_view choices = {};    ///< '|' between them; empty: anything.
  bool is_path = true;              ///< For the completions.
};

/// A command as the user gave it.
struct Invocation {
  Settings settings;
  std::vector<std::string> args;  ///< As many as its Argument allows.

  /// Returns the first argument, or `fallback` without one.
  std::string Path(std::string_view fallback) const {
    return args.empty() ? std::string(fallback) : args.front();
  }
};

struct Command {
  std::string_view name;     ///< "index", "model import".
  std::string_view summary;  ///< One sentence, no full stop.
  Argument argument;
  std::span<const FlagId> flags;  ///< Besides those of every command.
  std::string_view details;       ///< Paragraphs of `--help` and the man page.
  std::string_view examples;      ///< Lines "command  # what it does".
  bool keeps_work = false;  ///< Ctrl-C requests a stop instead of ending the
                            ///< process.
  int (*run)(const Invocation&, Io&) = nullptr;
};

std::span<const Command> AllCommands();

/// Returns the command called `name`, or null.
const Command* FindCommand(std::string_view name);

/// Returns whether `command` ("model import"; "" for `dobby` itself) takes
/// the flag.
bool Takes(std::string_view command, const Flag& flag);

/// Returns the flags of a command in order of help.
std::vector<const Flag*> FlagsOf(std::string_view command);

// One per file, named <name>_command.cc. Each returns an exit status.
int RunIndex(const Invocation& invocation, Io& io);
int RunShow(const Invocation& invocation, Io& io);
int RunTree(const Invocation& invocation, Io& io);
int RunSearch(const Invocation& invocation, Io& io);
int RunStatus(const Invocation& invocation, Io& io);
int RunExport(const Invocation& invocation, Io& io);
int RunVerify(const Invocation& invocation, Io& io);
int RunWorker(const Invocation& invocation, Io& io);
int RunModelList(const Invocation& invocation, Io& io);
int RunModelImport(const Invocation& invocation, Io& io);
int RunModelVerify(const Invocation& invocation, Io& io);
int RunTokens(const Invocation& invocation, Io& io);
int RunLogits(const Invocation& invocation, Io& io);
int RunEval(const Invocation& invocation, Io& io);
int RunRate(const Invocation& invocation, Io& io);
int RunBench(const Invocation& invocation, Io& io);
int RunDoctor(const Invocation& invocation, Io& io);
int RunConfig(const Invocation& invocation, Io& io);
int RunCompletions(const Invocation& invocation, Io& io);

}  // namespace dobby::cli
