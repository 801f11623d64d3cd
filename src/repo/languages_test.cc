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
       }) {
    EXPECT_EQ(DetectLanguage(c.path, c.head).id, c.want)
        << c.path << " " << c.head;
  }
  EXPECT_EQ(DetectLanguage("x.cc", "").display, "C++");
}

}  // namespace
}  // namespace dobby
