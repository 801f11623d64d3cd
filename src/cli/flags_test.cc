#include "cli/flags.h"

#include <algorithm>
#include <functional>
#include <set>

#include "cli/commands.h"
#include "cli/settings.h"
#include "gtest/gtest.h"

namespace dobby::cli {
namespace {

TEST(FlagTable, RowsStandWhereTheirIdsSay) {
  std::size_t row = 0;
  for (const Flag& flag : AllFlags()) {
    EXPECT_EQ(static_cast<std::size_t>(flag.id), row++) << flag.name;
    EXPECT_EQ(&FlagOf(flag.id), &flag);
  }
}

TEST(FlagTable, DefaultsAreValid) {
  for (const Flag& flag : AllFlags()) {
    if (flag.initial.empty()) continue;
    EXPECT_TRUE(ParseValue(flag, flag.initial)) << flag.name;
  }
}

TEST(FlagTable, EveryFlagIsWholeAndBelongsToCommands) {
  for (const Flag& flag : AllFlags()) {
    EXPECT_EQ(flag.kind == ValueKind::kSwitch, flag.value.empty()) << flag.name;
    EXPECT_EQ(flag.kind == ValueKind::kChoice, !flag.choices.empty())
        << flag.name;
    EXPECT_EQ(flag.help.back(), '.') << flag.name;
    std::size_t users = Takes("", flag);
    for (const Command& command : AllCommands()) {
      users += Takes(command.name, flag);
    }
    EXPECT_GT(users, 0u) << flag.name;
  }
}

TEST(FlagTable, CommandsDeclareEachFlagOnceInOrderOfHelp) {
  for (const Command& command : AllCommands()) {
    EXPECT_TRUE(std::is_sorted(command.flags.begin(), command.flags.end(),
                               std::less_equal<>()))
        << command.name;
  }
}

TEST(FlagTable, NamesAndLettersAreUniqueInACommand) {
  for (const Command& command : AllCommands()) {
    std::set<std::string_view> names;
    std::set<char> letters;
    for (const Flag* flag : FlagsOf(command.name)) {
      EXPECT_TRUE(names.insert(flag->name).second) << flag->name;
      if (flag->letter == 0) continue;
      EXPECT_TRUE(letters.insert(flag->letter).second)
          << command.name << " -" << flag->letter;
    }
  }
}

TEST(ParseValue, ReadsUnitsAndRefusesTheRest) {
  constexpr std::uint64_t kBad = ~0ull;
  struct Case {
    const char* name;
    FlagId id;
    const char* text;
    std::uint64_t want;
  };
  for (const Case& c : {
           Case{"bytes", FlagId::kMemoryBudget, "100", 100},
           Case{"kibibytes", FlagId::kMemoryBudget, "2K", 2048},
           Case{"long unit", FlagId::kMemoryBudget, "1GiB", 1u << 30},
           Case{"unknown unit", FlagId::kMemoryBudget, "1T", kBad},
           Case{"negative", FlagId::kMemoryBudget, "-1", kBad},
           Case{"overflow", FlagId::kMemoryBudget, "99999999999999999999G",
                kBad},
           Case{"seconds", FlagId::kTimeout, "30", 30000},
           Case{"milliseconds", FlagId::kTimeout, "250ms", 250},
           Case{"minutes", FlagId::kTimeout, "5m", 300000},
           Case{"no number", FlagId::kTimeout, "soon", kBad},
           Case{"count", FlagId::kAgents, "10", 10},
           Case{"too few", FlagId::kAgents, "0", kBad},
           Case{"too many", FlagId::kAgents, "257", kBad},
           Case{"trailing letters", FlagId::kAgents, "10x", kBad},
           Case{"empty", FlagId::kAgents, "", kBad},
           Case{"choice", FlagId::kEngine, "fast", 0},
           Case{"no choice", FlagId::kEngine, "faster", kBad},
           Case{"on", FlagId::kHidden, "yes", 1},
           Case{"off", FlagId::kHidden, "false", 0},
           Case{"maybe", FlagId::kHidden, "maybe", kBad},
       }) {
    const auto value = ParseValue(FlagOf(c.id), c.text);
    if (c.want == kBad) {
      EXPECT_FALSE(value) << c.name;
    } else {
      ASSERT_TRUE(value) << c.name;
      EXPECT_EQ(*value, c.want) << c.name;
    }
  }
}

}  // namespace
}  // namespace dobby::cli
