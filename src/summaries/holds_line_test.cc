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
  };
  for (const Case& c : cases)
    EXPECT_EQ(HoldsLine(c.outline, "src/ring.cc"), c.want) << c.name;
}

TEST(HoldsLine, NamesThePartsOfAFolder) {
  EXPECT_EQ(HoldsLine(std::vector<std::string>{"base/", "main.cc"}),
            "Holds base/, main.cc.");
  EXPECT_EQ(HoldsLine(std::vector<std::string>{"a\nb\xff"}),
            "Holds a\uFFFDb\uFFFD.");
}

}  // namespace
}  // namespace dobby
