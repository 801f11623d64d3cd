#include "cli/man_page.h"

#include "cli/commands.h"
#include "cli/help.h"

namespace dobby::cli {
namespace {

/// Returns `text` such that roff prints it as it is.
std::string Roff(std::string_view text) {
  std::string roff;
  bool line_start = true;
  for (const char c : text) {
    // A dot or quote in front would be a request; \& is an empty character.
    if (line_start && (c == '.' || c == '\'')) roff += "\\&";
    line_start = c == '\n';
    switch (c) {
      case '\\':
        roff += "\\e";
        break;
      case '-':
        roff += "\\-";
        break;
      case '\'':
        roff += "\\(aq";
        break;
      case '~':
        roff += "\\(ti";
        break;
      case '`':
        roff += "\\(ga";
        break;
      case '^':
        roff += "\\(ha";
        break;
      default:
        roff += c;
    }
  }
  return roff;
}

std::string FlagEntry(const Flag& flag) {
  return ".TP\n.B " + Roff(SpellingOf(flag)) + "\n" + Roff(HelpOf(flag, true)) +
         "\n";
}

/// Where a flag is explained: once, though several commands take it.
std::string AllFlagEntries() {
  std::string roff = ".SH FLAGS\n";
  for (const Flag& flag : AllFlags()) roff += FlagEntry(flag);
  return roff;
}

std::string CommandSection(const Command& command) {
  std::string roff =
      ".SS " + Roff(UsageOf(command)) + "\n" + Roff(command.summary) + ".\n";
  if (!command.argument.name.empty()) {
    roff += ".TP\n.I " + Roff(command.argument.name) + "\n" +
            Roff(command.argument.help) + ".\n";
  }
  for (const std::string& paragraph : ParagraphsOf(command.details)) {
    roff += ".PP\n" + Roff(paragraph) + "\n";
  }
  roff += ".PP\nFlags:";
  for (const Flag* flag : FlagsOf(command.name)) {
    roff += (flag == FlagsOf(command.name).front() ? " " : ", ");
    roff += Roff("--" + std::string(flag->name));
  }
  roff += ".\n.PP\n.EX\n";
  for (const Example& example : ExamplesOf(command)) {
    roff += Roff(example.command) + "\n";
  }
  return roff + ".EE\n";
}

std::string Exits() {
  std::string roff = ".SH EXIT STATUS\n";
  for (const ExitStatusLine& line : ExitStatusLines()) {
    roff += ".TP\n.B " + Roff(line.status) + "\n" + Roff(line.meaning) + "\n";
  }
  return roff;
}

constexpr std::string_view kPlaces = R"(.SH CONFIGURATION
A setting is taken from the first place that has it: flags, variables, the
configuration of the user. The keys are the names of the flags, for example
.BR "agents = 4" .
A repository is not trusted: its
.I .dobby.toml
may only leave files out, with
.B include
and
.BR exclude .
.SH FILES
.TP
.I $XDG_STATE_HOME/dobby/indexes
The indexes, each in a folder of its own; by default below
.IR ~/.local/state .
.TP
.I .dobby
The index of
.BR "dobby index \-\-here" ,
in the folder that was indexed. One that dobby did not make is left alone.
.TP
.I $XDG_CONFIG_HOME/dobby/config.toml
The configuration of the user.
.TP
.I $XDG_DATA_HOME/dobby/models
The installed models; the variable
.B DOBBY_MODELS
names another folder.
)";

}  // namespace

std::string ManPage(std::string_view version) {
  std::string roff = ".TH DOBBY 1 \"\" \"dobby " + Roff(version) +
                     "\" \"User Commands\"\n.SH NAME\ndobby \\- two lines "
                     "about every part of a code base, by a small local "
                     "model\n.SH SYNOPSIS\n.B dobby\n.I COMMAND\n[FLAGS] "
                     "[ARGUMENTS]\n.SH COMMANDS\n";
  for (const Command& command : AllCommands()) roff += CommandSection(command);
  return roff + AllFlagEntries() + Exits() + std::string(kPlaces);
}

}  // namespace dobby::cli
