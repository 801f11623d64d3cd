#include "cli/toml_depth.h"
#include "cli/toml_file.h"
#include "gtest/gtest.h"

namespace dobby::cli {
namespace {

std::string Repeated(const std::string& part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

TEST(ParseToml, AnyDepthEndsWithAnError) {
  constexpr std::size_t kDeep = 100'000;
  struct Case {
    const char* name;
    std::string text;
  };
  for (const Case& c :
       {Case{"arrays", "a = " + Repeated("[", kDeep)},
        Case{"closed arrays",
             "a = " + Repeated("[", kDeep) + Repeated("]", kDeep) + "\n"},
        Case{"arrays on lines", "a = " + Repeated("[\n", kDeep)},
        Case{"inline tables",
             "a = " + Repeated("{a=", kDeep) + "1" + Repeated("}", kDeep)},
        Case{"both", "a = [" + Repeated("{a=[", kDeep)},
        Case{"dotted key", "a" + Repeated(".a", kDeep) + " = 1\n"},
        Case{"spaced dotted key", "a" + Repeated(" . a", kDeep) + " = 1\n"},
        Case{"quoted dotted key", "a" + Repeated(".\"a.'\"", kDeep) + " = 1\n"},
        Case{"table", "[a" + Repeated(".a", kDeep) + "]\n"},
        Case{"array of tables", "[[a" + Repeated(".a", kDeep) + "]]\n"},
        Case{"after strings",
             "b = \"\"\"x\\\"\"\"\"\"\"\nc = ''\na = " + Repeated("[", kDeep)},
        Case{"after a comment", "# \"\na = " + Repeated("[", kDeep)}}) {
    const auto parsed = ParseToml(c.text, "f", TomlAuthor::kStranger);
    ASSERT_FALSE(parsed) << c.name;
    EXPECT_EQ(parsed.error().code, ErrorCode::kUsage) << c.name;
    EXPECT_NE(parsed.error().message.find("nested"), std::string::npos)
        << c.name << parsed.error().message;
  }
}

TEST(ParseToml, DepthAtTheLimitIsParsed) {
  // Every bracket with the longest key: the deepest text that is let through.
  const std::string key = "a" + Repeated(".a", kMaxTomlDepth);
  const std::string text = "b = " + Repeated("{" + key + "=", kMaxTomlDepth) +
                           "1" + Repeated("}", kMaxTomlDepth) + "\n";
  EXPECT_EQ(LineOfTomlDepth(text), 0u);
  // A table is no setting; what counts is that it is read and freed.
  EXPECT_FALSE(ParseToml(text, "f", TomlAuthor::kUser));
}

TEST(LineOfTomlDepth, StringsAndCommentsDoNotCount) {
  const std::string deep = Repeated("[.", 50);
  struct Case {
    const char* name;
    std::string text;
    std::size_t line;
  };
  for (const Case& c :
       {Case{"comment", "# " + deep + "\na = 1\n", 0},
        Case{"basic", "a = \"" + deep + "\\\"" + deep + "\"\n", 0},
        Case{"literal", "a = '" + deep + "\\'\nb = '" + deep + "'\n", 0},
        Case{"long", "a = \"\"\"\n" + deep + "\"\"x\n\"\"\"\"\"\n", 0},
        Case{"long literal", "a = '''\n" + deep + "\n'''\n", 0},
        Case{"many values", "a = [" + Repeated("1.5, ", 500) + "]\n", 0},
        Case{"many lines", Repeated("a.b = [1]\n", 500), 0},
        Case{"line is told", "a = 1\nb = '''\n\n'''\nc = " + deep, 5},
        Case{"comment with a quote", "# '\na = " + deep, 2},
        Case{"string with a hash", "a = '#'\nb = " + deep, 2},
        Case{"end in a string", "a = \"\\", 0}, Case{"nothing", "", 0}}) {
    EXPECT_EQ(LineOfTomlDepth(c.text), c.line) << c.name;
  }
}

}  // namespace
}  // namespace dobby::cli
