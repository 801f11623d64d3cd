#include "cli/completions.h"

#include <algorithm>
#include <vector>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/help.h"

namespace dobby::cli {
namespace {

/// A word that may stand where a command is expected, with its help.
struct Word {
  std::string name, help;
};

/// Returns the words after `dobby` (group "") or after `dobby model`.
std::vector<Word> WordsOf(std::string_view group) {
  std::vector<Word> words;
  for (const Command* command : CommandsOf(group)) {
    std::string name(command->name);
    std::string help(command->summary);
    if (!group.empty()) {
      name.erase(0, group.size() + 1);
    } else if (const auto space = name.find(' '); space != name.npos) {
      name.erase(space);
      help = "Commands about the " + name + "s";
    }
    if (words.empty() || words.back().name != name) {
      words.push_back({name, help});
    }
  }
  return words;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) {
    joined += (joined.empty() ? "" : " ") + word;
  }
  return joined;
}

std::string NamesOf(std::string_view group) {
  std::vector<std::string> names;
  for (const Word& word : WordsOf(group)) names.push_back(word.name);
  return Joined(names);
}

/// Returns the words that begin with a dash after this command.
std::vector<std::string> DashWords(std::string_view command) {
  std::vector<std::string> words;
  for (const Flag* flag : FlagsOf(command)) {
    words.push_back("--" + std::string(flag->name));
  }
  return words;
}

/// Returns `text` inside single quotes of a POSIX shell.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

bool TakesValue(const Flag& flag) { return flag.kind != ValueKind::kSwitch; }

bool TakesFiles(const Flag& flag) {
  return flag.kind == ValueKind::kPath || flag.id == FlagId::kModel ||
         flag.id == FlagId::kAnswers;
}

std::string ArgumentChoices(const Command& command) {
  std::string choices(command.argument.choices);
  std::replace(choices.begin(), choices.end(), '|', ' ');
  return choices;
}

std::string BashValueCases() {
  std::string cases;
  for (const Flag& flag : AllFlags()) {
    if (!TakesValue(flag)) continue;
    cases += "    --" + std::string(flag.name);
    if (flag.letter) cases += std::string("|-") + flag.letter;
    cases += ") ";
    if (TakesFiles(flag)) {
      cases += "compopt -o default; COMPREPLY=()";
    } else {
      cases += "COMPREPLY=($(compgen -W " + Quoted(Joined(ChoicesOf(flag))) +
               " -- \"$word\"))";
    }
    cases += "; return ;;\n";
  }
  return cases;
}

std::string BashCommandCases() {
  std::string cases;
  for (const Command& command : AllCommands()) {
    cases += "    " + Quoted(command.name) +
             ") flags=" + Quoted(Joined(DashWords(command.name))) +
             " args=" + Quoted(ArgumentChoices(command)) + " ;;\n";
  }
  return cases;
}

/// Returns the words that name groups: "model".
std::vector<std::string> Groups() {
  std::vector<std::string> groups;
  for (const Word& word : WordsOf("")) {
    if (!FindCommand(word.name)) groups.push_back(word.name);
  }
  return groups;
}

/// Returns the `_arguments` specification of a flag for zsh.
std::string ZshFlag(const Flag& flag) {
  std::string help = HelpOf(flag, false);
  for (const char special : {'[', ']', ':'}) {
    std::replace(help.begin(), help.end(), special, ' ');
  }
  std::string value;
  if (TakesValue(flag)) {
    value = ":" + std::string(flag.value) + ":";
    if (flag.kind == ValueKind::kChoice) {
      value += "(" + Joined(ChoicesOf(flag)) + ")";
    } else if (TakesFiles(flag)) {
      value += "_files";
    }
  }
  const std::string repeat = flag.kind == ValueKind::kPatterns ? "*" : "";
  std::string specs =
      Quoted(repeat + "--" + std::string(flag.name) + "[" + help + "]" + value);
  if (flag.letter) {
    specs +=
        " " + Quoted(std::string("-") + flag.letter + "[" + help + "]" + value);
  }
  return specs;
}

std::string ZshArgument(const Command& command) {
  if (command.argument.name.empty()) return "";
  std::string action = "_files";
  if (!command.argument.choices.empty()) {
    action = "(" + ArgumentChoices(command) + ")";
  } else if (!command.argument.is_path) {
    action = "";
  }
  return " " + Quoted("*:" + std::string(command.argument.name) + ":" + action);
}

std::string ZshDescribe(std::string_view group) {
  std::string words;
  for (const Word& word : WordsOf(group)) {
    words += " " + Quoted(word.name + ":" + word.help);
  }
  return "words=(" + words + " ); _describe command words";
}

std::string FishLine(const std::string& condition, const std::string& rest) {
  return "complete -c dobby -n " + Quoted(condition) + " " + rest + "\n";
}

std::string FishFlag(const std::string& condition, const Flag& flag) {
  std::string rest = "-l " + std::string(flag.name);
  if (flag.letter) rest += std::string(" -s ") + flag.letter;
  if (flag.kind == ValueKind::kChoice) {
    rest += " -x -a " + Quoted(Joined(ChoicesOf(flag)));
  } else if (TakesFiles(flag)) {
    rest += " -r -F";
  } else if (TakesValue(flag)) {
    rest += " -x";
  }
  return FishLine(condition, rest + " -d " + Quoted(HelpOf(flag, false)));
}

/// Returns the fish condition that `command` was typed.
std::string FishSeen(const Command& command) {
  std::string condition;
  std::string name(command.name);
  for (std::size_t at; !name.empty(); name.erase(0, at + 1)) {
    at = std::min(name.find(' '), name.size() - 1);
    const std::string word = name.substr(0, name.find(' '));
    condition += (condition.empty() ? "" : "; and ") +
                 std::string("__fish_seen_subcommand_from ") + word;
    if (name.find(' ') == std::string::npos) break;
  }
  return condition;
}

}  // namespace

