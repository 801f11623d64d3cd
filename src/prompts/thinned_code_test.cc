#include "prompts/thinned_code.h"

#include <gtest/gtest.h>

#include <string>

#include "base/utf8.h"

namespace dobby {
namespace {

TEST(ThinnedCode, LeavesOrdinaryCodeAlone) {
  const std::string code =
      "#include <map>\n"
      "// Counts words.\n"
      "int Count(int n) {\n"
      "  return n + 1;  // 'tis one more\n"
      "}\n";
  EXPECT_EQ(ThinnedCode(code), code);
  EXPECT_EQ(ThinnedCode(""), "");
  EXPECT_EQ(ThinnedCode("x = 1"), "x = 1\n");
}

TEST(ThinnedCode, DropsBlankLinesAndEndsOfLines) {
  EXPECT_EQ(ThinnedCode("def f():  \r\n\r\n\t\n    pass\n\n\n"),
            "def f():\n    pass\n");
}

TEST(ThinnedCode, DropsLicencesButNoOtherParagraphAtTheHead) {
  EXPECT_EQ(ThinnedCode("// Copyright 2020 The Authors.\n"
                        "// Use of this source is governed by a license.\n"
                        "\n"
                        "// Package zip reads archives.\n"
                        "package zip\n"),
            "// Package zip reads archives.\n"
            "package zip\n");
  EXPECT_EQ(ThinnedCode("/*\n"
                        " * Reads archives.\n"
                        " *\n"
                        " * Permission is hereby granted, free of charge,\n"
                        " * to any person.\n"
                        " */\n"
                        "int x;\n"),
            "/*\n"
            " * Reads archives.\n"
            " *\n"
            " */\n"
            "int x;\n");
}

TEST(ThinnedCode, KeepsWhatIsSaidOfLicencesElsewhere) {
  const std::string code =
      "import os\n"
      "# Finds the license of a package.\n"
      "def license_of(package): pass\n";
  EXPECT_EQ(ThinnedCode(code), code);
  const std::string directives = "#!/bin/sh\n#define LICENSE 1\n";
  EXPECT_EQ(ThinnedCode(directives), directives);
}

TEST(ThinnedCode, ShortensLongLiteralsBetweenCharacters) {
  const std::string most(64, 'a');
  EXPECT_EQ(ThinnedCode("x = \"" + most + "\""), "x = \"" + most + "\"\n");
  EXPECT_EQ(ThinnedCode("x = f(\"" + most + "a\", 'b')"),
            "x = f(\"" + std::string(32, 'a') + "...\", 'b')\n");
  std::string accents = "x = '";
  for (int i = 0; i < 40; ++i) accents += "a\u00E9";
  const std::string thinned = ThinnedCode(accents + "'");
  EXPECT_TRUE(IsUtf8(thinned)) << thinned;
  EXPECT_LT(thinned.size(), 45u);
}

TEST(ThinnedCode, AQuoteThatDoesNotCloseOpensNothing) {
  const std::string code = "// don't " + std::string(80, 'x') + "\n";
  EXPECT_EQ(ThinnedCode(code), code);
  const std::string escaped = R"(s = "a\"b" + '\'';)"
                              "\n";
  EXPECT_EQ(ThinnedCode(escaped), escaped);
}

TEST(ThinnedCode, ShowsTheFirstLinesOfATable) {
  std::string table;
  for (int i = 0; i < 8; ++i) table += "  {0x1F, -2.5e3, \"name\"},\n";
  EXPECT_EQ(ThinnedCode("int t[] = {\n" + table + "};\n"),
            "int t[] = {\n"
            "  {0x1F, -2.5e3, \"name\"},\n"
            "  {0x1F, -2.5e3, \"name\"},\n"
            "...\n"
            "};\n");
  const std::string few = table.substr(0, table.size() / 8 * 7);
  EXPECT_EQ(ThinnedCode(few), few);
}

TEST(ThinnedCode, LinesWithNamesAreNoTable) {
  std::string names;
  for (int i = 0; i < 20; ++i) names += "  kRed,\n  {1, kBlue},\n";
  EXPECT_EQ(ThinnedCode(names), names);
  std::string braces;
  for (int i = 0; i < 20; ++i) braces += "}\n";
  EXPECT_EQ(ThinnedCode(braces), braces);
}

}  // namespace
}  // namespace dobby
