#include "base/text.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

TEST(OneLine, KeepsTextOnOneLine) {
  struct Case {
    const char* name;
    std::string text, want;
  };
  for (const Case& c : {
           Case{"plain", "src/a b.cc", "src/a b.cc"},
           Case{"newline and tab", "a\nb\tc\r", "a\uFFFDb\uFFFDc\uFFFD"},
           Case{"nul", std::string("a\0b", 3), "a\uFFFDb"},
           Case{"escape and delete", "\x1b[31m\x7f", "\uFFFD[31m\uFFFD"},
           Case{"C1", "a\u0085b\u009F", "a\uFFFDb\uFFFD"},
           Case{"first after C1", "\u00A0", "\u00A0"},
           Case{"separators", "a\u2028b\u2029", "a\uFFFDb\uFFFD"},
           Case{"bytes that are not UTF-8", "a\xFFz", "a\uFFFDz"},
           Case{"other scripts", "\u65E5/\U0001F916.md",
                "\u65E5/\U0001F916.md"},
       }) {
    EXPECT_EQ(OneLine(c.text), c.want) << c.name;
  }
}

}  // namespace
}  // namespace dobby
