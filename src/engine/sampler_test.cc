#include "engine/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
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
    EXPECT_EQ(token->token, c.want) << c.name;
  }
}

TEST(Sampler, AsManyAreRefusedAsItTakes) {
  for (const std::size_t refused : {0u, 1u, 15u, 16u, 17u, 40u, 99u}) {
    std::vector<float> logits(100);
    for (std::size_t i = 0; i < 100; ++i) {
      logits[(i * 37) % 100] = 100.0f - static_cast<float>(i / 2);
    }
    // Best first; of two equals the lower id.
    std::vector<TokenId> order(100);
    for (TokenId id = 0; id < 100; ++id)
      order[static_cast<std::size_t>(id)] = id;
    std::stable_sort(order.begin(), order.end(), [&](TokenId a, TokenId b) {
      return logits[static_cast<std::size_t>(a)] >
             logits[static_cast<std::size_t>(b)];
    });
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(refused);
    Sampler sampler;
    const auto token = sampler.Choose(logits, Decoding(), {}, [&](TokenId id) {
      return std::find(order.begin(), end, id) == end;
    });
    ASSERT_TRUE(token) << refused;
    EXPECT_EQ(token->token, *end) << refused;
  }
}

TEST(Sampler, WhatIsNoNumberIsNeverChosen) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  struct Case {
    const char* name;
    std::vector<float> logits;
    TokenId want;  ///< -1: an error.
  };
  const Case cases[] = {
      {"NaN", {nan, 1, nan, 2}, 3}, {"NaN first and last", {nan, -5, nan}, 1},
      {"infinite", {inf, 1, 2}, 2}, {"minus infinite", {-inf, -1, -inf}, 1},
      {"all NaN", {nan, nan}, -1},  {"all infinite", {inf, -inf, nan}, -1},
      {"nothing", {}, -1},
  };
  for (const Case& c : cases) {
    Sampler sampler;
    const auto token =
        sampler.Choose(c.logits, Decoding(), {}, [](TokenId) { return true; });
    ASSERT_EQ(token.has_value(), c.want >= 0) << c.name;
    if (token) {
      EXPECT_EQ(token->token, c.want) << c.name;
    } else {
      EXPECT_EQ(token.error().code, ErrorCode::kModel) << c.name;
    }
  }
}

TEST(Sampler, TellsWhatARefusalCost) {
  Sampler sampler;
  std::vector<float> logits(40, -1.0f);
  logits[3] = 7;
  logits[5] = 2.5f;
  const auto forced = [&](TokenId least) {
    const auto choice = sampler.Choose(
        logits, Decoding(), {}, [least](TokenId id) { return id >= least; });
    return choice ? choice->forced : -1;
  };
  EXPECT_FLOAT_EQ(forced(0), 0);
  EXPECT_FLOAT_EQ(forced(4), 4.5f);
  EXPECT_FLOAT_EQ(forced(39), 8) << "more than one search for the best";
}

TEST(Sampler, NothingAllowedIsNoToken) {
  Sampler sampler;
  const std::vector<float> logits(40, 1.0f);
  const auto refused =
      sampler.Choose(logits, Decoding(), {}, [](TokenId) { return false; });
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->token, kNoToken);
  // What is left would repeat a pair.
  Decoding decoding;
  decoding.no_repeat_ngram = 2;
  const std::vector<TokenId> generated = {0, 1, 2, 0};
  const auto repeated = sampler.Choose(logits, decoding, generated,
                                       [](TokenId id) { return id == 1; });
  ASSERT_TRUE(repeated);
  EXPECT_EQ(repeated->token, kNoToken);
}

}  // namespace
}  // namespace dobby
