#include "chunks/author_words.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace dobby
