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

TEST(TextSentence, IsInTheWordsOfTheText) {
  struct Case {
    const char* name;
    Language language;
    std::string text;
    const char* want;
  };
  constexpr Language kMake = {"makefile", "Makefile"};
  constexpr Language kText = {"text", "text"};
  const std::string many =
      "# Builds all the programs of this folder, and their tests, too.\n"
      "all: x\n\tx\n\t# Says what it does.\n\n# Installs what was built "
      "before, "
      "with the manual pages.\n"
      "install:\n# Runs all tests, the slow ones among them, one by one.\n"
      "test:\n\tx\n\ty\n# Removes what was built.\nclean:\n";
  for (const Case& c : {
           Case{"comments", kMake,
                "# Builds it all.\nall: x\n\n# ok\n\n# Removes what was\n"
                "# built. All of it.\nclean:\n# Builds it all.\n",
                "Comments: Builds it all. Removes what was built."},
           Case{"many comments", kMake, many,
                "Comments: Builds all the programs of this folder, and their "
                "tests, too. Runs all tests, the slow ones among them, one by "
                "one."},
           Case{"a licence is none", kMake,
                "# Copyright 2020 The authors of this.\nall: x y z\n",
                "Begins: all: x y z"},
           Case{"data",
                {"json", "JSON"},
                "{\n  \"x\": 1,\n  \"version\": 6,\n}\n",
                "Begins: \"version\": 6,"},
           Case{"numbers", {"json", "JSON"}, "\n[1, 2]\n3\n", "Begins: [1, 2]"},
           Case{"prose", kText, "A ring keeps\nitems. It is small.\n",
                "Begins: A ring keeps items."},
           Case{"a long line", kText, std::string(500, 'x'), nullptr},
       }) {
    const std::string line = TextSentence(c.text, c.language);
    const std::string cut = "Begins: " + std::string(160, 'x') + "...";
    EXPECT_EQ(line, c.want == nullptr ? cut : c.want) << c.name;
    EXPECT_TRUE(IsTextSentence(line)) << c.name;
  }
  EXPECT_FALSE(IsTextSentence("Installs the library."));
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
