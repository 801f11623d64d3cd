#include "summaries/text_line.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

TEST(TextLine, TellsLengthAndFrequentWords) {
  const Language json = {"json", "JSON"};
  EXPECT_EQ(TextLine("{\"preset\": 1,\n \"Preset\": 2,\n \"build_dir\": 3,\n"
                     " \"build_dir\": \"preset\"}\n",
                     json),
            "Has 4 lines of JSON; frequent words: preset, build_dir.");
  EXPECT_EQ(TextLine("1, 2, 3", json), "Has 1 line of JSON.");
  EXPECT_EQ(TextLine("once only here\n", {"text", "text"}),
            "Has 1 line of text.");
  EXPECT_EQ(TextLine("the and the and the\nwith with\n", {"text", "text"}),
            "Has 2 lines of text.")
      << "plain words tell nothing";
}

TEST(TextLine, ShowsAtMostSixWords) {
  std::string text;
  for (const char* word : {"aaa", "bbb", "ccc", "ddd", "eee", "fff", "ggg"}) {
    text += std::string(word) + " " + word + "\n";
  }
  EXPECT_EQ(TextLine(text + "ggg", {"text", "text"}),
            "Has 8 lines of text; frequent words: ggg, aaa, bbb, ccc, ddd, "
            "eee.");
}

}  // namespace
}  // namespace dobby
