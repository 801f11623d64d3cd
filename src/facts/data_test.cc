#include "facts/data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dobby {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ReadDelimited, FindsColumnsAndRows) {
  const auto facts = ReadDelimited(
      "id,full name,\"a \"\"b\"\"\"\r\n1,\"x, y\",3\n\n2,\"two\nlines\",4\n");
  ASSERT_TRUE(facts);
  EXPECT_THAT(facts->columns, ElementsAre("id", "full name", "a \"\"b\"\""));
  EXPECT_EQ(facts->rows, 2u);
}

TEST(ReadDelimited, FindsTheDelimiter) {
  EXPECT_THAT(ReadDelimited("a;b\n1,5;2\n3,5;4\n")->columns,
              ElementsAre("a", "b"));
  EXPECT_THAT(ReadDelimited("a\tb c\n1\t2\n")->columns,
              ElementsAre("a", "b c"));
}

TEST(ReadDelimited, WithoutAHeaderHasNoColumnNames) {
  const auto facts = ReadDelimited("1,a\n2,b\n3,c");
  ASSERT_TRUE(facts);
  EXPECT_THAT(facts->columns, IsEmpty());
  EXPECT_EQ(facts->column_count, 2u);
  EXPECT_EQ(facts->rows, 3u);
}

TEST(ReadDelimited, IsNothingOfProse) {
  EXPECT_FALSE(ReadDelimited("One, two, three.\nAnd so on.\n"));
  EXPECT_FALSE(ReadDelimited("a,b\n"));
  EXPECT_FALSE(ReadDelimited(""));
}

TEST(ReadJsonRecords, FindsKeysAndCounts) {
  const auto array = ReadJsonRecords(
      "[{\"id\": 1, \"tags\": [{\"x\": \"}{\"}]}, {\"id\": 2, \"b\": 3}]");
  ASSERT_TRUE(array);
  EXPECT_THAT(array->columns, ElementsAre("id", "tags", "b"));
  EXPECT_EQ(array->rows, 2u);
  const auto lines = ReadJsonRecords("{\"q\": 1}\n{\"q\": 2}\n{\"q\": 3}\n");
  ASSERT_TRUE(lines);
  EXPECT_THAT(lines->columns, ElementsAre("q"));
  EXPECT_EQ(lines->rows, 3u);
  EXPECT_FALSE(ReadJsonRecords("{\"a\": {}}"));
  EXPECT_FALSE(ReadJsonRecords("[1, 2]"));
}

TEST(ReadList, CountsEntriesAndNamesTheFirst) {
  const ListFacts facts = ReadList(
      "# web\nflask[async]>=2\n-r base.txt\n\nrequests==2.1 ; x\n*.pyc\n");
  EXPECT_EQ(facts.entries, 4u);
  EXPECT_THAT(facts.first, ElementsAre("flask", "requests", "*.pyc"));
  EXPECT_TRUE(IsListFile("requirements-dev.txt"));
  EXPECT_TRUE(IsListFile("CODEOWNERS"));
  EXPECT_FALSE(IsListFile("notes.txt"));
}

}  // namespace
}  // namespace dobby
