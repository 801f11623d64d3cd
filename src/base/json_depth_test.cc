#include "base/json_depth.h"

#include <gtest/gtest.h>

#include <string>

namespace dobby {
namespace {

std::string Nested(int depth, const std::string& open,
                   const std::string& close) {
  std::string json;
  for (int i = 0; i < depth; ++i) json += open;
  json += "1";
  for (int i = 0; i < depth; ++i) json += close;
  return json;
}

TEST(JsonDepth, CountsArraysAndObjectsOutsideStrings) {
  struct Case {
    const char* name;
    std::string json;
    bool fits;
  };
  for (const Case& c :
       {Case{"scalar", "1", true}, Case{"at the limit", "[{\"a\":[]}]", true},
        Case{"one too many", "[{\"a\":[{}]}]", false},
        Case{"many side by side", "[[],[],[],[{}],{},{}]", true},
        Case{"brackets in a string", R"(["[[[[{{{{"])", true},
        Case{"in a key", R"({"[[[[":1})", true},
        Case{"behind an escaped quote", R"(["\"[[[[\\"])", true},
        Case{"behind an escaped backslash", R"(["\\",[[[]]]])", false},
        Case{"string without an end", R"(["[[[[[)", true},
        Case{"escape at the end", "[\"\\", true},
        Case{"closed more often than opened, then deep", "]]]][[[[", false},
        Case{"empty", "", true}}) {
    EXPECT_EQ(bool{CheckJsonDepth(c.json, 3)}, c.fits) << c.name;
  }
}

TEST(JsonDepth, RefusesAHundredThousandLevels) {
  for (const std::string& json :
       {Nested(100'000, "[", "]"), Nested(100'000, "{\"a\":", "}"),
        "{\"id\":" + Nested(100'000, "[", "]") + "}"}) {
    const auto checked = CheckJsonDepth(json);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::kTooLarge);
    EXPECT_NE(checked.error().message.find("64 levels"), std::string::npos);
  }
  EXPECT_TRUE(CheckJsonDepth(Nested(kMaxJsonDepth, "[", "]")));
}

}  // namespace
}  // namespace dobby
