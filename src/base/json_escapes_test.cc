#include "base/json_escapes.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

TEST(JsonEscapes, HalvesOfAPairThatStandAloneAreReplaced) {
  struct Case {
    const char* json;
    const char* want;
  };
  for (const Case& c : {
           Case{R"("a\ud83d b")", R"("a\ufffd b")"},
           Case{R"("\uDE00")", R"("\ufffd")"},
           Case{R"("\ud83d\ude00")", R"("\ud83d\ude00")"},
           Case{R"("\ud83d\ud83d\ude00")", R"("\ufffd\ud83d\ude00")"},
           Case{R"("\\ud83d")", R"("\\ud83d")"},
           Case{R"("\u00e9\n")", R"("\u00e9\n")"},
           Case{R"("\ud83)", R"("\ud83)"},
           Case{R"("\)", R"("\)"},
           Case{"", ""},
       }) {
    EXPECT_EQ(ReplaceLoneSurrogates(c.json), c.want);
  }
}

}  // namespace
}  // namespace dobby
