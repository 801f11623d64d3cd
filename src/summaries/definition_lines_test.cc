#include "summaries/definition_lines.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

std::string Holds(std::span<const Symbol> outline, std::string_view path,
                  const std::string& told = "") {
  return HoldsLine(ItemsOf(outline, path), path, told);
}

TEST(HoldsLine, NamesWhatAnOutlineDefines) {
  struct Case {
    const char* name;
    std::vector<Symbol> outline;
    const char* want;
  };
  std::vector<Symbol> many, members = {{"class", "Big", 1, 0}};
  for (int i = 0; i < 20; ++i) {
    many.push_back({"function", "f" + std::to_string(i), 1, 0});
    members.push_back({"method", "m" + std::to_string(i), 1, 1});
  }
  const Case cases[] = {
      {"nothing", {}, ""},
      {"one", {{"function", "main", 1, 0}}, "Defines function main."},
      {"of one kind",
       {{"function", "a", 1, 0}, {"function", "b", 2, 0}},
       "Defines functions a, b."},
      {"plurals",
       {{"class", "A", 1, 0},
        {"class", "B", 1, 0},
        {"property", "p", 1, 0},
        {"property", "q", 1, 0}},
       "Defines classes A, B; properties p, q."},
      {"a type with members",
       {{"class", "Ring", 1, 0},
        {"method", "push", 2, 1},
        {"method", "push", 3, 1},
        {"method", "pop", 4, 1},
        {"function", "main", 9, 0}},
       "Defines class Ring (push, pop); function main."},
      {"namespaces do not count",
       {{"namespace", "app", 1, 0},
        {"struct", "Point", 2, 1},
        {"function", "norm", 3, 2}},
       "Defines struct Point (norm)."},
      {"members of members are left out",
       {{"class", "A", 1, 0}, {"class", "B", 2, 1}, {"method", "m", 3, 2}},
       "Defines class A (B)."},
      {"members defined apart",
       {{"function", "Ring::push", 1, 0}, {"function", "Ring::pop", 2, 0}},
       "Defines Ring (push, pop)."},
      {"overloads count once",
       {{"function", "f", 1, 0}, {"function", "f", 2, 0}},
       "Defines function f."},
      {"too many", many,
       "Defines functions f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, "
       "f12, f13; and 6 more."},
      {"too many members", members,
       "Defines class Big (m0, m1, m2, m3, m4 and 15 more)."},
      {"no name", {{"type", std::string(61, 'x'), 1, 0}}, ""},
      {"what any type may have is left out",
       {{"class", "Ring", 1, 0},
        {"method", "Ring", 2, 1},
        {"method", "~Ring", 3, 1},
        {"method", "operator=", 4, 1},
        {"method", "__init__", 5, 1},
        {"method", "push", 6, 1}},
       "Defines class Ring (push)."},
      {"all the same where it is all",
       {{"function", "Ring::Ring", 1, 0}, {"function", "Ring::~Ring", 2, 0}},
       "Defines Ring (Ring, ~Ring)."},
      {"no private names",
       {{"function", "_a", 1, 0},
        {"class", "B", 2, 0},
        {"method", "_c", 3, 1},
        {"method", "d", 4, 1},
        {"function", "e", 5, 0}},
       "Defines class B (d); function e."},
  };
  for (const Case& c : cases)
    EXPECT_EQ(Holds(c.outline, "src/ring.cc"), c.want) << c.name;
}

Symbol Documented(const char* kind, const char* name, std::string doc,
                  std::uint32_t depth = 0) {
  Symbol symbol{kind, name, 1, depth};
  symbol.doc = std::move(doc);
  return symbol;
}

