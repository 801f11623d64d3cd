#include "dobby/repo.h"
#include "gtest/gtest.h"

namespace dobby {
namespace {

TEST(Languages, FromNameThenInterpreter) {
  struct Case {
    const char* path;
    const char* head;
    const char* want;
  };
  for (const Case& c : {
           Case{"a/b.py", "", "python"},
           Case{"a.PY", "", "python"},
           Case{"a.tsx", "", "tsx"},
           Case{"a.C", "", "cpp"},
           Case{"a.h", "int f(void);\n", "c"},
           Case{"a.h", "#pragma once\nnamespace x {\n", "cpp"},
           Case{"CMakeLists.txt", "", "cmake"},
           Case{"dir/Makefile", "", "makefile"},
           Case{"a.txt", "#!/bin/sh\n", "text"},
           Case{"run", "#!/bin/sh\n", "bash"},
           Case{"run", "#! /usr/bin/env python3.11\n", "python"},
           Case{"run", "#!/usr/bin/env -S PATH=x node --y\r\n", "javascript"},
           Case{"run", "#!/usr/bin/env", "text"},
           Case{"run", "#!", "text"},
           Case{"run", "", "text"},
           Case{"any", "// <any> -*- C++ -*-\n", "cpp"},
           Case{"run", "# -*- mode: Python; coding: utf-8 -*-\n", "python"},
           Case{"run", "# -*- coding: utf-8 -*-\n", "text"},
           Case{"run", "x\n# -*- python -*-\n", "text"},
           Case{"run", "-*-", "text"},
           Case{"a.txt", "-*- C++ -*-\n", "text"},
           Case{"weird.zzz", "#!/usr/bin/ruby2.7", "ruby"},
           Case{".bashrc", "", "bash"},
           Case{"", "", "text"},
           Case{".", "", "text"},
           Case{"a..", "", "text"},
           Case{"a.b.c.d.py", "", "python"},
           Case{"a.html.erb", "", "html+erb"},
           Case{"run", "# vim: set ft=ruby :\n", "ruby"},
           Case{"a.m", "#import \"A.h\"\n", "objectivec"},
           Case{"a.m", "@implementation A\n@end\n", "objectivec"},
           Case{"a.m", "/* A car. */\n#include <a.h>\n", "objectivec"},
           Case{"a.m", "% Plots.\nfunction y = f(x)\n", "matlab"},
           Case{"a.m", "x = 1\n", "matlab"},
           Case{"a.m", "", "matlab"},
           Case{"a.ts", "<?xml version=\"1.0\"?>\n<TS>\n", "xml"},
           Case{"a.ts", "<!DOCTYPE TS>\n", "xml"},
           Case{"a.ts", "const a = <T>(x: T) => x\n", "typescript"},
           Case{"a.h", "@interface A : B\n@end\n", "objectivec"},
           Case{"a.h", "/* -*- C++ -*- */\nint f();\n", "cpp"},
           Case{"a.pl", "use strict;\nmy $x = f(':-');\n", "perl"},
           Case{"a.pl", ":- module(a, []).\nb(X) :- c(X).\n", "prolog"},
           Case{"a.v", "module a(input b);\nendmodule\n", "verilog"},
           Case{"a.v", "Require Import List.\n", "rocq-prover"},
           Case{"a.r", "x <- 1\n", "r"},
           Case{"a.cls", "\\NeedsTeXFormat{LaTeX2e}\n", "latex"},
           Case{"a.cls", "public class A {\n}\n", "apex"},
           Case{"a.inc", "<?php\n", "php"},
           Case{"a.inc", "#define A 1\n", "cpp"},
           Case{"a.inc", "just words\n", "text"},
           Case{"a.mod", "MODULE A;\nEND A.\n", "modula-2"},
           Case{"a.1", ".TH A 1\n", "roff-manpage"},
           Case{"notes-1.2", "x\n", "text"},
       }) {
    EXPECT_EQ(DetectLanguage(c.path, c.head).id, c.want)
        << c.path << " " << c.head;
  }
  EXPECT_EQ(DetectLanguage("x.cc", "").display, "C++");
  EXPECT_EQ(DetectLanguage("x.sh", "").display, "shell");
}

TEST(Languages, AreFoundByWhatPeopleCallThem) {
  struct Case {
    const char* name;
    const char* id;
  };
  for (const Case& c : {
           Case{"C++", "cpp"},
           Case{"cpp", "cpp"},
           Case{"py", "python"},
           Case{"js", "javascript"},
           Case{"Rust", "rust"},
           Case{"rs", "rust"},
           Case{"C#", "csharp"},
           Case{"golang", "go"},
           Case{"shell", "bash"},
           Case{" TSX ", "tsx"},
           Case{"Objective-C", "objectivec"},
           Case{"objc", "objectivec"},
           Case{".kt", "kotlin"},
       }) {
    const auto language = FindLanguage(c.name);
    ASSERT_TRUE(language) << c.name;
    EXPECT_EQ(language->id, c.id) << c.name;
  }
  for (const char* name : {"", ".", "no such language"}) {
    EXPECT_FALSE(FindLanguage(name)) << name;
  }
  const auto near = NearLanguageNames("pythn", 3);
  ASSERT_EQ(near.size(), 3u);
  EXPECT_EQ(near[0], "python");
  EXPECT_EQ(NearLanguageNames(std::string(1 << 20, 'x'), 1).size(), 1u);
}

}  // namespace
}  // namespace dobby
