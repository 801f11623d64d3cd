#include "chunks/author_words.h"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "base/text.h"

namespace dobby {
namespace {

TEST(AuthorsSentence, IsTheFirstOneOfTheHeader) {
  struct Case {
    const char* name;
    const char* language;
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"a comment in front", "cpp",
       "// Counts words in files. Not for binary ones.\n#include <a>\n",
       "Counts words in files."},
      {"of several lines", "cpp",
       "//\n// Counts the words\n// in files.\n\nint x;\n",
       "Counts the words in files."},
      {"without a full stop", "go",
       "// Package ring implements circular lists\npackage ring\n",
       "Package ring implements circular lists."},
      {"after a licence", "go",
       "// Copyright 2009 The Authors. All rights reserved.\n// Use of it is "
       "governed by a licence.\n\n// Package heap provides heap operations for "
       "any type.\npackage heap\n",
       "Package heap provides heap operations for any type."},
      {"a licence alone", "c",
       "/* SPDX-License-Identifier: MIT */\nint main(void) {}\n", ""},
      {"who wrote it", "python",
       "# Written by A. Person and B. Other.\n\n\"\"\"Decimal "
       "arithmetic.\"\"\"\n",
       "Decimal arithmetic."},
      {"which version it is", "python",
       "#  Id: chat.py,v 2.26 2000/09/07 Exp\n#  Author: A. Person\n\n"
       "r\"\"\"A chat over sockets.\"\"\"\n",
       "A chat over sockets."},
      {"not who wrote it", "python", "# Authorization of users by tokens.\n",
       "Authorization of users by tokens."},
      {"a block", "java",
       "package a.b;\n\nimport java.util.List;\n\n/**\n * A list that never "
       "shrinks.\n *\n * @author me\n */\npublic class Growing {}\n",
       "A list that never shrinks."},
      {"a docstring", "python",
       "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n\"\"\"Parse command "
       "lines.\n\nMore of it.\n\"\"\"\nimport os\n",
       "Parse command lines."},
      {"a raw docstring on lines of its own", "python",
       "r'''\nRead and write tables.\n'''\n", "Read and write tables."},
      {"a file's name and a dash", "c",
       "/* ring.c - a queue between threads */\n", "A queue between threads."},
      {"doxygen", "cpp",
       "/**\n * @file ring.h\n * @brief A queue of bytes.\n */\n",
       "A queue of bytes."},
      {"an abbreviation", "cpp",
       "// Reads formats, e.g. of images, from files.\n",
       "Reads formats, e.g. of images, from files."},
      {"a comment of a function", "cpp",
       "int f();\n\n// Adds two numbers and more.\nint add();\n", ""},
      {"after include guards", "cpp",
       "#ifndef A_H\n#define A_H\n\n// Small strings without a "
       "heap.\nclass S;\n",
       "Small strings without a heap."},
      {"after imports", "go",
       "package utf8\n\nimport \"x\"\n\n// The conditions are checked in "
       "tests.\nconst a = 1\n",
       ""},
      {"after includes", "cpp",
       "#include <a>\n\n// Tells what it is about.\nclass A;\n", ""},
      {"dashes and a title", "sql",
       "-----------------\n-- Tables\n-----------------\n", ""},
      {"lua", "lua", "-- Draws a map of tiles.\nlocal x\n",
       "Draws a map of tiles."},
      {"rust", "rust", "//! Hash maps that keep their order.\n\nuse std::x;\n",
       "Hash maps that keep their order."},
      {"a comment that never ends", "c", "/* It goes on and on",
       "It goes on and on."},
      {"a character that is no text", "c", "// Rings the \a bell.\n",
       "Rings the \uFFFD bell."},
      {"no comment", "c", "int x;\n", ""},
      {"nothing", "c", "", ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(AuthorsSentence(c.text, {c.language, c.language}), c.want)
        << c.name;
  }
}

TEST(AuthorsSentence, ALongSentenceIsNoLine) {
  std::string text = "// It";
  for (int i = 0; i < 50; ++i) text += " goes on";
  EXPECT_EQ(AuthorsSentence(text + ".\n", {"cpp", "C++"}), "");
}

/// Returns the trimmed lines of a text.
std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(Trim(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

struct DefinitionCase {
  const char* name;
  std::string text;
  const char* want;
};

/// The definition is that of the last line with "push" in it.
void ExpectDocs(const char* language, std::span<const DefinitionCase> cases) {
  for (const DefinitionCase& c : cases) {
    const auto lines = LinesOf(c.text);
    std::size_t at = lines.size() - 1;
    while (lines[at].find("push") == std::string_view::npos) --at;
    EXPECT_EQ(SentenceOnDefinition(lines, at, "push", {language, language}),
              c.want)
        << language << ": " << c.name;
  }
}

TEST(SentenceOnDefinition, InPythonIsOfTheDocstring) {
  const DefinitionCase cases[] = {
      {"of one line", "def push(x):\n    \"\"\"Add an item.\"\"\"\n",
       "Add an item."},
      {"of several",
       "def push(x):\n    \"\"\"Add an item\n    to it.\n\n    More.\n    "
       "\"\"\"\n",
       "Add an item to it."},
      {"that begins below",
       "def push(x):\n    \"\"\"\n    Add an item.\n    \"\"\"\n",
       "Add an item."},
      {"raw", "def push(x):\n    r'''Add an item.'''\n", "Add an item."},
      {"of single quotes", "def push(x):\n    'Add an item.'\n",
       "Add an item."},
      {"of double quotes", "def push(x):\n    \"Add an item.\"\n",
       "Add an item."},
      {"below a decorator", "@f\ndef push(x):\n    \"\"\"Add an item.\"\"\"\n",
       "Add an item."},
      {"below a head of several lines",
       "def push(\n    x: int,\n    y={1: 2},\n) -> None:\n    \"\"\"Add an "
       "item.\"\"\"\n",
       "Add an item."},
      {"below a head with a comment",
       "def push(x):  # noqa: f(\n    \"\"\"Add an item.\"\"\"\n",
       "Add an item."},
      {"below a head with signs in strings",
       "def push(x=\"(#\", y='\\'('):\n    \"\"\"Add an item.\"\"\"\n",
       "Add an item."},
      {"below a blank line", "def push(x):\n\n    \"\"\"Add an item.\"\"\"\n",
       "Add an item."},
      {"not the next one's",
       "def push(x): return 1\ndef pop():\n    \"\"\"Take an item.\"\"\"\n",
       ""},
      {"not the next one's, over lines",
       "def push(x): return f(\n    1)\ndef pop():\n    \"\"\"Take an "
       "item.\"\"\"\n",
       ""},
      {"nor a string further below",
       "def push(x):\n    x = 1\n    \"\"\"Add an item.\"\"\"\n", ""},
      {"or a comment above", "# Add an item.\ndef push(x):\n    pass\n",
       "Add an item."},
      {"above a decorator",
       "# Add an item.\n@a\n@b(1)\ndef push(x):\n    pass\n", "Add an item."},
      {"the docstring before the comment",
       "# Old words here.\ndef push(x):\n    \"\"\"Add an item.\"\"\"\n",
       "Add an item."},
      {"not a comment in the function above",
       "def f():\n    # Explains the thing.\n    return x\ndef push(): pass\n",
       ""},
      {"a docstring that never ends", "def push(x):\n    \"\"\"Add an item.\n",
       "Add an item."},
      {"a head that never ends", "def push(x,\n", ""},
      {"parameters alone",
       "def push(x):\n    \"\"\":param x: what it is\n    that is "
       "added.\"\"\"\n",
       ""},
      {"CRLF", "def push(x):\r\n    \"\"\"Add an item.\r\n    \"\"\"\r\n",
       "Add an item."},
  };
  ExpectDocs("python", cases);
}

TEST(SentenceOnDefinition, IsOfTheCommentRightAbove) {
  const DefinitionCase cases[] = {
      {"three slashes", "/// Adds an item. And more.\nvoid push(int x);\n",
       "Adds an item."},
      {"two", "// Adds an item.\nvoid push(int x);\n", "Adds an item."},
      {"several lines", "// Adds an\n// item.\nvoid push(int x);\n",
       "Adds an item."},
      {"a template and attributes between",
       "// Adds an item.\ntemplate <typename T,\n          typename "
       "U>\n[[nodiscard]]\nvoid push(int x);\n",
       "Adds an item."},
      {"a type between", "/* Adds an item. */\nstatic int\npush(int x)\n",
       "Adds an item."},
      {"a block", "/**\n * Adds an item.\n *\n * More.\n */\nvoid push();\n",
       "Adds an item."},
      {"a block of one line", "/* Adds an item. */\nvoid push();\n",
       "Adds an item."},
      {"Doxygen",
       "/**\n * @brief Adds an item.\n * @param x the item\n */\nvoid "
       "push();\n",
       "Adds an item."},
      {"parameters alone",
       "/**\n * @param x the item\n *     that is added.\n */\nvoid push();\n",
       ""},
      {"CRLF", "// Adds an item.\r\nvoid push(int x);\r\n", "Adds an item."},
      {"a blank line between", "// Adds an item.\n\nvoid push(int x);\n", ""},
      {"another definition between",
       "// Takes an item.\nint pop();\nvoid push();\n", ""},
      {"the comment of one above, and one behind code",
       "/* Takes an item. */\nint pop();\nint n; /* how many */\nvoid "
       "push();\n",
       ""},
      {"behind code", "int n; /* how many */\nvoid push();\n", ""},
      {"a label between", "// Adds an item.\npublic:\nvoid push();\n", ""},
      {"for a linter", "// NOLINTNEXTLINE(x): it is fine\nvoid push();\n", ""},
      {"below one for a linter",
       "// NOLINTNEXTLINE(x)\n// Adds an item.\nvoid push();\n",
       "Adds an item."},
      {"for later", "// TODO(me): make it faster\n// some day.\nvoid push();\n",
       ""},
      {"for later, behind it",
       "// Adds an item.\n// TODO(me): make it faster\nvoid push();\n",
       "Adds an item."},
      {"a licence", "// Copyright 2020 The Authors.\nvoid push();\n", ""},
      {"a rule", "// -----------\nvoid push();\n", ""},
      {"one word", "// Adds\nvoid push();\n", ""},
      {"the name in front", "// Push adds an item.\nvoid push();\n",
       "adds an item."},
      {"the name in backticks", "// `push` adds an item.\nvoid push();\n",
       "adds an item."},
      {"another name in backticks", "// `pushy adds an item`.\nvoid push();\n",
       "`pushy adds an item`."},
      {"the name alone", "// push\nvoid push();\n", ""},
      {"an article and the name", "// A push is an item more.\nvoid push();\n",
       "is an item more."},
      {"an article and more than the name",
       "// A push button of a form.\nvoid push();\n",
       "A push button of a form."},
      {"somewhat above, by name",
       "// push()\n//\n// Adds an item.\n#if A\n// A has no room.\n"
       "#define more\nvoid push();\n",
       "Adds an item."},
      {"longer than can be",
       [] {
         std::string lines;
         for (int i = 0; i < 130; ++i) lines += "// Explains it.\n";
         return lines + "void push();\n";
       }(),
       ""},
      {"nothing above", "void push();\n", ""},
      {"a comment that never began", "Adds an item. */\nvoid push();\n", ""},
  };
  ExpectDocs("cpp", cases);
}

TEST(SentenceOnDefinition, IsWrittenAsTheLanguageDoes) {
  const DefinitionCase java[] = {
      {"annotations between",
       "/**\n * Adds an {@link Item} to {@code this}.\n * @param x it\n "
       "*/\n@Override\n@Deprecated(since = \"9\")\npublic void push() {\n",
       "Adds an Item to this."},
  };
  const DefinitionCase javascript[] = {
      {"JSDoc", "/** Adds an {@link Item}. */\nfunction push() {\n",
       "Adds an Item."},
      {"for a linter", "// eslint-disable-next-line no-x\nfunction push() {\n",
       ""},
      {"no types on lines of their own",
       "function f() {\n  // Explains it all.\n  return x\nfunction push() {\n",
       ""},
  };
  const DefinitionCase go[] = {
      {"the name is taken off", "// push adds an item.\nfunc push() {\n",
       "adds an item."},
      {"not that of a type above",
       "// A is a number of items.\ntype A int\nfunc push() {\n", ""},
      {"for a linter", "//nolint:all because of it\nfunc push() {\n", ""},
      {"links",
       "// Adds an [io.Reader] to a[i] of [T](x), [0, 1] or [2].\n"
       "func push() {\n",
       "Adds an io.Reader to a[i] of [T](x), [0, 1] or [2]."},
      {"for the compiler", "//go:noinline if it can\nfunc push() {\n", ""},
  };
  const DefinitionCase rust[] = {
      {"a derive between",
       "/// Adds an item.\n#[derive(Debug)]\n#[inline]\nstruct push;\n",
       "Adds an item."},
  };
  const DefinitionCase ruby[] = {
      {"a comment", "# Adds an item.\ndef push(x)\n", "Adds an item."},
      {"not within the method above",
       "def pop\n  # Takes the last.\n  x\nend\ndef push(x)\n", ""},
  };
  const DefinitionCase csharp[] = {
      {"a summary",
       "/// <summary>\n/// Adds an item.\n/// </summary>\n[Pure]\nvoid "
       "push();\n",
       "Adds an item."},
      {"on one line", "/// <summary>Adds an item.</summary>\nvoid push();\n",
       "Adds an item."},
  };
  ExpectDocs("java", java);
  ExpectDocs("javascript", javascript);
  ExpectDocs("go", go);
  ExpectDocs("rust", rust);
  ExpectDocs("ruby", ruby);
  ExpectDocs("csharp", csharp);
}

TEST(SentenceOnDefinition, AHugeCommentIsNone) {
  std::string tags = "// Adds";
  for (int i = 0; i < 100000; ++i) tags += " {@link X}";
  const auto above = [](const std::string& comment) {
    const std::string text = comment + "\nvoid push();\n";
    const auto lines = LinesOf(text);
    return SentenceOnDefinition(lines, lines.size() - 1, "push", {"cpp", ""});
  };
  EXPECT_EQ(above(tags), "");
  std::string block = "/* Adds an item.";
  for (int i = 0; i < 1000; ++i) block += "\n * and more";
  EXPECT_EQ(above(block + " */"), "");
}

}  // namespace
}  // namespace dobby
