#include "engine/prompt_lookup.h"

#include <gtest/gtest.h>

#include <vector>

namespace dobby {
namespace {

TEST(LookUpDraft, FindsWhatFollowedTheLatestPlace) {
  struct Case {
    const char* name;
    std::vector<TokenId> tokens;
    std::size_t most;
    std::vector<TokenId> want;
  };
  const Case cases[] = {
      {"nothing to look in", {}, 4, {}},
      {"too short", {1, 2}, 4, {}},
      {"never before", {1, 2, 3, 4, 5, 6}, 4, {}},
      {"three tokens", {1, 2, 3, 7, 8, 9, 1, 2, 3}, 2, {7, 8}},
      {"the latest place", {1, 2, 3, 7, 1, 2, 3, 8, 1, 2, 3}, 1, {8}},
      {"three before two", {1, 2, 3, 7, 2, 3, 8, 1, 2, 3}, 1, {7}},
      {"else two", {5, 2, 3, 7, 9, 1, 2, 3}, 1, {7}},
      {"one alone is no reason", {3, 7, 9, 1, 3}, 1, {}},
      {"up to the end", {1, 2, 3, 1, 2, 3}, 9, {1, 2, 3}},
      {"a run of one token", {4, 4, 4, 4}, 3, {4}},
      {"none wanted", {1, 2, 3, 7, 1, 2, 3}, 0, {}},
  };
  for (const Case& c : cases) {
    const auto draft = LookUpDraft(c.tokens, c.most);
    EXPECT_EQ(std::vector<TokenId>(draft.begin(), draft.end()), c.want)
        << c.name;
  }
}

TEST(DraftLength, GrowsOnlyWhileDraftsAreRight) {
  DraftLength length;
  EXPECT_EQ(length.next(), 1u);
  length.Observe(1, 1);
  EXPECT_EQ(length.next(), 2u);
  length.Observe(2, 2);
  length.Observe(4, 4);
  EXPECT_EQ(length.next(), 4u);
  length.Observe(4, 3);
  EXPECT_EQ(length.next(), 3u);
  length.Observe(3, 0);
  EXPECT_EQ(length.next(), 1u);
}

}  // namespace
}  // namespace dobby
