#include "chunks/macros.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

TEST(WithoutMacros, BlanksWhatHidesATypesName) {
  struct Case {
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"class MY_EXPORT Ring {", "class           Ring {"},
      {"struct A_B C_D(1, f(2)) Ring final : Base {",
       "struct                  Ring final : Base {"},
      {"class MY_EXPORT\n    Ring : Base {",
       "class          \n    Ring : Base {"},
      {"class MY_EXPORT Ring<int> {", "class           Ring<int> {"},
      {"class RING {", "class RING {"},
      {"class RING : Base {", "class RING : Base {"},
      {"struct STAT status;", "struct STAT status;"},
      {"class MY_EXPORT Ring;", "class MY_EXPORT Ring;"},
      {"class MY_EXPORT A::Ring {}", "class MY_EXPORT A::Ring {}"},
      {"template <class T> class MY_EXPORT Ring {",
       "template <class T> class           Ring {"},
      {"subclass MY_EXPORT Ring {", "subclass MY_EXPORT Ring {"},
      {"class MY_EXPORT(", "class MY_EXPORT("},
      {"class", "class"},
      {"", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(WithoutMacros(c.text), c.want);
}

TEST(WithoutMacros, BlanksLinesOfAMacroAlone) {
  EXPECT_EQ(WithoutMacros("namespace a {\n  MY_BEGIN\r\nint x;\nMY_END"),
            "namespace a {\n           \nint x;\n      ");
  for (const char* kept : {"MY_TEST(A, B) {\n", "RED\n", "MY_MACRO;\n",
                           "my_macro\n", "A_B C_D\n"}) {
    EXPECT_EQ(WithoutMacros(kept), kept);
  }
}

TEST(WithPlainEnums, MakeEnumerationsOfMacros) {
  EXPECT_EQ(WithPlainEnums("typedef NS_ENUM(NSInteger, Kind) { A };\n"),
            "        enum               Kind  { A };\n");
  EXPECT_EQ(WithPlainEnums("x NS_OPTIONS(a, b);"), "x NS_OPTIONS(a, b);");
  EXPECT_EQ(WithPlainEnums("NS_ENUM("), "NS_ENUM(");
  EXPECT_EQ(WithPlainEnums("X_ENUM(a, b c) {"), "X_ENUM(a, b c) {");
}

}  // namespace
}  // namespace dobby
