#include "cli/command_line.h"

#include "gtest/gtest.h"

namespace dobby::cli {
namespace {

using Words = std::vector<std::string>;

TEST(ParseCommandLine, ReadsFlagsAndArguments) {
  struct Case {
    const char* name;
    Words words;
    const char* command;
    FlagTexts flags;
    Words args;
  };
  for (const Case& c : {
           Case{"bare", {"index"}, "index", {}, {}},
           Case{"value after a space",
                {"index", "--agents", "4", "src"},
                "index",
                {{FlagId::kAgents, {"4"}}},
                {"src"}},
           Case{"value after =",
                {"index", "--agents=4"},
                "index",
                {{FlagId::kAgents, {"4"}}},
                {}},
           Case{"short, glued",
                {"index", "-j2"},
                "index",
                {{FlagId::kThreads, {"2"}}},
                {}},
           Case{"repeated",
                {"index", "--exclude", "a", "x", "--exclude", "b"},
                "index",
                {{FlagId::kExclude, {"a", "b"}}},
                {"x"}},
           Case{"switches together",
                {"index", "-nq"},
                "index",
                {{FlagId::kDryRun, {"true"}}, {FlagId::kQuiet, {"true"}}},
                {}},
           Case{"flag before the command",
                {"-q", "tree"},
                "tree",
                {{FlagId::kQuiet, {"true"}}},
                {}},
           Case{"two words",
                {"model", "import", "x.gguf", "--bits", "4"},
                "model import",
                {{FlagId::kBits, {"4"}}},
                {"x.gguf"}},
           Case{"a command's name as an argument",
                {"search", "index", "tree"},
                "search",
                {},
                {"index", "tree"}},
           Case{"after --",
                {"search", "--", "--json"},
                "search",
                {},
                {"--json"}},
       }) {
    const auto line = ParseCommandLine(c.words);
    ASSERT_TRUE(line) << c.name << ": " << line.error().ToString();
    EXPECT_EQ(line->command, c.command) << c.name;
    EXPECT_EQ(line->flags, c.flags) << c.name;
    EXPECT_EQ(line->args, c.args) << c.name;
  }
}

TEST(ParseCommandLine, FindsOutWhichHelpIsWanted) {
  using Wants = CommandLine::Wants;
  struct Case {
    Words words;
    Wants wants;
    const char* command;
  };
  for (const Case& c :
       {Case{{"-h"}, Wants::kShortHelp, ""},
        Case{{"help"}, Wants::kLongHelp, ""},
        Case{{"help", "tree"}, Wants::kLongHelp, "tree"},
        Case{{"tree", "--bogus", "--help"}, Wants::kLongHelp, "tree"},
        Case{{"model", "-h"}, Wants::kShortHelp, "model"},
        Case{{"--version"}, Wants::kVersion, ""},
        Case{{"--man"}, Wants::kMan, ""}}) {
    const auto line = ParseCommandLine(c.words);
    ASSERT_TRUE(line) << c.words.front();
    EXPECT_EQ(line->wants, c.wants) << c.words.front();
    EXPECT_EQ(line->command, c.command) << c.words.front();
  }
}

TEST(ParseCommandLine, SaysWhatIsWrongAndWhatWasMeant) {
  struct Case {
    Words words;
    const char* want;  ///< Part of the message.
  };
  for (const Case& c :
       {Case{{}, "say which command"}, Case{{"model"}, "say which command"},
        Case{{"indx"}, "did you mean index?"},
        Case{{"zebra"}, "there is no such command; `dobby --help`"},
        Case{{"model", "improt"}, "did you mean model import?"},
        Case{{"index", "--agent", "3"}, "did you mean --agents?"},
        Case{{"tree", "--agents", "3"},
             "one of: dobby index, worker, eval, bench"},
        Case{{"index", "-Z"}, "no such flag"},
        Case{{"index", "--agents"}, "--agents"}, Case{{"show"}, "needs PATH"},
        Case{{"tree", "a", "b"}, "takes no argument \"b\""},
        Case{{"doctor", "now"}, "takes no argument \"now\""},
        Case{{"completions", "tcsh"}, "not one of bash|zsh|fish"}}) {
    const auto line = ParseCommandLine(c.words);
    ASSERT_FALSE(line) << c.want;
    EXPECT_EQ(line.error().code, ErrorCode::kUsage);
    EXPECT_NE(line.error().ToString().find(c.want), std::string::npos)
        << line.error().ToString();
  }
}

}  // namespace
}  // namespace dobby::cli
