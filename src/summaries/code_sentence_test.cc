#include "summaries/code_sentence.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

std::string Sentence(const std::vector<Symbol>& outline,
                     std::string_view path = "src/a.x") {
  return CodeSentence(ItemsOf(outline, path), path);
}

Symbol Extending(Symbol symbol, std::vector<std::string> bases) {
  symbol.bases = std::move(bases);
  return symbol;
}

TEST(CodeSentence, TellsWhatFunctionsDo) {
  EXPECT_EQ(Sentence({{"function", "parse_header", 1, 0},
                      {"function", "readLines", 2, 0}}),
            "Functions to parse header and read lines.");
  EXPECT_EQ(Sentence({{"function", "ring_push_item", 1, 0},
                      {"function", "ring_pop_item", 2, 0},
                      {"function", "ring_free_all", 3, 0},
                      {"function", "ring_copy_all", 4, 0}}),
            "Functions to push item, pop item, free all and copy all.")
      << "what all begin with says nothing of one";
  EXPECT_EQ(Sentence({{"function", "main", 1, 0},
                      {"function", "parse_header", 2, 0}}),
            "A program with function to parse header.");
  EXPECT_EQ(Sentence({{"function", "main", 1, 0}}), "A program.");
  EXPECT_EQ(Sentence({{"function", "users", 1, 0}}), "Function users.");
}

TEST(CodeSentence, TellsWhatATypeIsAndDoes) {
  EXPECT_EQ(
      Sentence({Extending({"class", "OwnerController", 1, 0}, {"Controller"}),
                {"method", "findOwner", 2, 1},
                {"method", "addPet", 3, 1}}),
      "Class OwnerController (based on Controller) with methods to find owner "
      "and add pet.");
  EXPECT_EQ(Sentence({{"class", "Owner", 1, 0},
                      {"method", "getCity", 2, 1},
                      {"method", "setCity", 3, 1},
                      {"method", "getAddress", 4, 1}}),
            "Class Owner with city and address.");
  EXPECT_EQ(Sentence({{"class", "Api", 1, 0},
                      {"route", "GET /orders", 2, 1},
                      {"route", "POST /orders", 3, 1}}),
            "Class Api that serves GET /orders and POST /orders.");
  EXPECT_EQ(Sentence({Extending({"class", "Circle", 1, 0}, {"Shape"}),
                      Extending({"class", "Square", 2, 0}, {"Shape"}),
                      Extending({"class", "Line", 3, 0}, {"Shape"})}),
            "3 classes based on Shape: Circle, Square and Line.");
  EXPECT_EQ(Sentence({{"struct", "Point", 1, 0}, {"struct", "Size", 2, 0}}),
            "Structs Point and Size.");
}

TEST(CodeSentence, TellsWhatIsTestedServedOrSet) {
  EXPECT_EQ(Sentence({{"suite", "Ring", 1, 0},
                      {"test", "gives back what it was given", 2, 1},
                      {"test", "testPushAndPop", 3, 1}}),
            "Tests ring: “gives back what it was given” and push and pop.");
  EXPECT_EQ(
      Sentence({{"route", "GET /orders", 1, 0}, {"function", "load", 2, 0}}),
      "Serves GET /orders.");
  EXPECT_EQ(Sentence({{"key", "name", 1, 0}, {"key", "on", 2, 0}}),
            "Settings name and on.");
  EXPECT_EQ(Sentence({}), "");
}

TEST(CodeSentence, ManyNamesTakeNoLonger) {
  std::vector<Symbol> outline;
  for (int i = 0; i < 100000; ++i) {
    outline.push_back({"function", "ring_f" + std::to_string(i), 1, 0});
  }
  EXPECT_TRUE(Sentence(outline).ends_with(" and 99995 more."))
      << Sentence(outline);
}

}  // namespace
}  // namespace dobby
