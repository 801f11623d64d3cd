#include "prose/document.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace dobby {
namespace {

constexpr Language kMarkdown{"markdown", "Markdown"};
constexpr Language kRst{"rst", "reStructuredText"};
constexpr Language kAsciiDoc{"asciidoc", "AsciiDoc"};

std::vector<std::string> ParagraphsOf(const Document& document) {
  std::vector<std::string> texts;
  for (const Paragraph& paragraph : document.paragraphs) {
    texts.push_back(paragraph.text);
  }
  return texts;
}

/// Returns "level text @line" of each heading.
std::vector<std::string> HeadingsIn(const Document& document) {
  std::vector<std::string> lines;
  for (const Heading& heading : document.headings) {
    lines.push_back(std::to_string(heading.level) + " " + heading.text + " @" +
                    std::to_string(heading.line));
  }
  return lines;
}

using Texts = std::vector<std::string>;

TEST(ReadDocument, KnowsBothFormsOfTitles) {
  const std::string text =
      "Tide *Clock*\n===\n\nShows tides.\n\nInstall\nit\n---\n\n"
      "```\n# no title\n```\n\n### Deep ###\n\nHere.\n";
  const Document document = ReadDocument(text, kMarkdown);
  EXPECT_EQ(document.title, "Tide Clock");
  EXPECT_EQ(HeadingsIn(document),
            (Texts{"1 Tide Clock @1", "2 Install it @6", "3 Deep @14"}));
  EXPECT_EQ(ParagraphsOf(document), (Texts{"Shows tides.", "Here."}));
  EXPECT_EQ(document.paragraphs[0].heading, 0);
  EXPECT_EQ(document.paragraphs[1].heading, 2);
  EXPECT_EQ(document.paragraphs[1].line, 16u);
  EXPECT_EQ(text.substr(document.headings[2].begin, 4), "### ");
}

TEST(ReadDocument, ParagraphsArePlainText) {
  const Document document = ReadDocument(
      "A **bold**  \nbreak,\n<b>more</b> &amp; a [link `x`](y) ![pic](z)"
      " ~~gone~~.\n",
      kMarkdown);
  EXPECT_EQ(ParagraphsOf(document),
            Texts{"A bold break, more & a link `x` gone."});
}

TEST(ReadDocument, LeavesOutWhatIsNoRunningText) {
  const Document document = ReadDocument(
      "[![ci](a)](b) ![x](y)\n\n[Docs](c) | [Chat](d)\n\n- In a list.\n\n"
      "> In a quotation.\n\n| a | b |\n|---|---|\n| In a | table |\n\n"
      "    in code\n\nProse.\n",
      kMarkdown);
  EXPECT_EQ(ParagraphsOf(document), Texts{"Prose."});
  EXPECT_EQ(document.tagline, "In a quotation.");
}

TEST(ReadDocument, FrontMatterIsNoText) {
  const Document yaml = ReadDocument(
      "---\ntitle: \"Boats\"\ntags: [a]\ndescription: >\n  How to mend\n"
      "  a boat.\n---\n# Mending\n\nTake glue.\n",
      kMarkdown);
  EXPECT_EQ(yaml.title, "Boats");
  EXPECT_EQ(yaml.description, "How to mend a boat.");
  EXPECT_EQ(HeadingsIn(yaml), Texts{"1 Mending @8"});
  const Document toml =
      ReadDocument("+++\ntitle = 'Oars'\n+++\nText.\n", kMarkdown);
  EXPECT_EQ(toml.title, "Oars");
  EXPECT_EQ(toml.paragraphs.at(0).line, 4u);
  const Document rule = ReadDocument("---\n\nText: here.\n", kMarkdown);
  EXPECT_EQ(ParagraphsOf(rule), Texts{"Text: here."});
}

TEST(ReadDocument, ReadsTheHtmlInMarkdown) {
  const std::string text =
      "<!-- not\nseen -->\n<div align=\"center\">\n<h1>Barrow <img "
      "src=x></h1>\n"
      "<b>Carries stones.</b>\n<ul><li>In a list</li></ul>\n"
      "<p>Salt &amp; <a href=x>more</a></p>\n<p><a "
      "href=y>Link</a></p>\n</div>\n";
  const Document document = ReadDocument(text, kMarkdown);
  EXPECT_EQ(HeadingsIn(document), Texts{"1 Barrow @4"});
  EXPECT_EQ(text.substr(document.headings[0].begin, 4), "<h1>");
  EXPECT_EQ(ParagraphsOf(document), (Texts{"Carries stones.", "Salt & more"}));
  EXPECT_EQ(document.paragraphs[0].line, 5u);
}

TEST(ReadDocument, ReadsRestructuredText) {
  const Document document = ReadDocument(
      "======\nParcel\n======\n\n.. note::\n\n   Old news.\n\n"
      "Parcel *sends* ``boxes`` by `post <https://x>`_,\nsee :ref:`map`::\n\n"
      "    code\n\nUse\n---\n\n* a list\n",
      kRst);
  EXPECT_EQ(HeadingsIn(document), (Texts{"1 Parcel @2", "2 Use @14"}));
  EXPECT_EQ(ParagraphsOf(document),
            Texts{"Parcel sends `boxes` by post, see map:"});
}

TEST(ReadDocument, ReadsAsciiDocAndPlainText) {
  const Document adoc = ReadDocument(
      "= Kettle\n:toc: left\n\nimage:x.svg[Build]\n\n"
      "Boils https://x.org/w[water] for *all*.\n\n== Use\n\n----\ncode is it\n"
      "----\n\n* a list\n",
      kAsciiDoc);
  EXPECT_EQ(HeadingsIn(adoc), (Texts{"1 Kettle @1", "2 Use @8"}));
  EXPECT_EQ(ParagraphsOf(adoc), Texts{"Boils water for all."});
  const Document plain = ReadDocument(
      "Lamps\n\nSwitches lamps\non and off.\n\nBuild\n-----\n  make\n", {});
  EXPECT_EQ(HeadingsIn(plain), (Texts{"1 Lamps @1", "1 Build @6"}));
  EXPECT_EQ(ParagraphsOf(plain), Texts{"Switches lamps on and off."});
}

std::string Repeated(std::string_view piece, std::size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  return text;
}

TEST(ReadDocument, TakesLinearTime) {
  for (const std::string_view piece :
       {"[",      "![",       "[a](",       "`",       "``` ",
        "*a ",    "_*",       "<",          "<a ",     "<div>",
        "&",      "|a",       "> ",         "- ",      "<b>\n\n",
        "a\n=\n", "[a]: b\n", ":a:`",       "*",       "\\",
        "<!--",   "[a][",     "https://x[", "|\n|-\n", "<p>x</p>\n\n"}) {
    const std::string text = Repeated(piece, std::size_t{4} << 20);
    for (const Language& language : {kMarkdown, kRst, kAsciiDoc, Language{}}) {
      const auto begin = std::chrono::steady_clock::now();
      ReadDocument(text, language);
      const auto took = std::chrono::steady_clock::now() - begin;
      EXPECT_LT(took, std::chrono::seconds(10)) << piece << " " << language.id;
    }
  }
}

}  // namespace
}  // namespace dobby
