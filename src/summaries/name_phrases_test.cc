#include "summaries/name_phrases.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

TEST(NamePhrases, AreWordsOfASentence) {
  EXPECT_EQ(JoinWords(SentenceWords("parseHTTPHeader"), 0),
            "parse HTTP header");
  EXPECT_EQ(JoinWords(SentenceWords("read_all_lines"), 1), "all lines");
  EXPECT_EQ(OwnName("Ring::push"), "push");
  EXPECT_EQ(OwnName("exports.push"), "push");
  EXPECT_TRUE(IsCommand(SentenceWords("findOwner")));
  EXPECT_FALSE(IsCommand(SentenceWords("close")));
  EXPECT_TRUE(BeginsWithVerb(SentenceWords("close")));
  EXPECT_FALSE(BeginsWithVerb(SentenceWords("usersByName")));
}

TEST(NamePhrases, JoinAndCount) {
  const std::vector<std::string> names = {"a", "b", "c", "d"};
  EXPECT_EQ(JoinNames(names, 4), "a, b, c and d");
  EXPECT_EQ(JoinNames(names, 3), "a, b, c and d") << "one more is shown";
  EXPECT_EQ(JoinNames(names, 2), "a, b and 2 more");
  EXPECT_EQ(JoinNames({}, 2), "");
  EXPECT_EQ(Count(1, "class"), "1 class");
  EXPECT_EQ(Count(2, "class"), "2 classes");
  EXPECT_EQ(Count(2, "property"), "2 properties");
  EXPECT_EQ(Count(2, "key"), "2 keys");
}

}  // namespace
}  // namespace dobby
