#include "chunks/headings.h"

#include <gtest/gtest.h>

#include "chunks/author_words.h"

namespace dobby {
namespace {

TEST(HeadingsOf, AreTheSectionsWithTheirFirstSentences) {
  const std::string text =
      "# Ring\n\nA queue of bytes. It is fast.\n\n## Build\n\n```sh\n"
      "# no heading\nmake\n```\n\nNeeds a compiler, and [CMake](https://c). "
      "More.\n\n### On a *Mac*\n\n- a list\n\n#hashtag\n## End\n";
  const std::vector<Definition> headings = HeadingsOf(text);
  ASSERT_EQ(headings.size(), 3u);
  struct Want {
    const char* name;
    std::uint32_t line, depth;
    const char* doc;
  };
  const Want wants[] = {{"Build", 5, 0, "Needs a compiler, and CMake."},
                        {"On a Mac", 14, 1, "#hashtag."},
                        {"End", 19, 0, ""}};
  for (std::size_t i = 0; i < headings.size(); ++i) {
    const Symbol& symbol = headings[i].symbol;
    EXPECT_EQ(symbol.kind, "section");
    EXPECT_EQ(symbol.name, wants[i].name);
    EXPECT_EQ(symbol.line, wants[i].line) << symbol.name;
    EXPECT_EQ(symbol.depth, wants[i].depth) << symbol.name;
    EXPECT_EQ(text.substr(headings[i].begin, 1), "#") << symbol.name;
  }
  EXPECT_EQ(headings[0].symbol.doc, wants[0].doc);
  EXPECT_EQ(headings[2].symbol.doc, wants[2].doc);
}

TEST(HeadingsOf, IndentedCodeHasNone) {
  EXPECT_TRUE(HeadingsOf("# Ring\n\n    make\n        # all of it\n").empty());
  EXPECT_EQ(HeadingsOf("# Ring\n\n   ## Three blanks\n").size(), 1u);
}

TEST(HeadingsOf, UnderlinedTitlesAreSections) {
  const auto headings = HeadingsOf("Ring\n===\n\nBuild\n---\n\nTake make.\n");
  ASSERT_EQ(headings.size(), 1u);
  EXPECT_EQ(headings[0].symbol.name, "Build");
  EXPECT_EQ(headings[0].symbol.line, 4u);
  EXPECT_EQ(headings[0].begin, 10u);
}

TEST(HeadingsOf, OneWithoutATextIsNoSection) {
  EXPECT_TRUE(HeadingsOf("# Ring\n\n## [](x)\n\n### **\n").empty());
}

TEST(HeadingsOf, SeveralTitlesAreSections) {
  EXPECT_EQ(HeadingsOf("# One\n\n# Two\n").size(), 2u);
  EXPECT_TRUE(HeadingsOf("# One\n\ntext\n").empty());
  EXPECT_TRUE(HeadingsOf("").empty());
}

TEST(AuthorsSentence, OfMarkdownIsItsFirstProse) {
  struct Case {
    const char* name;
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"behind the title", "# Ring\n\nA queue of bytes. More.\n",
       "A queue of bytes."},
      {"behind badges and HTML",
       "<p align=\"center\">\n[![ci](a)](b)\n![x](y)\n\n**Ring** is a "
       "queue.\n",
       "Ring is a queue."},
      {"no indented code", "    make all\n    make it\n\nBuilds a ring.\n",
       "Builds a ring."},
      {"indented behind a line", "A queue\n    of bytes.\n",
       "A queue of bytes."},
      {"of several lines", "A queue\nof bytes.\n", "A queue of bytes."},
      {"links without their targets",
       "A queue, as in [the book](https://x.y).\n", "A queue, as in the book."},
      {"an order to the reader is no purpose", "See the docs for it.\n", ""},
      {"no code, list, table or front matter",
       "---\n- a\n* b\n| c | d |\n> e\n```\ncode here\n```\n", ""},
      {"a bracket that is no link", "An [open bracket stays.\n",
       "An [open bracket stays."},
      {"nothing", "", ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(AuthorsSentence(c.text, {"markdown", "Markdown"}), c.want)
        << c.name;
  }
}

}  // namespace
}  // namespace dobby
