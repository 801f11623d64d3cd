#include "chunks/statement_names.h"

#include <gtest/gtest.h>

#include <string>

namespace dobby {
namespace {

std::string Names(std::string_view text, const char* language) {
  std::string names;
  for (const Symbol& symbol : StatementNames(text, {language, language})) {
    names += symbol.kind + " " + symbol.name + "=" + symbol.value + "; ";
  }
  return names;
}

TEST(StatementNames, AreOfWhatLinesSetAndCall) {
  struct Case {
    const char* name;
    const char* language;
    const char* text;
    const char* want;
  };
  for (const Case& c : {
           Case{"an array of PHP", "php",
                "<?php\n// No name = here\nreturn [\n  'paths' => ['a/*'],\n  "
                "'max_age' => 0,\n];\n",
                "setting paths=['a/*']; setting max_age=0; "},
           Case{"types of Python", "python",
                "from a import b\nScope = MutableMapping[str, Any]\nApp: T = "
                "f(\n    x)\n",
                "setting Scope=MutableMapping[str, Any]; setting App=; "},
           Case{"settings of Ruby", "ruby",
                "App.configure do\n  config.cache = true\nend\n",
                "setting config.cache=true; "},
           Case{"a Gemfile", "ruby",
                "source \"https://a.example\"\ngem 'rails'\n",
                "call source=https://a.example; call gem=rails; "},
           Case{"a build file", "bazel", "module(\n    name = \"a\",\n)\n",
                "call module=; setting name=\"a\"; "},
           Case{"a comparison", "c", "if (a == b) {\n", ""},
           Case{"prose", "markdown", "name: a\n", ""},
           Case{"nothing", "python", "", ""},
       }) {
    EXPECT_EQ(Names(c.text, c.language), c.want) << c.name;
  }
}

TEST(StatementNames, AreAThousandAtMost) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "a" + std::to_string(i) + " = 1\n";
  EXPECT_EQ(StatementNames(text, {"python", "Python"}).size(), 1000u);
}

}  // namespace
}  // namespace dobby
