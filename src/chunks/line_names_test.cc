#include "chunks/line_names.h"

#include <gtest/gtest.h>

#include <string>

namespace dobby {
namespace {

/// Returns "kind name :line" of each, two blanks in front for each level.
std::string NamesOf(const std::string& text, const char* language) {
  std::string names;
  for (const Definition& definition : LineNamesOf(text, language)) {
    const Symbol& symbol = definition.symbol;
    EXPECT_EQ(text.substr(definition.begin, symbol.name.size()), symbol.name);
    names += (names.empty() ? "" : "\n") + std::string(2 * symbol.depth, ' ') +
             symbol.kind + " " + symbol.name + " :" +
             std::to_string(symbol.line);
  }
  return names;
}

TEST(LineNamesOf, AreWhatALanguageDefines) {
  struct Case {
    const char* language;
    const char* text;
    const char* want;
  };
  for (
      const Case& c : {
          Case{"makefile",
               "CC := gcc\nall: lib/x.o a.out\n\tcc x: y\n.PHONY: all\n"
               "%.o: %.c\nlib/x.o: x.c\n$(X): y\nA ::= b\nclean test::\n",
               "target all :2\ntarget clean :9"},
          Case{"toml",
               "a = 1\n[build]\nx = [\n  [1, 2],\n]\n[[bin.x]]  # two\n",
               "section build :2\nsection bin.x :6"},
          Case{"ini", "[core \"x\"]\r\n; [no]\n[]\n", "section core \"x\" :1"},
          Case{
              "yaml",
              "# on: x\nname: CI\n\"on\":\n  push: {}\n    deep: 1\n- item: 2\n"
              "url: http://x:80\nhttp://x:80\n",
              "key name :2\nkey on :3\n  key push :4\nkey url :7"},
          Case{
              "json",
              "{\"a\": [{\"no\": 1}],\n \"b\\\"}\" : {\"c\": {\"d\": \"e\"}},\n"
              " \"\": \"f:\"}",
              "key a :1\nkey b\\\"} :2\n  key c :2"},
          Case{"json", "[{\"a\": 1}]", ""},
          Case{"json", "{\"a\": {\"b", "key a :1"},
          Case{"json", "}]{\"a\"\n:", "key a :1"},
          Case{"json", "\"a\\", ""},
          Case{"json", "{\"a\nb\": 1, \"c\": 2}", "key c :2"},
          Case{"cmake",
               "ADD_LIBRARY(ring STATIC x)\nadd_executable(${X} y)\n"
               "if(Y)\n  function(make_it a)\n",
               "library ring :1\ncommand make_it :4"},
          Case{"sql",
               "CREATE TABLE IF NOT EXISTS items (id INT);\n"
               "create table \"x\"(y);\n",
               "table items :1\ntable \"x\" :2"},
          Case{"protobuf", "message Ring {\n  enum Kind {}\n}\n",
               "message Ring :1\nenum Kind :2"},
          Case{"lua", "local function f(x)\nfunction M.g() end\nfunction(x)\n",
               "function f :1\nfunction M.g :2"},
          Case{"perl", "sub push {\nmy $f = sub { 1 };\nsub\n",
               "function push :1"},
          Case{"text", "all: x\n[a]\n", ""},
          Case{"makefile", "", ""},
      }) {
    EXPECT_EQ(NamesOf(c.text, c.language), c.want) << c.language << c.text;
  }
}

}  // namespace
}  // namespace dobby
