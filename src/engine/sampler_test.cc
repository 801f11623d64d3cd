#include "engine/sampler.h"

#include <gtest/gtest.h>

#include <limits>

namespace dobby {
namespace {

TEST(Sampler, ChoosesTheHighestAllowedAfterRepetitionControl) {
  struct Case {
    const char* name;
    std::vector<float> logits;
    float penalty;
    std::size_t ngram;
    std::vector<TokenId> generated;
    TokenId banned;
    TokenId want;
  };
  const Case cases[] = {
      {"the highest", {1, 3, 2}, 1, 0, {}, -1, 1},
      {"of equals the first", {1, 3, 3}, 1, 0, {}, -1, 1},
      {"not a banned one", {1, 3, 2}, 1, 0, {}, 1, 2},
      {"positive logits are divided", {1, 3, 2}, 2, 0, {1}, -1, 2},
      {"negative ones multiplied", {-2, -1, -1.5}, 2, 0, {1}, -1, 2},
      {"once, however often it occurred", {1, 3, 1}, 2, 0, {1, 1, 1}, -1, 1},
      {"a repeated pair is broken", {1, 3, 2}, 1, 2, {0, 1, 2, 0}, -1, 2},
      {"a new pair is fine", {1, 3, 2}, 1, 2, {0, 2, 1, 0}, -1, 1},
      {"too short for an n-gram", {1, 3, 2}, 1, 3, {1, 1}, -1, 1},
  };
  for (const Case& c : cases) {
    Decoding decoding;
    decoding.repetition_penalty = c.penalty;
    decoding.no_repeat_ngram = c.ngram;
    Sampler sampler;
    const auto token =
        sampler.Choose(c.logits, decoding, c.generated,
                       [&](TokenId id) { return id != c.banned; });
    ASSERT_TRUE(token) << c.name;
    EXPECT_EQ(*token, c.want) << c.name;
  }
}

TEST(Sampler, UnusableLogitsAreAnError) {
  Sampler sampler;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> bad(8, nan);
  const auto all = [](TokenId) { return true; };
  const auto token = sampler.Choose(bad, Decoding(), {}, all);
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kModel);
}

}  // namespace
}  // namespace dobby
