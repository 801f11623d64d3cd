#include "cli/help.h"

#include <algorithm>
#include <sstream>

#include "cli/command_line.h"

namespace dobby::cli {
namespace {

constexpr std::size_t kColumns = 80;

constexpr ExitStatusLine kExitStatuses[] = {
    {"0", "done"},
    {"1", "nothing found, or stale under `status --exit-code`"},
    {"2", "wrong usage, or an error"},
    {"3", "done, but for some files or chunks"},
    {"4", "the model is missing or corrupt"},
    {"130", "interrupted; finished work is kept"},
};

constexpr std::string_view kStart =
    "dobby index            # summarise the current folder\n"
    "dobby tree             # read the summaries\n"
    "dobby search parser    # find some\n"
    "dobby doctor           # when something does not work\n";

/// Returns `text` in lines of 80 columns, each after `indent` spaces.
std::string Wrap(std::string_view text, std::size_t indent) {
  std::istringstream words{std::string(text)};
  std::string lines, line;
  const auto end_line = [&] {
    if (!line.empty()) lines += std::string(indent, ' ') + line + "\n";
    line.clear();
  };
  for (std::string word; words >> word;) {
    if (indent + line.size() + 1 + word.size() > kColumns) end_line();
    line += (line.empty() ? "" : " ") + word;
  }
  end_line();
  return lines;
}

/// Returns rows of a name and a text, the texts below each other.
std::string Table(
    const std::vector<std::pair<std::string, std::string>>& rows) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.first.size());
  std::string table;
  for (const auto& [name, text] : rows) {
    std::string lines = Wrap(text, width + 4);
    lines.replace(0, std::min(lines.size(), width + 4),
                  "  " + name + std::string(width + 2 - name.size(), ' '));
    table += lines;
  }
  return table;
}

std::string FlagLines(std::string_view command, bool long_form) {
  std::string text = "\nFlags:\n";
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Flag* flag : FlagsOf(command)) {
    const std::string indent = flag->letter ? "" : "    ";
    if (long_form) {
      text += "  " + indent + SpellingOf(*flag) + "\n" +
              Wrap(HelpOf(*flag, true), 10);
    } else {
      rows.emplace_back(indent + SpellingOf(*flag), HelpOf(*flag, false));
    }
  }
  return text + Table(rows);
}

std::string ExampleLines(const Command& command) {
  std::string text = "\nExamples:\n";
  for (const Example& example : ExamplesOf(command)) {
    if (!example.comment.empty()) text += "  # " + example.comment + "\n";
    text += "  " + example.command + "\n";
  }
  return text;
}

std::string HelpOfGroup(std::string_view group, bool long_form) {
  std::string text =
      group.empty()
          ? "dobby: two lines about every part of a code base, by a small "
            "local model\n\nUsage: dobby COMMAND [FLAGS] [ARGUMENTS]\n"
          : "Usage: dobby " + std::string(group) +
                " COMMAND [FLAGS] [ARGUMENTS]\n";
  text += "\nCommands:\n";
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Command* command : CommandsOf(group)) {
    rows.emplace_back(command->name, command->summary);
  }
  text += Table(rows);
  if (!group.empty()) return text;
  text += FlagLines("", long_form);
  text += "\nStart here:\n";
  for (const Example& example : ExamplesOf({.examples = kStart})) {
    text += "  " + example.command +
            std::string(23 - example.command.size(), ' ') + "# " +
            example.comment + "\n";
  }
  if (long_form) {
    rows.clear();
    for (const ExitStatusLine& line : kExitStatuses) {
      rows.emplace_back(line.status, line.meaning);
    }
    text += "\nExit status:\n" + Table(rows);
  }
  return text + "\n`dobby COMMAND --help` says more about a command.\n";
}

std::string Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return "";
  return std::string(
      text.substr(begin, text.find_last_not_of(' ') + 1 - begin));
}

}  // namespace

std::string UsageOf(const Command& command) {
  std::string usage = "dobby " + std::string(command.name) + " [FLAGS]";
  const Argument& takes = command.argument;
  if (takes.name.empty()) return usage;
  std::string name(takes.name);
  if (takes.most > 1) name += "...";
  return usage + " " + (takes.least == 0 ? "[" + name + "]" : name);
}

std::string SpellingOf(const Flag& flag) {
  std::string text;
  if (flag.letter) text = std::string("-") + flag.letter + ", ";
  text += "--" + std::string(flag.name);
  if (!flag.value.empty()) text += " " + std::string(flag.value);
  return text;
}

std::string HelpOf(const Flag& flag, bool long_form) {
  std::string text(flag.help);
  if (!long_form)
    return text.substr(0, text.find(". ")) +
           (text.find(". ") == std::string::npos ? "" : ".");
  if (!flag.choices.empty()) {
    std::string all;
    for (const std::string& choice : ChoicesOf(flag)) {
      all += (all.empty() ? "" : ", ") + choice;
    }
    text += " One of: " + all + ".";
  }
  if (flag.kind != ValueKind::kSwitch && !flag.initial.empty()) {
    text += " Default: " + std::string(flag.initial) + ".";
  }
  if (flag.scope != Scope::kCommandLine) {
    text += " Variable: " + EnvironmentName(flag) + ".";
  }
  return text;
}

std::vector<Example> ExamplesOf(const Command& command) {
  std::vector<Example> examples;
  std::istringstream lines{std::string(command.examples)};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t mark = line.find("  # ");
    Example example{Trimmed(line.substr(0, mark)), ""};
    if (mark != std::string::npos) example.comment = line.substr(mark + 4);
    examples.push_back(std::move(example));
  }
  return examples;
}

std::vector<std::string> ParagraphsOf(std::string_view text) {
  std::vector<std::string> paragraphs;
  while (!text.empty()) {
    const std::size_t end = text.find("\n\n");
    paragraphs.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 2);
  }
  return paragraphs;
}

std::span<const ExitStatusLine> ExitStatusLines() { return kExitStatuses; }

std::string HelpOf(std::string_view name, bool long_form) {
  const Command* command = FindCommand(name);
  if (!command) return HelpOfGroup(name, long_form);
  std::string text = "dobby " + std::string(name) + ": " +
                     std::string(command->summary) +
                     "\n\nUsage: " + UsageOf(*command) + "\n";
  if (!command->argument.name.empty()) {
    text += "\nArguments:\n" + Table({{std::string(command->argument.name),
                                       std::string(command->argument.help)}});
  }
  if (long_form) {
    for (const std::string& paragraph : ParagraphsOf(command->details)) {
      text += "\n" + Wrap(paragraph, 0);
    }
  }
  text += FlagLines(name, long_form) + ExampleLines(*command);
  if (!long_form) {
    text += "\n`dobby " + std::string(name) + " --help` says more.\n";
  }
  return text;
}

}  // namespace dobby::cli
