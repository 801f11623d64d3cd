#include "cli/cli.h"

#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <utility>

#include "cli/command_line.h"
#include "cli/help.h"
#include "cli/man_page.h"
#include "dobby/engine.h"

namespace dobby::cli {
namespace {

/// Returns the folder whose repository configuration counts: that of the
/// path a command works on, else the current one.
std::string FolderOf(const Command& command, const CommandLine& line) {
  const bool has_path = !line.args.empty() && command.argument.is_path;
  std::filesystem::path path = has_path ? line.args.front() : ".";
  std::error_code code;
  if (!std::filesystem::is_directory(path, code)) path = path.parent_path();
  return path.empty() ? "." : path.string();
}

bool WantsColor(const Settings& settings, bool terminal) {
  const std::string when = settings.Text(FlagId::kColor);
  if (when != "auto") return when == "always";
  const char* no_color = std::getenv("NO_COLOR");
  return terminal && (no_color == nullptr || *no_color == '\0');
}

int PrintVersion(Io& io) {
  io.out << "dobby " << DOBBY_VERSION << " (ONNX Runtime "
         << OnnxRuntimeVersion() << ")\n";
  return kOk;
}

int RunCommand(CommandLine line, Io& io) {
  const Command& command = *FindCommand(line.command);
  // Known before the settings, so that their errors show themselves rightly.
  io.json = line.flags.contains(FlagId::kJson);
  io.quiet = line.flags.contains(FlagId::kQuiet);
  std::vector<std::string> warnings;
  auto settings =
      ResolveSettings(line.flags, FolderOf(command, line), &warnings);
  for (const std::string& warning : warnings) Warn(io, warning);
  if (!settings) return Fail(io, settings.error());
  io.json = settings->On(FlagId::kJson);
  if (settings->Texts(FlagId::kModel).size() > 1 && command.name != "eval") {
    return Fail(io, {ErrorCode::kUsage,
                     "is given more than once; only `eval` "
                     "takes several models",
                     "--model"});
  }
  io.color = WantsColor(*settings, io.out_is_terminal);
  // Confine calls it: after the sandbox, which must come before any thread.
  if (!command.keeps_work) io.catch_interrupts = nullptr;
  return command.run({*std::move(settings), std::move(line.args)}, io);
}

}  // namespace

int RunCli(const std::vector<std::string>& words, Io& io) {
  auto line = ParseCommandLine(words);
  if (!line) return Fail(io, line.error());
  switch (line->wants) {
    case CommandLine::Wants::kShortHelp:
    case CommandLine::Wants::kLongHelp:
      io.out << HelpOf(line->command,
                       line->wants == CommandLine::Wants::kLongHelp);
      return kOk;
    case CommandLine::Wants::kVersion:
      return PrintVersion(io);
    case CommandLine::Wants::kMan:
      io.out << ManPage(DOBBY_VERSION);
      return kOk;
    case CommandLine::Wants::kRun:
      break;
  }
  return RunCommand(*std::move(line), io);
}

}  // namespace dobby::cli
