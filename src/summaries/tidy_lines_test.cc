#include "summaries/tidy_lines.h"

#include <gtest/gtest.h>

#include "dobby/summary.h"

namespace dobby {
namespace {

TEST(TidyLine, KeepsTheTextAndDropsTheFrame) {
  struct Case {
    const char* name;
    const char* line;
    bool cut;
    const char* want;
  };
  const Case cases[] = {
      {"plain", "Adds two numbers.", false, "Adds two numbers."},
      {"blanks", "  Adds \t two  numbers. ", false, "Adds two numbers."},
      {"numbered", "1. Adds numbers.", false, "Adds numbers."},
      {"numbered with a bracket", "2) Adds.", false, "Adds."},
      {"bullet", "- Adds.", false, "Adds."},
      {"heading", "## Adds.", false, "Adds."},
      {"line label", "Line 2: Adds.", false, "Adds."},
      {"summary label", "Summary: Adds.", false, "Adds."},
      {"quotes", "\"Adds numbers.\"", false, "Adds numbers."},
      {"a quoted word stays", "\"add\" and \"sub\"", false,
       "\"add\" and \"sub\""},
      {"a number is text", "3 numbers are added.", false,
       "3 numbers are added."},
      {"a minus is text", "-1 is returned.", false, "-1 is returned."},
      {"stars of Python", "*args are passed on.", false,
       "*args are passed on."},
      {"escape codes", "Adds\x1b[31m red.", false, "Adds [31m red."},
      {"cut after a sentence", "Adds numbers. And then it", true,
       "Adds numbers."},
      {"cut after a word", "Adds numbers and th", true,
       "Adds numbers and\u2026"},
      {"whole although at the limit", "Adds numbers.", true, "Adds numbers."},
      {"half a character", "Adds\xEF\xBF\xBD", false, "Adds"},
      {"nothing to read", "```", false, ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(TidyLine(c.line, c.cut), c.want) << c.name;
  }
}

TEST(TidyLines, AreTwoAndEmptyWithoutWords) {
  const auto lines = TidyLines("Adds.\n---", false);
  EXPECT_EQ(lines[0], "Adds.");
  EXPECT_EQ(lines[1], "");
  EXPECT_EQ(TidyLines("Adds.", false)[1], "");
}

TEST(Grounding, FindsInventedIdentifiers) {
  struct Case {
    const char* name;
    const char* summary;
    const char* source;
    std::vector<std::string> want;
  };
  const Case cases[] = {
      {"prose", "Adds two numbers quickly.", "def add(a, b)", {}},
      {"known snake", "Calls read_file.", "def read_file():", {}},
      {"invented snake",
       "Calls write_file.",
       "def read_file():",
       {"write_file"}},
      {"case does not matter", "The ReadFile class.", "readfile", {}},
      {"invented camel", "The ReadFile class.", "class Reader", {"ReadFile"}},
      {"a call", "Uses open().", "def add()", {"open"}},
      {"backticks", "Uses `frobnicate` twice.", "def add()", {"frobnicate"}},
      {"letters with digits", "Packs utf8 text.", "def add()", {"utf8"}},
      {"a number is prose", "Takes 300 lines.", "def add()", {}},
      {"part of a known word is not known",
       "Calls read_fil.",
       "def read_file():",
       {"read_fil"}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(UngroundedIdentifiers(c.summary, c.source), c.want) << c.name;
  }
}

}  // namespace
}  // namespace dobby
