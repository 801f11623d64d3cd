#include "engine/scheduler.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/agent_governor.h"

namespace dobby {
namespace {

std::string Shown(const std::vector<PlannedSegment>& plan) {
  std::string text;
  for (const auto& s : plan) {
    text += std::to_string(s.index) + ":" + std::to_string(s.begin) + "-" +
            std::to_string(s.end) + (s.wants_logits ? "! " : " ");
  }
  return text;
}

TEST(Scheduler, PlansDecodeFirstThenPrefillUpToTheBudget) {
  struct Case {
    const char* name;
    std::vector<SequenceView> views;  // prompt, shared, total, computed
    const char* want;
  };
  const Case cases[] = {
      {"nothing", {}, ""},
      {"a short prompt at once", {{50, 0, 50, 0}}, "0:0-50! "},
      {"a long prompt in chunks", {{250, 0, 250, 100}}, "0:100-200 "},
      {"the last chunk has logits", {{250, 0, 250, 200}}, "0:200-250! "},
      {"chunks end at the shared prefix", {{250, 30, 250, 0}}, "0:0-30 "},
      {"and count from it", {{250, 30, 250, 30}}, "0:30-130 "},
      {"a prefix longer than a chunk", {{350, 150, 350, 100}}, "0:100-150 "},
      {"decode takes all new tokens", {{50, 0, 52, 50}}, "0:50-52! "},
      {"decodes come first, then one chunk",
       {{300, 0, 300, 0}, {50, 0, 51, 50}, {400, 0, 400, 0}},
       "1:50-51! 0:0-100 "},
      {"short prompts share a step",
       {{40, 0, 40, 0}, {50, 0, 50, 0}, {20, 0, 20, 0}},
       "0:0-40! 1:0-50! "},
      {"long decodes end before the next prefill",
       {{4000, 0, 4001, 4000}, {4000, 0, 4001, 4000}, {20, 0, 20, 0}},
       "0:4000-4001! 1:4000-4001! "},
      {"order is kept: no later one slips past",
       {{60, 0, 60, 0}, {60, 0, 60, 0}, {20, 0, 20, 0}},
       "0:0-60! "},
  };
  const Scheduler scheduler(100, 5000);
  for (const Case& c : cases) {
    EXPECT_EQ(Shown(scheduler.Plan(c.views)), c.want) << c.name;
  }
}

TEST(Scheduler, EveryPromptEndsWhateverItsSizes) {
  const Scheduler scheduler(64, 5000);
  for (std::size_t prompt = 1; prompt < 300; prompt += 7) {
    for (std::size_t shared = 0; shared < prompt; shared += 11) {
      SequenceView view{prompt, shared, prompt, 0};
      std::size_t steps = 0;
      while (view.computed_tokens < prompt) {
        const auto plan = scheduler.Plan({&view, 1});
        ASSERT_EQ(plan.size(), 1u);
        ASSERT_EQ(plan[0].begin, view.computed_tokens);
        ASSERT_GT(plan[0].end, plan[0].begin);
        ASSERT_LE(plan[0].end - plan[0].begin, 64u);
        ASSERT_EQ(plan[0].wants_logits, plan[0].end == prompt);
        view.computed_tokens = plan[0].end;
        ASSERT_LE(++steps, prompt);
      }
    }
  }
}

TEST(DecodingTokensOf, FollowsTheModelAndTheBudget) {
  const ModelShape smollm2 = {.layers = 30,
                              .width = 576,
                              .ffn_width = 1536,
                              .heads = 9,
                              .kv_heads = 3,
                              .head_size = 64,
                              .vocab = 49152,
                              .context = 8192};
  ModelShape wide = smollm2;  // Of four times the weights for each KV number.
  wide.width *= 4;
  constexpr std::uint64_t kPlenty = std::uint64_t{1} << 34;
  struct Case {
    const char* name;
    ModelShape shape;
    std::uint64_t budget, kv_bytes;
    std::size_t want;
  };
  for (const Case& c : {
           Case{"default", smollm2, kPlenty, 13056, 5002},
           Case{"in float32 too", smollm2, kPlenty, 46080, 5002},
           Case{"four times the weights", wide, kPlenty, 13056, 20011},
           Case{"half of the budget", smollm2, 2 * 1000 * 13056, 13056, 1000},
           Case{"a budget for nothing", smollm2, 1, 13056, 1},
           Case{"no shape", {}, 2 * 1000 * 100, 100, 1000},
       }) {
    ExecutorLimits limits;
    limits.kv_bytes_per_token = c.kv_bytes;
    EXPECT_EQ(DecodingTokensOf(c.shape, c.budget, limits), c.want) << c.name;
  }
}

/// Feeds steps with a throughput that depends on the limit; returns where the
/// governor comes to rest.
std::size_t Settle(AgentGovernor& governor, double (*rate)(std::size_t),
                   int steps) {
  for (int i = 0; i < steps; ++i) {
    governor.Observe(1.0 / rate(governor.limit()), 1, true);
  }
  return governor.limit();
}

TEST(AgentGovernor, ClimbsWhileItPays) {
  AgentGovernor governor(10, true);
  EXPECT_EQ(
      Settle(
          governor, [](std::size_t n) { return 1.0 + 0.2 * double(n); }, 200),
      10u);
}

TEST(AgentGovernor, StaysWhereMoreGainsNothing) {
  AgentGovernor governor(10, true);
  EXPECT_EQ(Settle(governor, [](std::size_t) { return 2.0; }, 30), 4u);
}

TEST(AgentGovernor, StepsBackWhenMoreIsSlower) {
  AgentGovernor governor(10, true);
  EXPECT_EQ(
      Settle(
          governor, [](std::size_t n) { return n <= 6 ? double(n) : 1.0; }, 40),
      6u);
}

TEST(AgentGovernor, DoesNotJudgeWithoutDemand) {
  AgentGovernor governor(10, true);
  for (int i = 0; i < 100; ++i) governor.Observe(1.0, 1, false);
  EXPECT_EQ(governor.limit(), 4u);
}

TEST(AgentGovernor, KeepsTheCapWhenNotAdaptive) {
  AgentGovernor governor(7, false);
  EXPECT_EQ(Settle(governor, [](std::size_t) { return 1.0; }, 50), 7u);
}

}  // namespace
}  // namespace dobby
