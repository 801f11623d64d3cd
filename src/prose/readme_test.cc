#include "prose/readme.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace dobby {
namespace {

struct Case {
  const char* name;
  const char* text;
  const char* want;
};

Document Read(std::string_view text) {
  return ReadDocument(text, {"markdown", "Markdown"});
}

std::string Describe(std::string_view text, SentenceTest test = nullptr) {
  const std::array<std::string, 1> names = {"shore/ferry"};
  return DescriptionIn(Read(text), names, test);
}

TEST(DescriptionIn, SaysWhatTheProjectIs) {
  const Case cases[] = {
      {"front matter",
       "---\ndescription: Plans trips of boats.\n---\nFerry is a boat.\n",
       "Plans trips of boats."},
      {"under the title", "# Ferry\n\nA fast planner of boat trips\n\nMore.\n",
       "A fast planner of boat trips."},
      {"a quotation",
       "# ![logo](x)\n\n> Small planner of boat trips\n\n## Use\n",
       "Small planner of boat trips."},
      {"behind news and links",
       "# Ferry\n\nVersion 3 is out, and fast!\n\n[中文](a) | English\n\n"
       "Our work is supported by the harbour.\n\n"
       "Ferry plans the trips of boats. It is quick.\n",
       "Ferry plans the trips of boats."},
      {"by the folder's name, in code",
       "![x](y)\n\n## Features\n\nWe built a lot here.\n\n"
       "The `ferry` tool is a planner.\n",
       "The `ferry` tool is a planner."},
      {"of a section that says so",
       "This README is a short start.\n\nWhat is Ferry?\n---\n\n"
       "Ferry is often called a *planner* of trips. What this means.\n",
       "Ferry is often called a planner of trips."},
      {"an order under the title says what it is for",
       "# Ferry\n\nPlan the trips of boats.\n", "Plan the trips of boats."},
      {"a name that is an order elsewhere",
       "# Read\n\nRead is a reader of meters.\n",
       "Read is a reader of meters."},
      {"a list is led to",
       "# Ferry\n\nFerry is a planner of boats, such as:\n\n- one\n",
       "Ferry is a planner of boats."},
      {"a dot before a letter", "# Ferry\n\nTrips of boats in .NET and C\n",
       "Trips of boats in .NET and C."},
      {"a mark in code", "# Ferry\n\nFerry has the `plan!` macro. It is new.\n",
       "Ferry has the `plan!` macro."},
      {"what it needs is not what it is",
       "# Ferry\n\nFerry requires the port. Ferry is a planner.\n",
       "Ferry is a planner."},
      {"Chinese",
       "# 渡船\n\n[English](a) | 中文\n\n渡船是一个规划航线的程序。它很快。\n",
       "渡船是一个规划航线的程序。"},
      {"ornaments", "# Ferry\n\n🚢 A planner of boat trips.\n",
       "A planner of boat trips."},
  };
  for (const Case& c : cases) EXPECT_EQ(Describe(c.text), c.want) << c.name;
}

TEST(DescriptionIn, IsEmptyWhereNothingSaysIt) {
  const Case cases[] = {
      {"nothing", "", ""},
      {"a licence", "# Ferry\n\nLicensed under the MIT license.\n", ""},
      {"thanks", "# Ferry\n\nMade with Dock. Thanks to all sailors.\n", ""},
      {"a question", "# Ferry\n\nWho wants to go by boat?\n", ""},
      {"the way to elsewhere", "# Ferry\n\nSee the docs for a start.\n", ""},
      {"keys", "# Ferry\n\nDocs: on the page of the port.\n", ""},
      {"how to install", "# Ferry\n\n## Install\n\nThe port has to be built.\n",
       ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Describe(c.text), c.want) << c.name;
}

TEST(DescriptionIn, TakesOrdersOnlyUnderTheTitle) {
  const SentenceTest is_order = [](std::string_view sentence) {
    return sentence.starts_with("Plan");
  };
  EXPECT_EQ(Describe("# Ferry\n\nPlan the trips.\n", is_order),
            "Plan the trips.");
  EXPECT_EQ(Describe("## Start\n\n## Next\n\nPlan the trips.\n", is_order), "");
}

TEST(DescriptionIn, FitsOneLine) {
  std::string text = "# Ferry\n\nFerry is a planner of trips";
  for (int i = 0; i < 60; ++i) text += ", of boat " + std::to_string(i);
  const std::string line = Describe(text + ".");
  EXPECT_LE(line.size(), 241u);
  EXPECT_TRUE(line.ends_with(".")) << line;
  EXPECT_EQ(Describe("# Ferry\n\nA " + std::string(5000, 'x') + " b c.\n"), "");
}

TEST(OpeningOf, IsTheFirstSentenceOfProse) {
  EXPECT_EQ(OpeningOf(Read("# Mending\n\n[a](b) | c\n\nGlue holds the wood. "
                           "Wait.\n")),
            "Glue holds the wood.");
  EXPECT_EQ(OpeningOf(Read("---\ndescription: How to mend a boat\n---\nX.\n")),
            "How to mend a boat.");
  EXPECT_EQ(OpeningOf(Read("# 修理\n\n胶水固定木头。等等。\n")),
            "胶水固定木头。");
  EXPECT_EQ(OpeningOf(Read("- a list\n")), "");
}

}  // namespace
}  // namespace dobby