std::string BashCompletions() {
  std::string groups;
  for (const std::string& group : Groups()) {
    groups += "      " + group + ") next=" + Quoted(NamesOf(group)) + " ;;\n";
  }
  return "# bash completion of dobby, made by `dobby completions bash`\n"
         "_dobby() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_"
         "CWORD-1]}\n"
         "  local command='' next=" +
         Quoted(NamesOf("")) + " flags=" + Quoted(Joined(DashWords(""))) +
         " args='' i\n"
         "  case $before in\n" +
         BashValueCases() +
         "  esac\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    [[ ${COMP_WORDS[i]} == -* || -z $next ]] && continue\n"
         "    command+=${command:+ }${COMP_WORDS[i]}\n"
         "    case $command in\n" +
         groups +
         "      *) next='' ;;\n"
         "    esac\n"
         "  done\n"
         "  case $command in\n" +
         BashCommandCases() +
         "  esac\n"
         "  if [[ $word == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$flags\" -- \"$word\"))\n"
         "  elif [[ -n $next$args ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$next $args\" -- \"$word\"))\n"
         "  else\n"
         "    compopt -o default; COMPREPLY=()\n"
         "  fi\n"
         "}\n"
         "complete -F _dobby dobby\n";
}

std::string ZshCompletions() {
  std::string text =
      "#compdef dobby\n"
      "# zsh completion of dobby, made by `dobby completions zsh`\n"
      "_dobby() {\n"
      "  local command=${words[2]}\n"
      "  (( CURRENT == 2 )) && { _dobby_words; return }\n"
      "  shift words; (( CURRENT-- ))\n"
      "  case $command in\n";
  for (const std::string& group : Groups()) {
    text += "    " + group + ")\n      (( CURRENT == 2 )) && { _dobby_words_" +
            group +
            "; return }\n      command=\"$command ${words[2]}\"\n"
            "      shift words; (( CURRENT-- )) ;;\n";
  }
  text += "  esac\n  case $command in\n";
  for (const Command& command : AllCommands()) {
    text += "    " + Quoted(command.name) + ")\n      _arguments -s";
    for (const Flag* flag : FlagsOf(command.name)) {
      text += " \\\n        " + ZshFlag(*flag);
    }
    text += ZshArgument(command) + " ;;\n";
  }
  text += "  esac\n}\n";
  std::vector<std::string> places = Groups();
  places.insert(places.begin(), "");
  for (const std::string& group : places) {
    text += "_dobby_words" + (group.empty() ? "" : "_" + group) +
            "() {\n  local -a words\n  " + ZshDescribe(group) + "\n}\n";
  }
  // Loaded by name from a folder of $fpath, or sourced.
  return text +
         "if [[ $funcstack[1] == _dobby ]]; then _dobby \"$@\"; else compdef "
         "_dobby dobby; fi\n";
}

std::string FishCompletions() {
  std::string text =
      "# fish completion of dobby, made by `dobby completions fish`\n"
      "complete -c dobby -f\n";
  for (const Word& word : WordsOf("")) {
    text += FishLine("__fish_use_subcommand",
                     "-a " + word.name + " -d " + Quoted(word.help));
  }
  for (const std::string& group : Groups()) {
    for (const Word& word : WordsOf(group)) {
      text += FishLine("__fish_seen_subcommand_from " + group +
                           "; and not __fish_seen_subcommand_from " +
                           NamesOf(group),
                       "-a " + word.name + " -d " + Quoted(word.help));
    }
  }
  for (const Flag* flag : FlagsOf("")) {
    text += FishFlag("__fish_use_subcommand", *flag);
  }
  for (const Command& command : AllCommands()) {
    const std::string seen = FishSeen(command);
    for (const Flag* flag : FlagsOf(command.name)) {
      text += FishFlag(seen, *flag);
    }
    if (!command.argument.choices.empty()) {
      text += FishLine(seen, "-a " + Quoted(ArgumentChoices(command)));
    } else if (!command.argument.name.empty() && command.argument.is_path) {
      text += FishLine(seen, "-F");
    }
  }
  return text;
}

}  // namespace dobby::cli
