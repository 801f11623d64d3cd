#include "prompts/prompt_text.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

TEST(PromptText, VersionIsTheNameAndAHashOfTheData) {
  const auto text = ParsePromptText(kEmbeddedPromptText);
  ASSERT_TRUE(text) << text.error().ToString();
  EXPECT_TRUE(text->version.starts_with("lines-4:")) << text->version;
  EXPECT_EQ(text->version.size(), std::string("lines-1:3f9a2c").size());

  std::string changed = kEmbeddedPromptText;
  changed.replace(changed.find("Summarise"), 9, "Summarize");
  EXPECT_NE(ParsePromptText(changed)->version, text->version);
}

TEST(PromptText, MalformedDataIsAnError) {
  for (const char* json : {"", "[]", "{}", R"({"name": "x", "kinds": {}})"}) {
    const auto text = ParsePromptText(json);
    ASSERT_FALSE(text) << json;
    EXPECT_EQ(text.error().code, ErrorCode::kUsage) << json;
  }
}

TEST(ParsePromptText, RefusesDeepNesting) {
  const auto text = ParsePromptText("{\"name\":" + std::string(100'000, '[') +
                                    std::string(100'000, ']') + "}");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kTooLarge);
}

TEST(Filled, NeverLooksIntoValues) {
  struct Case {
    const char* name;
    const char* line;
    SlotValues values;
    const char* want;
  };
  for (const Case& c : {
           Case{"no slots", "plain", {}, "plain"},
           Case{
               "two slots", "{a} and {b}", {{"a", "x"}, {"b", "y"}}, "x and y"},
           Case{"a value with a slot",
                "{a}{b}",
                {{"a", "{b}"}, {"b", "y"}},
                "{b}y"},
           Case{"a slot without a value", "[{none}]", {}, "[]"},
           Case{"an open brace", "a { b", {}, "a { b"},
       }) {
    EXPECT_EQ(FillSlots(c.line, c.values), c.want) << c.name;
  }
}

TEST(TurnOf, LeavesOutLinesWithoutValuesAndSplitsTheSharedStart) {
  KindText kind;
  kind.user_lines = {"Do it.", "", "File: {path}", "{code}", "Now."};
  const UserTurn full = TurnOf(kind, {{"path", "a"}, {"code", "x\ny"}});
  EXPECT_EQ(full.shared, "Do it.");
  EXPECT_EQ(full.own, "\n\nFile: a\nx\ny\nNow.");
  const UserTurn bare = TurnOf(kind, {{"code", "x"}});
  EXPECT_EQ(bare.shared, "Do it.");
  EXPECT_EQ(bare.own, "\n\nx\nNow.");
}

}  // namespace
}  // namespace dobby
