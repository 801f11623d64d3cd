#include "summaries/holds_line.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

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
    EXPECT_EQ(HoldsLine(c.outline, "src/ring.cc"), c.want) << c.name;
}

Symbol Documented(const char* kind, const char* name, std::string doc,
                  std::uint32_t depth = 0) {
  Symbol symbol{kind, name, 1, depth};
  symbol.doc = std::move(doc);
  return symbol;
}

TEST(HoldsLine, TheNearestNameThatIsDescribedComesFirst) {
  const Symbol main = Documented("function", "main", "Runs it all.");
  const Symbol ring = Documented("class", "Ring", "A queue of bytes.");
  const std::string longest = std::string(159, 'x') + ".";
  struct Case {
    const char* name;
    std::vector<Symbol> outline;
    const char* path;
    std::string want;
  };
  const Case cases[] = {
      {"alone", {ring}, "src/ring.cc", "Ring: “A queue of bytes.”"},
      {"with members",
       {ring, {"method", "push", 1, 1}, {"method", "pop", 1, 1}},
       "src/ring.cc",
       "Ring (push, pop): “A queue of bytes.”"},
      {"with others",
       {{"function", "use", 1, 0}, ring, {"function", "end", 1, 0}},
       "src/ring.cc",
       "Ring: “A queue of bytes.” Also defines functions use, end."},
      {"named as the file",
       {main, ring},
       "src/ring.cc",
       "Ring: “A queue of bytes.” Also defines function main."},
      {"named as another file",
       {ring, main},
       "src/main.cc",
       "main: “Runs it all.” Also defines class Ring."},
      {"named as the folder",
       {main, Documented("function", "ring", "Rings the bell.")},
       "ring/x.cc",
       "ring: “Rings the bell.” Also defines function main."},
      {"nearly named as the file",
       {main, Documented("function", "ring_of", "Makes a ring.")},
       "ring.cc",
       "ring_of: “Makes a ring.” Also defines function main."},
      {"a type before a function",
       {main, ring},
       "x.cc",
       "Ring: “A queue of bytes.” Also defines function main."},
      {"the first of equals",
       {main, Documented("function", "stop", "Stops it.")},
       "x.cc",
       "main: “Runs it all.” Also defines function stop."},
      {"no private name",
       {Documented("class", "_Ring", "A queue of bytes."), main},
       "ring.py",
       "main: “Runs it all.”"},
      {"private names alone",
       {Documented("class", "_Ring", "A queue of bytes.")},
       "ring.py",
       "_Ring: “A queue of bytes.”"},
      {"an error last",
       {Documented("class", "FullError", "Raised when full."), main},
       "x.py",
       "main: “Runs it all.” Also defines class FullError."},
      {"no path", {ring}, "", "Ring: “A queue of bytes.”"},
      {"in a namespace",
       {{"namespace", "app", 1, 0},
        Documented("class", "Ring", "A queue of bytes.", 1)},
       "ring.cc",
       "Ring: “A queue of bytes.”"},
      {"overloads: the first comment",
       {{"function", "f", 1, 0},
        Documented("function", "f", "Does it."),
        Documented("function", "f", "Does it too.")},
       "x.cc",
       "f: “Does it.”"},
      {"a member is not the class",
       {{"class", "Ring", 1, 0},
        Documented("method", "push", "Adds an item.", 1)},
       "ring.cc",
       "Defines class Ring (push)."},
      {"nor is a constructor",
       {{"class", "Ring", 1, 0},
        Documented("constructor", "Ring", "Makes room for items.", 1)},
       "ring.cc",
       "Defines class Ring."},
      {"nor one defined apart",
       {Documented("function", "Ring::Ring", "Makes room for items.")},
       "ring.cc",
       "Defines Ring (Ring)."},
      {"as long as may be",
       {Documented("class", "Ring", longest)},
       "ring.cc",
       "Ring: “" + longest + "”"},
      {"longer than that",
       {Documented("class", "Ring", "x" + longest)},
       "ring.cc",
       "Defines class Ring."},
      {"a name that is none",
       {Documented("class", std::string(61, 'x').c_str(), "A queue of bytes."),
        {"method", "push", 1, 1}},
       "ring.cc",
       ""},
      {"many others",
       {ring,
        {"function", "a", 1, 0},
        {"function", "b", 1, 0},
        {"function", "c", 1, 0},
        {"function", "d", 1, 0},
        {"function", "e", 1, 0},
        {"function", "f", 1, 0},
        {"function", "g", 1, 0},
        {"type", "t", 1, 0}},
       "ring.cc",
       "Ring: “A queue of bytes.” Also defines functions a, b, c, d, e, f; and "
       "2 more."},
      {"line breaks",
       {Documented("class", "Ri\nng", "A\nqueue\r\n.")},
       "x.cc",
       "Ri\uFFFDng: “A\uFFFDqueue\uFFFD\uFFFD.”"},
  };
  for (const Case& c : cases) {
    const std::string line = HoldsLine(c.outline, c.path);
    EXPECT_EQ(line, c.want) << c.name;
    EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos) << c.name;
  }
}

TEST(HoldsLine, SmallNamesArePrivateInGo) {
  const std::vector<Symbol> outline = {{"function", "reset", 1, 0},
                                       {"function", "New", 2, 0}};
  EXPECT_EQ(HoldsLine(outline, "a/b.go"), "Defines function New.");
  EXPECT_EQ(HoldsLine(outline, "a/b.js"), "Defines functions reset, New.");
}