TEST(HoldsLine, QuotesTheCommentOnWhatTheFileIsAbout) {
  const Symbol main = Documented("function", "main", "Runs it all.");
  const Symbol ring = Documented("class", "Ring", "A queue of bytes.");
  struct Case {
    const char* name;
    std::vector<Symbol> outline;
    const char* path;
    const char* told;
    std::string want;
  };
  const Case cases[] = {
      {"alone",
       {ring},
       "src/ring.cc",
       "",
       "Defines class Ring: “A queue of bytes.”"},
      {"with members and others",
       {main, ring, {"method", "push", 1, 1}, {"method", "pop", 1, 1}},
       "src/ring.cc",
       "",
       "Defines class Ring (push, pop): “A queue of bytes.” Also defines "
       "function main."},
      {"one that goes on behind its name",
       {Documented("class", "Ring", "is a queue of bytes.")},
       "ring.py",
       "",
       "Defines class Ring, which “is a queue of bytes.”"},
      {"named as the folder that a file speaks for",
       {main, Documented("function", "ring", "Rings the bell.")},
       "ring/__init__.py",
       "",
       "Defines function ring: “Rings the bell.” Also defines function main."},
      {"the first line told of it",
       {ring, {"method", "push", 1, 1}, main},
       "src/ring.cc",
       "Ring",
       "Defines class Ring (push); function main."},
      {"the first line told of it, and it has no members",
       {ring, main},
       "src/ring.cc",
       "Ring",
       "Also defines function main."},
      {"a small one of many",
       {{"function", "a", 1, 0, "", 50},
        {"function", "b", 1, 0, "", 50},
        Documented("function", "c", "Calls it.")},
       "x.cc",
       "",
       "Defines functions a, b, c."},
      {"a section of a text",
       {Documented("section", "Use", "It is easy to use.")},
       "x.md",
       "",
       "Has section “Use”."},
      {"line breaks",
       {Documented("class", "Ri\nng", "A\nqueue\r\n.")},
       "x.cc",
       "",
       "Defines class Ri\uFFFDng: “A\uFFFDqueue\uFFFD\uFFFD.”"},
  };
  for (const Case& c : cases) {
    const std::string line = Holds(c.outline, c.path, c.told);
    EXPECT_EQ(line, c.want) << c.name;
    EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos) << c.name;
  }
}

TEST(HoldsLine, ShowsWhatAloneIsDefinedAndWhatIsSet) {
  Symbol function{"function", "push", 1, 0};
  function.signature = "int push(int item)";
  EXPECT_EQ(Holds(std::vector{function}, "a.c"),
            "Defines `int push(int item)`.");
  Symbol name{"key", "name", 1, 0}, on{"key", "on", 2, 0},
      push{"key", "push", 3, 1};
  name.value = "till";
  push.value = "main";
  EXPECT_EQ(Holds(std::vector{name, on, push}, "a.yaml"),
            "Sets name = till; on (push = main).");
}

TEST(HoldsLine, WhatIsPublicAndLargeComesFirst) {
  std::vector<Symbol> outline = {{"function", "a", 1, 0},
                                 {"function", "b", 2, 0},
                                 {"function", "c", 3, 0},
                                 {"class", "D", 4, 0}};
  outline[1].lines = 50;
  outline[2].exported = true;
  outline[3].lines = 20;
  EXPECT_EQ(Holds(outline, "x.ts"), "Defines functions c, b, a; class D.");
  EXPECT_EQ(Holds(outline, "d.ts"), "Defines class D; functions c, b, a.");
}

TEST(HoldsLine, SmallNamesArePrivateInGo) {
  const std::vector<Symbol> outline = {{"function", "reset", 1, 0},
                                       {"function", "New", 2, 0}};
  EXPECT_EQ(Holds(outline, "a/b.go"), "Defines function New.");
  EXPECT_EQ(Holds(outline, "a/b.js"), "Defines functions reset, New.");
}

