#include "summaries/name_claims.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

TEST(SaysMoreThan, AsksForAWordThatTheNameLacks) {
  EXPECT_FALSE(SaysMoreThan("Item.java", "The Class Item."));
  EXPECT_FALSE(SaysMoreThan("item_test.py", "Tests for item."));
  EXPECT_FALSE(SaysMoreThan("a.c", ""));
  EXPECT_TRUE(SaysMoreThan("Item.java", "An item of the shop."));
  EXPECT_TRUE(SaysMoreThan("queue.c", "Очередь"));
}

}  // namespace
}  // namespace dobby