TEST(LinesOfMain, AreOfADefinitionNamedAsTheFile) {
  const Symbol main = Documented("function", "main", "Runs it all.");
  const Symbol ring = Documented("class", "Ring", "A queue of bytes.");
  struct Case {
    const char* name;
    std::vector<Symbol> outline;
    const char* path;
    const char* opening;
    std::string first, second;
  };
  const Case cases[] = {
      {"a class",
       {main, ring, {"method", "push", 2, 1}},
       "src/ring.h",
       "This header",
       "This header defines Ring: A queue of bytes.",
       "Defines class Ring (push); function main."},
      {"without an opening",
       {ring},
       "Ring.java",
       "",
       "This file defines Ring: A queue of bytes.",
       "Defines class Ring."},
      {"a verb",
       {Documented("type", "Ring", "is a queue of bytes.")},
       "x/ring.go",
       "Package x",
       "Package x defines Ring, which is a queue of bytes.",
       "Defines type Ring."},
      {"spelled in another way",
       {Documented("class", "RingBuffers", "Queues of bytes.")},
       "ring_buffer.py",
       "This module",
       "This module defines RingBuffers: Queues of bytes.",
       "Defines class RingBuffers."},
      {"of a package",
       {ring},
       "ring/__init__.py",
       "This module",
       "This module defines Ring: A queue of bytes.",
       "Defines class Ring."},
      {"another file", {ring}, "queue.py", "This module", "", ""},
      {"an entry point", {main}, "main.py", "This module", "", ""},
      {"what may be a constructor",
       {Documented("function", "Ring", "Creates an empty ring.")},
       "ring.h",
       "This header",
       "",
       ""},
      {"another file of a folder",
       {ring},
       "ring/queue.py",
       "This module",
       "",
       ""},
      {"without a comment",
       {{"class", "Ring", 1, 0}, main},
       "ring.py",
       "This module",
       "",
       ""},
      {"a private name",
       {Documented("type", "ring", "is a queue.")},
       "ring.go",
       "Package x",
       "",
       ""},
      {"a method of a type elsewhere",
       {Documented("method", "Ring", "returns it.")},
       "ring.go",
       "Package x",
       "",
       ""},
      {"a remark",
       {Documented("class", "Ring", "If it is full, it grows.")},
       "ring.py",
       "This module",
       "",
       ""},
      {"nothing", {}, "ring.py", "This module", "", ""},
  };
  for (const Case& c : cases) {
    const auto lines = LinesOfMain(c.outline, c.path, c.opening);
    EXPECT_EQ(lines ? lines->first : "", c.first) << c.name;
    EXPECT_EQ(lines ? lines->second : "", c.second) << c.name;
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
  EXPECT_TRUE(HoldsLine(outline, "x.cc").ends_with("; and 99987 more."))
      << HoldsLine(outline, "x.cc");
}

TEST(CountsOf, TellsHowManyOfAKind) {
  EXPECT_EQ(CountsOf(std::vector<Symbol>{}), "");
  EXPECT_EQ(CountsOf(std::vector<Symbol>{{"class", "Ring", 1, 0}}),
            "class Ring");
  EXPECT_EQ(CountsOf(std::vector<Symbol>{{"class", "Ring", 1, 0},
                                         {"method", "Push", 2, 1},
                                         {"function", "f", 3, 0},
                                         {"class", "Box", 4, 0},
                                         {"function", "Lid::Open", 5, 0},
                                         {"function", "Lid::Close", 6, 0}}),
            "2 classes, 1 function and 2 methods");
}

TEST(LinesOfPart, AreOfItsLongestDescribedDefinition) {
  std::vector<Symbol> outline = {
      {"function", "f", 301, 0, "Adds an item."},
      {"class", "Ring", 310, 0, "A queue of bytes."},
      {"method", "Push", 311, 1, "Adds a byte."},
      {"function", "_g", 400, 0, "Is long, but private."}};
  outline[0].lines = 5;
  outline[1].lines = 40;
  outline[3].lines = 90;
  const auto lines = LinesOfPart(outline, "src/a.py");
  ASSERT_TRUE(lines);
  EXPECT_EQ(lines->first, "Defines Ring: A queue of bytes.");
  EXPECT_EQ(lines->second, "Defines class Ring (Push); function f.");
  outline[1].doc = "";
  EXPECT_EQ(LinesOfPart(outline, "src/a.py")->first,
            "Defines f: Adds an item.");
  EXPECT_EQ(LinesOfPart(outline, "src/a.py")->second,
            "Also defines class Ring (Push).");
  outline[0].doc = "If there is room.";
  EXPECT_FALSE(LinesOfPart(outline, "src/a.py"));
}

TEST(HoldsLine, AnImplHoldsMembersOfItsType) {
  EXPECT_EQ(HoldsLine(std::vector<Symbol>{{"struct", "Ring", 1, 0},
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
  EXPECT_EQ(HoldsLine(outline, "a.rs"),
            "Defines struct conn (Close); struct conn2; function New.");
}

TEST(HoldsLine, NamesThePartsOfAFolder) {
  EXPECT_EQ(HoldsLine(std::vector<std::string>{"base/", "main.cc"}),
            "Holds base/, main.cc.");
  EXPECT_EQ(HoldsLine(std::vector<std::string>{"a\nb\xff"}),
            "Holds a\uFFFDb\uFFFD.");
}

}  // namespace
}  // namespace dobby
