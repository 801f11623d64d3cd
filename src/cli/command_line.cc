#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/spelling.h"

namespace dobby::cli {
namespace {

using Words = std::vector<std::string>;

bool LooksLikeFlag(std::string_view word) {
  return word.size() > 1 && word[0] == '-';
}

/// Returns -h, --help, --version or --man among the words before "--".
CommandLine::Wants WantsOf(const Words& words) {
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word == "-h") return CommandLine::Wants::kShortHelp;
    if (word == "--help") return CommandLine::Wants::kLongHelp;
  }
  return CommandLine::Wants::kRun;
}

/// Takes the command's name out of the words: the first one that is no flag,
/// and the next one too where the first names a group.
std::string TakeCommandName(Words* words) {
  auto at = std::find_if_not(words->begin(), words->end(), LooksLikeFlag);
  if (at == words->end()) return "";
  std::string name = *at;
  at = words->erase(at);
  if (FindCommand(name) || CommandsOf(name).empty()) return name;
  at = std::find_if_not(at, words->end(), LooksLikeFlag);
  if (at == words->end()) return name;
  name += " " + *at;
  words->erase(at);
  return name;
}

Error UnknownCommand(const std::string& name) {
  Words known;
  for (const Command& command : AllCommands()) known.emplace_back(command.name);
  return {ErrorCode::kUsage,
          "there is no such command" + DidYouMean(name, known, "") +
              "; `dobby --help` lists them",
          name};
}

Error UnknownFlag(const std::string& command, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  Words known;
  for (const Flag* flag : FlagsOf(command)) known.emplace_back(flag->name);
  const Flag* elsewhere =
      name.size() > 2 ? FindFlag(std::string_view(name).substr(2)) : nullptr;
  std::string hint = DidYouMean(
      name.substr(std::min<std::size_t>(2, name.size())), known, "--");
  std::string users;
  for (const Command& other : AllCommands()) {
    if (!elsewhere || !Takes(other.name, *elsewhere)) continue;
    users += (users.empty() ? "" : ", ") + std::string(other.name);
  }
  if (!users.empty()) hint = "; it is one of: dobby " + users;
  return {ErrorCode::kUsage,
          "`dobby " + command + "` has no such flag" + hint + "; see `dobby " +
              command + " -h`",
          name};
}

Result<void> CheckArguments(const Command& command, const Words& args) {
  const Argument& takes = command.argument;
  const std::string see = "; see `dobby " + std::string(command.name) + " -h`";
  if (args.size() < takes.least) {
    return Error{ErrorCode::kUsage, "needs " + std::string(takes.name) + see,
                 "dobby " + std::string(command.name)};
  }
  const std::size_t most = takes.name.empty() ? 0 : takes.most;
  if (args.size() > most) {
    return Error{ErrorCode::kUsage,
                 "takes no argument \"" + args[most] + "\"" + see,
                 "dobby " + std::string(command.name)};
  }
  const std::string all = "|" + std::string(takes.choices) + "|";
  if (!takes.choices.empty() &&
      all.find("|" + args[0] + "|") == std::string::npos) {
    return Error{
        ErrorCode::kUsage,
        "\"" + args[0] + "\" is not one of " + std::string(takes.choices),
        std::string(takes.name)};
  }
  return {};
}

/// Gives CLI11 the flags of one command and reads the words with it.
class Parser {
 public:
  explicit Parser(const std::string& command) : command_(command) {
    app_.set_help_flag();
    app_.allow_extras();
    for (const Flag* flag : FlagsOf(command)) Add(*flag);
    app_.add_option("arguments", args_);
  }

  Result<void> Parse(Words words) {
    std::reverse(words.begin(), words.end());  // As CLI11 wants them.
    try {
      app_.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
      return Error{
          ErrorCode::kUsage,
          std::string(error.what()) + "; see `dobby " + command_ + " -h`", ""};
    }
    for (const std::string& extra : app_.remaining()) {
      if (extra != "--" && LooksLikeFlag(extra))
        return UnknownFlag(command_, extra);
    }
    return {};
  }

  FlagTexts flags() const {
    FlagTexts texts;
    for (const auto& [id, option] : options_) {
      if (option->count() > 0) texts[id] = option->results();
    }
    return texts;
  }
  const Words& args() const { return args_; }

 private:
  void Add(const Flag& flag) {
    std::string names = "--" + std::string(flag.name);
    if (flag.letter) names = std::string("-") + flag.letter + "," + names;
    CLI::Option* option = nullptr;
    if (flag.kind == ValueKind::kSwitch) {
      option = app_.add_flag(names);
    } else {
      option = app_.add_option(names, texts_[flag.id]);
      option->allow_extra_args(false)->type_name(std::string(flag.value));
    }
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    options_[flag.id] = option;
  }

  std::string command_;
  CLI::App app_;
  std::map<FlagId, CLI::Option*> options_;
  FlagTexts texts_;
  Words args_;
};

/// `dobby` without a command, or a group without one: only help is left.
Result<CommandLine> WithoutCommand(CommandLine line, const Words& words) {
  if (line.wants != CommandLine::Wants::kRun) return line;
  Parser parser("");
  if (auto parsed = parser.Parse(words); !parsed) return parsed.error();
  const FlagTexts flags = parser.flags();
  if (flags.contains(FlagId::kVersion)) {
    line.wants = CommandLine::Wants::kVersion;
  } else if (flags.contains(FlagId::kMan)) {
    line.wants = CommandLine::Wants::kMan;
  } else {
    return Error{ErrorCode::kUsage,
                 "say which command; `dobby " + line.command +
                     (line.command.empty() ? "" : " ") + "--help` lists them",
                 ""};
  }
  return line;
}

}  // namespace

std::vector<const Command*> CommandsOf(std::string_view group) {
  std::vector<const Command*> commands;
  for (const Command& command : AllCommands()) {
    if (group.empty() ||
        command.name.substr(0, command.name.find(' ')) == group) {
      commands.push_back(&command);
    }
  }
  return commands;
}

Result<CommandLine> ParseCommandLine(const Words& words) {
  Words rest = words;
  CommandLine line;
  line.wants = WantsOf(rest);
  line.command = TakeCommandName(&rest);
  if (line.command.rfind("help", 0) == 0 && line.command.size() == 4) {
    line.wants = CommandLine::Wants::kLongHelp;
    line.command = TakeCommandName(&rest);
  }
  const Command* command = FindCommand(line.command);
  if (!command) {
    if (CommandsOf(line.command).empty()) return UnknownCommand(line.command);
    return WithoutCommand(std::move(line), rest);
  }
  if (line.wants != CommandLine::Wants::kRun) return line;
  Parser parser(line.command);
  if (auto parsed = parser.Parse(rest); !parsed) return parsed.error();
  line.flags = parser.flags();
  line.args = parser.args();
  if (auto checked = CheckArguments(*command, line.args); !checked) {
    return checked.error();
  }
  return line;
}

}  // namespace dobby::cli