TEST(LineOnMain, IsOfADefinitionNamedAsTheFile) {
  const Symbol main = Documented("function", "main", "Runs it all.");
  const Symbol ring = Documented("class", "Ring", "A queue of bytes.");
  struct Case {
    const char* name;
    std::vector<Symbol> outline;
    const char* path;
    std::string want;
  };
  const Case cases[] = {
      {"a class",
       {main, ring},
       "src/ring.h",
       "Defines class Ring: “A queue of bytes.”"},
      {"spelled in another way",
       {Documented("class", "RingBuffers", "Queues of bytes.")},
       "ring_buffer.py",
       "Defines class RingBuffers: “Queues of bytes.”"},
      {"of a package",
       {ring},
       "ring/__init__.py",
       "Defines class Ring: “A queue of bytes.”"},
      {"another file", {ring}, "queue.py", ""},
      {"an entry point", {main}, "main.py", ""},
      {"what may be a constructor",
       {Documented("function", "Ring", "Creates an empty ring.")},
       "ring.h",
       ""},
      {"another file of a folder", {ring}, "ring/queue.py", ""},
      {"without a comment", {{"class", "Ring", 1, 0}, main}, "ring.py", ""},
      {"a private name",
       {Documented("type", "ring", "is a queue.")},
       "ring.go",
       ""},
      {"a method of a type elsewhere",
       {Documented("method", "Ring", "returns it.")},
       "ring.go",
       ""},
      {"a remark",
       {Documented("class", "Ring", "If it is full, it grows.")},
       "ring.py",
       ""},
      {"nothing", {}, "ring.py", ""},
  };
  for (const Case& c : cases) {
    const auto line = LineOnMain(ItemsOf(c.outline, c.path), c.path);
    EXPECT_EQ(line ? line->text : "", c.want) << c.name;
  }
}

TEST(HoldsLine, ManyDefinitionsTakeNoLonger) {
  // A search for each among all others takes minutes.
  std::vector<Symbol> outline;
  for (int i = 0; i < 100000; ++i) {
    outline.push_back({"function", "f" + std::to_string(i), 1, 0});
  }
  outline.push_back({"class", "Big", 1, 0});
  for (int i = 0; i < 100000; ++i) {
    outline.push_back({"method", "m" + std::to_string(i), 1, 1});
  }
  EXPECT_TRUE(Holds(outline, "x.cc").ends_with("; and 99987 more."))
      << Holds(outline, "x.cc");
}

TEST(LineOnLargest, IsOfTheLongestDescribedDefinition) {
  std::vector<Symbol> outline = {
      {"function", "f", 301, 0, "Adds an item."},
      {"class", "Ring", 310, 0, "A queue of bytes."},
      {"method", "Push", 311, 1, "Adds a byte."},
      {"function", "_g", 400, 0, "Is long, but private."}};
  outline[0].lines = 5;
  outline[1].lines = 40;
  outline[3].lines = 90;
  const auto line = [&](double share) {
    const auto of = LineOnLargest(ItemsOf(outline, "a.py"), "a.py", share);
    return of ? of->text : "";
  };
  EXPECT_EQ(line(0), "Defines class Ring: “A queue of bytes.”");
  EXPECT_EQ(line(0.95), "");
  outline[1].doc = "";
  EXPECT_EQ(line(0), "Defines function f: “Adds an item.”");
  outline[0].doc = "If there is room.";
  EXPECT_EQ(line(0), "");
}

TEST(HoldsLine, AnImplHoldsMembersOfItsType) {
  EXPECT_EQ(Holds(std::vector<Symbol>{{"struct", "Ring", 1, 0},
                                      {"impl", "Ring<T>", 2, 0},
                                      {"method", "push", 3, 1},
                                      {"impl", "Ring<T>", 4, 0},
                                      {"method", "pop", 5, 1},
                                      {"impl", "Box", 6, 0},
                                      {"method", "get", 7, 1},
                                      {"impl", "Lid", 8, 0}},
                  "a.rs"),
            "Defines struct Ring (push, pop); Box (get).");
}

TEST(HoldsLine, MethodsBelongToTheirOwner) {
  std::vector<Symbol> outline = {{"struct", "conn", 1, 0},
                                 {"function", "New", 2, 0},
                                 {"method", "Close", 3, 0},
                                 {"struct", "conn2", 4, 0}};
  outline[2].owner = "conn";
  EXPECT_EQ(Holds(outline, "a.rs"),
            "Defines struct conn (Close); struct conn2; function New.");
}

}  // namespace
}  // namespace dobby
