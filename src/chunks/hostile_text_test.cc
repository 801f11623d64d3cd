// What nobody wrote: long lines, deep nesting, and one of everything too often.
#include <gtest/gtest.h>

#include <string>

#include "base/cpu_growth.h"
#include "base/text.h"
#include "chunks/author_words.h"
#include "chunks/grammars.h"
#include "chunks/headings.h"
#include "chunks/instructions.h"
#include "dobby/chunk.h"

namespace dobby {
namespace {

std::string Repeated(const std::string& text, std::size_t bytes) {
  std::string all;
  while (all.size() < bytes) all += text;
  return all;
}

SourceFile FileOf(std::string_view language, std::string text) {
  SourceFile file;
  file.path = "x";
  file.language = {language, language};
  file.text = std::move(text);
  return file;
}

/// Does to a text all that is done to a file before a model is asked.
void ReadAll(std::string_view language, const std::string& text) {
  const SourceFile file = FileOf(language, text);
  for (const ChunkOptions& options : {ChunkOptions(), kWholeFile}) {
    EXPECT_TRUE(SplitFile(file, options));
  }
  AuthorsSentence(file.text, file.language);
  CommentSentences(file.text, file.language);
  FirstProse(file.text);
  IsInstruction(file.text);
}

struct Case {
  const char* name;
  const char* language;
  std::string (*text)(std::size_t bytes);
};

// Only what a parser reads in linear time, too: for the rest it has a limit.
const Case kLinear[] = {
    {"one line", "text", [](std::size_t n) { return std::string(n, 'a'); }},
    {"short lines", "text", [](std::size_t n) { return Repeated("a\n", n); }},
    {"short lines of C", "c",
     [](std::size_t n) { return Repeated("int a;\n", n); }},
    {"brackets", "markdown",
     [](std::size_t n) { return "# t\n\n" + std::string(n, '['); }},
    {"brackets in a heading", "markdown",
     [](std::size_t n) { return "# t\n# " + std::string(n, '['); }},
    {"links", "markdown", [](std::size_t n) { return Repeated("[a](b)", n); }},
    {"links that do not end", "markdown",
     [](std::size_t n) { return Repeated("[a](", n); }},
    {"backticks", "markdown", [](std::size_t n) { return Repeated("`a ", n); }},
    {"headings", "markdown",
     [](std::size_t n) { return Repeated("## a\nb c d.\n", n); }},
    {"comments that do not end", "sql",
     [](std::size_t n) { return Repeated("/*\n-- f\ncreate table f\n", n); }},
    {"constructors", "cpp",
     [](std::size_t n) { return Repeated("A() {}\n", n); }},
    {"keys of JSON", "json",
     [](std::size_t n) { return "{" + Repeated("\"a\": 1,\n", n) + "}"; }},
    {"depth of JSON", "json",
     [](std::size_t n) { return Repeated("{\"a\":\n", n); }},
    {"keys of YAML", "yaml",
     [](std::size_t n) { return Repeated("a: {b: [\"c\"]}\n", n); }},
    {"errors of YAML", "yaml",
     [](std::size_t n) { return Repeated("a: }\nb: '\n", n); }},
    {"elements of XML", "xml",
     [](std::size_t n) { return Repeated("<a b='c'>d</a>\n", n); }},
    {"selectors", "css", [](std::size_t n) { return Repeated(".a{}\n", n); }},
    {"tables of TOML", "toml",
     [](std::size_t n) {
       return std::string(n / 2, '[') + std::string(n / 2, ']');
     }},
    {"inline tags", "java",
     [](std::size_t n) { return "/** " + Repeated("{@a ", n) + "*/\n"; }},
};

TEST(HostileText, TakesTimeThatIsLinear) {
  for (const Case& c : kLinear) {
    // A parser is a hundred times slower than what reads lines.
    const bool is_parsed = Grammar::Find(c.language) != nullptr;
    const std::size_t size = is_parsed ? 1u << 14 : 1u << 16;
    const double growth = CpuGrowth(
        size, [&](std::size_t bytes) { ReadAll(c.language, c.text(bytes)); });
    EXPECT_LT(growth, kMostGrowth) << c.name << " of " << c.language;
  }
}

TEST(HostileText, CommentsOnDefinitionsAreReadInLinearTime) {
  struct Unended {
    const char* language;
    const char* text;
  };
  for (const Unended& c : {Unended{"c", "// f\n/* a\n#define f 1\n"},
                           Unended{"python", "def f():\n\"\"\"a\n"},
                           Unended{"sql", "/*\n-- f\ncreate table f\n"}}) {
    const double growth = CpuGrowth(1u << 14, [&c](std::size_t bytes) {
      const std::string text = Repeated(c.text, bytes);
      const auto lines = TrimmedLines(text, text.size());
      for (std::size_t at = 0; at < lines.size(); ++at) {
        SentenceOnDefinition(lines, at, "f", {c.language, c.language});
      }
    });
    EXPECT_LT(growth, kMostGrowth) << c.language;
  }
}

TEST(HostileText, MayNestAHundredThousandDeep) {
  struct Nest {
    const char* language;
    const char* before;
    const char* open;
    const char* close;
  };
  const Nest nests[] = {
      {"c", "int a = ", "(", ")"},
      {"c", "", "#if A\n", "#endif\n"},
      {"cpp", "", "namespace a {\n", "}\n"},
      {"python", "a = ", "[", "]"},
      {"javascript", "a = ", "(a =\n", ")"},
      {"typescript", "let a: ", "A<", ">"},
      {"tsx", "a = ", "<a>\n", "</a>\n"},
      {"java", "", "class A {\n", "}\n"},
      {"csharp", "", "class A {\n", "}\n"},
      {"go", "package a\nvar a = ", "(", ")"},
      {"rust", "", "mod a {\n", "}\n"},
      {"kotlin", "val a = ", "{\n", "}\n"},
      {"swift", "let a = ", "(", ")"},
      {"ruby", "", "module A\n", "end\n"},
      {"php", "<?php $a = ", "[", "]"},
      {"bash", "a=", "$(", ")"},
      {"json", "", "{\"a\":", "}"},
      {"toml", "", "[", "]"},
      {"markdown", "", "[", "](b)"},
      {"markdown", "", "> ", ""},
      {"yaml", "", "- ", ""},
      {"yaml", "", "{a: ", "}"},
      {"xml", "", "<a>", "</a>"},
      {"html", "", "<a-b>", "</a-b>"},
      {"css", "", "a{", "}"},
      {"cmake", "a", "(", ")"},
      {"dockerfile", "RUN ", "<<A ", "\n"},
      {"protobuf", "", "message A {", "}"},
  };
  for (const Nest& nest : nests) {
    std::string text = nest.before;
    for (int i = 0; i < 100'000; ++i) text += nest.open;
    for (int i = 0; i < 100'000; ++i) text += nest.close;
    EXPECT_TRUE(SplitFile(FileOf(nest.language, text), kWholeFile))
        << nest.language;
  }
}

TEST(HostileText, AStopEndsTheCuttingOfAFile) {
  std::stop_source stop;
  stop.request_stop();
  for (const char* language : {"c", "text", "json", "markdown"}) {
    const auto chunks =
        SplitFile(FileOf(language, Repeated("int a;\n", 1u << 16)),
                  ChunkOptions(), stop.get_token());
    ASSERT_FALSE(chunks) << language;
    EXPECT_EQ(chunks.error().code, ErrorCode::kCancelled) << language;
  }
}

TEST(HostileText, WithTooManyDefinitionsHasNoOutline) {
  const auto outline_of = [](std::string_view language, std::string text) {
    const auto chunks =
        SplitFile(FileOf(language, std::move(text)), kWholeFile);
    return chunks->front().outline.size();
  };
  const std::string table = "create table a;\n";
  EXPECT_EQ(outline_of("sql", Repeated(table, 100'000 * table.size())),
            100'000u);
  EXPECT_EQ(outline_of("sql", Repeated(table, 100'001 * table.size())), 0u);
}

TEST(HostileText, AChunkIsInTheMiddleOfSixteenDefinitionsAtMost) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "class A" + std::to_string(i) + " {\n";
  const auto chunks =
      SplitFile(FileOf("java", text + Repeated("int a;\n", 1u << 14) +
                                   Repeated("}\n", 80)),
                {.max_lines = 300});
  ASSERT_TRUE(chunks);
  ASSERT_GT(chunks->size(), 2u);
  const auto& enclosing = (*chunks)[2].enclosing;
  ASSERT_EQ(enclosing.size(), 16u);
  EXPECT_EQ(enclosing.back().name, "A39");
}

}  // namespace
}  // namespace dobby
