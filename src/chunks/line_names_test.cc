#include "chunks/line_names.h"

#include <gtest/gtest.h>

#include <string>

namespace dobby {
namespace {

/// Returns "kind name=value :line" of each, two blanks in front for each level.
std::string NamesOf(const std::string& text, const char* language) {
  std::string names;
  for (const Definition& definition : LineNamesOf(text, language)) {
    const Symbol& symbol = definition.symbol;
    EXPECT_LT(definition.begin, text.size());
    names += (names.empty() ? "" : "\n") + std::string(2 * symbol.depth, ' ') +
             symbol.kind + " " + symbol.name +
             (symbol.value.empty() ? "" : "=" + symbol.value) + " :" +
             std::to_string(symbol.line);
  }
  return names;
}

struct Case {
  const char* name;
  const char* language;
  const char* text;
  const char* want;
};

void Check(const Case& c) {
  EXPECT_EQ(NamesOf(c.text, c.language), c.want) << c.name;
}

TEST(LineNamesOf, AreTheKeysOfAConfiguration) {
  for (const Case& c : {
           Case{"tables", "toml",
                "a = 1\n[build]\nx = [\n  [1, 2],\n]\n[[bin.x]]  # two\ny=2\n",
                "key a=1 :1\nsection build :2\n  key x :3\nsection bin.x :6"},
           Case{"section with quotes", "ini", "[core \"x\"]\r\n; [no]\n[]\n",
                "section core \"x\" :1"},
           Case{"keys in a section", "ini", "[a]\nb = c d\n  e\nf: g\n",
                "section a :1\n  key b=c d e :2\n  key f=g :4"},
           Case{"two levels", "yaml",
                "# on: x\nname: CI\n\"on\":\n  push: {}\n    deep: 1\n",
                "key name=CI :2\nkey on :3\n  key push :4"},
           Case{"deeper keys are left out", "yaml", "a:\n  b:\n    c: 1\n",
                "key a :1\n  key b :2"},
           Case{"lists", "yaml", "a:\n  - b: 1\n  - c\n", "key a :1"},
           Case{"escapes, comments and commas too many", "json",
                "{\"a\": [{\"no\": 1}],\n \"b\\\"}\" : {\"c\": {\"d\": "
                "\"e\"},},\n // x\n \"\": \"f:\",}",
                "key a :1\nkey b\"} :2\n  key c :2"},
           Case{"a list of objects", "json", "[{\"a\": 1}]", ""},
           Case{"cut off", "json", "{\"a\": 1, \"b\": {\"c", "key a=1 :1"},
           Case{"nothing", "json", "", ""},
       }) {
    Check(c);
  }
}

TEST(LineNamesOf, ArePartsOfKnownConfigurations) {
  for (const Case& c : {
           Case{"workflow", "yaml",
                "jobs:\n  test:\n    steps:\n      - name: Run it\n        "
                "run: x\n",
                "key jobs :1\n  job test :2\n      step Run it :4"},
           Case{"compose", "yaml", "services:\n  web:\n    image: x\n",
                "key services :1\n  service web :2"},
           Case{"resources", "yaml",
                "kind: Deployment\nmetadata:\n  name: shop\n---\nkind: "
                "Service\nmetadata:\n  name: front\n",
                "key kind=Deployment :1\nkey metadata :2\n  deployment shop "
                ":3\nkey kind=Service :5\nkey metadata :6\n  service front :7"},
           Case{"routes", "yaml",
                "paths:\n  /pets/{id}:\n    get:\n      x: 1\n    "
                "parameters: []\n",
                "key paths :1\n  key /pets/{id} :2\n    route GET /pets/{id} "
                ":3"},
           Case{"scripts", "json", "{\"scripts\": {\"lint\": \"tidy .\"}}",
                "key scripts :1\n  script lint=tidy . :1"},
           Case{"names in XML", "xml",
                "<?xml version=\"1.0\"?>\n<project name=\"p\">\n <target "
                "name=\"all\"/>\n <target name=\"dist\"/>\n <a>b</a></project>",
                "key project :2\n  key target :3\n    target all :3\n    "
                "target dist :4\n  key a=b :5"},
       }) {
    Check(c);
  }
}

TEST(LineNamesOf, AreWhatIsBuiltAndServed) {
  for (const Case& c : {
           Case{"targets", "makefile",
                "CC := gcc\nall: lib/x.o a.out\n\tcc x: y\n.PHONY: all\n"
                "%.o: %.c\nlib/x.o: x.c\n$(X): y\nA ::= b\nclean test::\n",
                "target all :2\ntarget clean :9\ntarget test :9"},
           Case{"no targets", "makefile",
                "define HELP\nuse: it\nendef\nX = a \\\n  b: c\ndebug: CFLAGS "
                "+= -g\nfast: all # now: x\n",
                "target fast :7"},
           Case{"commands over several lines", "cmake",
                "ADD_LIBRARY(\n  ring STATIC x)\nadd_executable(${X} y)\n"
                "if(Y)\n  function(make_it a)\n  endfunction()\nendif()\n",
                "library ring :2\ncommand make_it :5"},
           Case{"stages", "dockerfile",
                "FROM alpine:3 AS build\nRUN make\nFROM scratch\nEXPOSE "
                "80\nENTRYPOINT [\"/app\"]\n",
                "image alpine:3 :1\nstage build :1\nimage scratch :3\nport 80 "
                ":4\nentry point [\"/app\"] :5"},
           Case{"messages in messages", "protobuf",
                "message Ring {\n  enum Kind { A = 0; }\n}\nservice Rings "
                "{\n  rpc Get(Ring) returns (Ring);\n}\n",
                "message Ring :1\n  enum Kind :2\nservice Rings :4\n  method "
                "Get :5"},
           Case{"selectors", "css",
                ".a { x: y }\n.a, #b { z: 1 }\n@keyframes spin { from {} }\n",
                "selector .a :1\nselector #b :2\nanimation spin :3"},
           Case{"headings", "html",
                "<html><title>Home</title>\n<h1>Hi <b>you</b></h1>\n<h2>"
                "More</h2></html>",
                "title Home :1\nsection Hi you :2\n  section More :3"},
           Case{"functions of Lua", "lua",
                "local function f(x)\nfunction M.g() end\nfunction(x)\n",
                "function f :1\nfunction M.g :2"},
           Case{"functions of Perl", "perl",
                "sub push {\nmy $f = sub { 1 };\nsub\n", "function push :1"},
           Case{"no language", "text", "all: x\n[a]\n", ""},
           Case{"an empty text", "makefile", "", ""},
       }) {
    Check(c);
  }
}

TEST(LineNamesOf, AreWhatSqlCreates) {
  for (const Case& c : {
           Case{"tables", "sql",
                "CREATE TABLE IF NOT EXISTS items (id INT);\n"
                "create table \"x y\"(z);\nCREATE TEMP TABLE [dbo].[Sales] (a "
                "INT)\n",
                "table items :1\ntable x y :2\ntable dbo.Sales :3"},
           Case{"others", "sql",
                "CREATE OR REPLACE VIEW app.open AS SELECT 1;\nCREATE UNIQUE "
                "INDEX CONCURRENTLY by_day ON t (day);\nCREATE FUNCTION "
                "`f`() RETURNS INT\n-- create table no\nCREATE INDEX ON t(x)\n",
                "view app.open :1\nindex by_day :2\nfunction f :3"},
           Case{"changes", "sql",
                "ALTER TABLE ONLY public.t ADD x INT;\nALTER TABLE ONLY "
                "public.t ADD y INT;\nINSERT INTO z VALUES (1);\n",
                "altered table public.t :1"},
           Case{"cut off", "sql", "create table \"x", "table x :1"},
       }) {
    Check(c);
  }
}

}  // namespace
}  // namespace dobby
