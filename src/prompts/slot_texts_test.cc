#include "prompts/slot_texts.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace dobby {
namespace {

const PromptText& Words() {
  static const PromptText words = *ParsePromptText(kEmbeddedPromptText);
  return words;
}

TEST(SymbolList, ListsKindsAndNamesInOrder) {
  EXPECT_EQ(SymbolList({}, Words()), "");
  EXPECT_EQ(
      SymbolList({{"class", "Stack", 1, 0}, {"method", "push", 2, 1}}, Words()),
      "class Stack, method push");
  EXPECT_EQ(SymbolList({{"function", "a\nb", 1, 0}}, Words()),
            "function a\uFFFDb");
}

TEST(SymbolList, SaysHowManyAreLeftOut) {
  const std::vector<Symbol> many(100, Symbol{"function", "f", 1, 0});
  const std::string list = SymbolList(many, Words());
  EXPECT_EQ(std::count(list.begin(), list.end(), ','), 40);
  EXPECT_TRUE(list.ends_with(", and 60 more")) << list;

  const std::vector<Symbol> long_names(
      30, Symbol{"function", std::string(70, 'n'), 1, 0});
  const std::string bounded = SymbolList(long_names, Words());
  EXPECT_LT(bounded.size(), 1000u);
  EXPECT_TRUE(bounded.ends_with(" more")) << bounded;
}

TEST(SymbolList, ShortensANameBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 50; ++i) name += "\u65E5";
  const std::string list = SymbolList({{"class", name, 1, 0}}, Words());
  EXPECT_TRUE(IsUtf8(list));
  EXPECT_TRUE(list.ends_with("...")) << list;
  EXPECT_LT(list.size(), 100u);
}

Symbol Documented(const char* kind, std::string name, std::uint32_t depth,
                  std::string doc) {
  Symbol symbol{kind, std::move(name), 1, depth};
  symbol.doc = std::move(doc);
  return symbol;
}

std::string WholeOutline(const std::vector<Symbol>& outline) {
  const OutlineLines lines({}, outline, Words());
  return lines.First(lines.size());
}

TEST(OutlineLines, AreDefinitionsWithWhatTheirCommentsSay) {
  std::string kanji;
  for (int i = 0; i < 60; ++i) kanji += "\u65E5";
  struct Case {
    const char* name;
    std::vector<Symbol> outline;
    std::string want;
  };
  for (const Case& c : {
           Case{"without a comment", {{"class", "Stack", 1, 0}}, "class Stack"},
           Case{"with one",
                {Documented("class", "Stack", 0, "Holds items.")},
                "class Stack: Holds items."},
           Case{"members",
                {Documented("class", "Stack", 0, "Holds items."),
                 Documented("method", "push", 1, "Adds one."),
                 {"function", "inner", 3, 2}},
                "class Stack: Holds items.\n  method push: Adds one.\n"
                "    function inner"},
           Case{"a deep one", {{"function", "f", 1, 90}}, "        function f"},
           Case{"line breaks",
                {Documented("class", "a\nb", 0, "Holds\r\nitems.")},
                "class a\uFFFDb: Holds\uFFFD\uFFFDitems."},
           Case{"a long comment, cut between characters",
                {Documented("class", "A", 0, kanji)},
                "class A: " + kanji.substr(0, 159) + "..."},
           Case{"a long name",
                {Documented("class", std::string(90, 'n'), 0, "Holds it.")},
                "class " + std::string(80, 'n') + "...: Holds it."},
       }) {
    EXPECT_EQ(WholeOutline(c.outline), c.want) << c.name;
    EXPECT_TRUE(IsUtf8(WholeOutline(c.outline))) << c.name;
  }
}

TEST(OutlineLines, SayHowManyAreLeftOut) {
  const std::vector<Symbol> many(
      500, Documented("function", "f", 0, "Does it."));  // 20 bytes a line
  const OutlineLines lines({}, many, Words());
  EXPECT_EQ(lines.size(), 71u) << "1,500 bytes with line breaks";
  EXPECT_TRUE(lines.First(71).ends_with("Does it.\nand 429 more"))
      << lines.First(71);
  EXPECT_EQ(lines.First(1), "function f: Does it.\nand 499 more");

  const std::vector<Symbol> two(2, many.front());
  EXPECT_EQ(WholeOutline(two), "function f: Does it.\nfunction f: Does it.");
  EXPECT_EQ(OutlineLines({}, two, Words()).First(1),
            "function f: Does it.\nand 1 more");
}

TEST(FencedCode, ShowsLinesAndSaysWhatIsMissing) {
  struct Case {
    const char* name;
    std::string code;
    std::size_t lines;
    std::string want;
  };
  for (const Case& c : {
           Case{"all", "a\nb\n", 2, "```\na\nb\n```"},
           Case{"no last newline", "a\nb", 2, "```\na\nb\n```"},
           Case{"one missing", "a\nb\n", 1,
                "```\na\n```\n(1 more line not shown)"},
           Case{"two missing", "a\nb\nc", 1,
                "```\na\n```\n(2 more lines not shown)"},
           Case{"empty", "", 0, "```\n```"},
           Case{"windows", "a\r\nb\r\n", 1,
                "```\na\r\n```\n(1 more line not shown)"},
           Case{"fence inside", "```py\nx\n```\n", 3,
                "````\n```py\nx\n```\n````"},
           Case{"long fence inside", "`````", 1, "``````\n`````\n``````"},
       }) {
    const FencedCode code(c.code, Words());
    EXPECT_EQ(code.FirstLines(c.lines), c.want) << c.name;
  }
}

TEST(FencedCode, AFenceStaysShortWhateverTheCodeSays) {
  const std::string code(20000, '`');
  EXPECT_LT(FencedCode(code, Words()).FirstLines(1).size(), 20100u);
}

TEST(FencedCode, CutsALineBetweenCharacters) {
  const std::string text = "\U0001F916\U0001F916\nend";
  const FencedCode code(text, Words());
  EXPECT_EQ(code.first_line_bytes(), 8u);
  for (const std::size_t bytes : {0u, 1u, 4u, 7u}) {
    EXPECT_EQ(code.StartOfLine(bytes),
              "```\n\U0001F916\n```\n(2 more lines not shown)")
        << bytes;
  }
}

TEST(PartList, GivesUpSecondLinesThenParts) {
  const std::vector<RollUpPart> parts = {
      {"a.cc", "First a.", "Second a."},
      {"b.cc", "First b.", ""},
      {"c\n.cc", "First c.", "Second\nc."},
  };
  const PartList list(parts, Words());
  struct Case {
    const char* name;
    std::size_t parts, whole, dropped;
    const char* want;
  };
  for (const Case& c : {
           Case{"all", 3, 3, 0,
                "- a.cc: First a. Second a.\n- b.cc: First b.\n"
                "- c\uFFFD.cc: First c. Second\uFFFDc."},
           Case{"last second line", 3, 2, 1,
                "- a.cc: First a. Second a.\n- b.cc: First b.\n"
                "- c\uFFFD.cc: First c.\n(1 more line not shown)"},
           Case{"all second lines", 3, 0, 2,
                "- a.cc: First a.\n- b.cc: First b.\n"
                "- c\uFFFD.cc: First c.\n(2 more lines not shown)"},
           Case{"one part", 1, 0, 4,
                "- a.cc: First a.\n(4 more lines not shown)"},
       }) {
    EXPECT_EQ(list.First(c.parts, c.whole), c.want) << c.name;
    EXPECT_EQ(list.LinesDropped(c.parts, c.whole), c.dropped) << c.name;
  }
}

}  // namespace
}  // namespace dobby
