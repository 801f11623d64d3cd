#include "engine/batch_engine.h"

#include <gtest/gtest.h>

#include <future>
#include <limits>
#include <map>

#include "engine/fake_executor.h"

namespace dobby {
namespace {

constexpr TokenId kEos = 256;

/// An engine on a fake executor; `fake` stays valid while the engine lives.
struct Rig {
  FakeExecutor* fake = nullptr;
  std::unique_ptr<BatchEngine> engine;
};

EngineOptions Options(std::size_t agents = 4) {
  EngineOptions options;
  options.threads = 1;
  options.agents = agents;
  options.adaptive = false;
  options.memory_budget_bytes = 1 << 20;
  options.prefill_chunk_tokens = 8;
  return options;
}

Rig MakeRig(
    const EngineOptions& options,
    const std::function<void(FakeExecutor&)>& configure = {},
    ClockFn clock = [] { return 0.0; }, ClockFn cpu_clock = {}) {
  ExecutorLimits limits{260, 200, options.agents + 5, 100, true};
  auto fake = std::make_unique<FakeExecutor>(limits);
  if (configure) configure(*fake);
  Rig rig{fake.get(), nullptr};
  ModelFolder model;
  model.eos = {kEos};
  rig.engine = std::make_unique<BatchEngine>(
      EngineParts{model, std::make_shared<ByteTokenizer>(), std::move(fake),
                  clock, cpu_clock ? std::move(cpu_clock) : clock},
      options);
  return rig;
}

Request FreeText(std::vector<TokenId> prompt, std::size_t new_tokens) {
  Request request;
  request.prompt = std::move(prompt);
  request.decoding.max_new_tokens = new_tokens;
  request.decoding.ignore_eos = true;
  return request;
}

std::vector<TokenId> Prompt(std::size_t tokens, int seed) {
  std::vector<TokenId> prompt;
  for (std::size_t i = 0; i < tokens; ++i) {
    prompt.push_back(static_cast<TokenId>((i * 31 + seed * 17) % 250));
  }
  return prompt;
}

/// What the fake gives for a prompt, computed apart from any engine.
std::vector<TokenId> Expected(std::vector<TokenId> tokens, std::size_t n) {
  const FakeExecutor fake(ExecutorLimits{260, 0, 0, 0});
  std::vector<TokenId> made;
  while (made.size() < n) {
    TokenId next = fake.HashToken(tokens);
    if (next == kEos) next = 0;  // Refused: the lowest of equals is next.
    made.push_back(next);
    tokens.push_back(next);
  }
  return made;
}

TEST(BatchEngine, ResultsDoNotDependOnTheBatch) {
  for (const std::size_t agents : {1u, 3u, 10u}) {
    Rig rig = MakeRig(Options(agents));
    std::map<int, std::promise<Result<Completion>>> results;
    for (int i = 0; i < 24; ++i) results[i];
    for (int i = 0; i < 24; ++i) {
      Request request = FreeText(Prompt(1 + i * 5, i), 1 + i % 9);
      request.shared_prefix_tokens = i % 3 == 0 ? 0 : i / 2;
      rig.engine->Submit(std::move(request), [&results, i](auto result) {
        results[i].set_value(std::move(result));
      });
    }
    for (int i = 0; i < 24; ++i) {
      const auto result = results[i].get_future().get();
      ASSERT_TRUE(result) << result.error().message;
      EXPECT_EQ(result->tokens, Expected(Prompt(1 + i * 5, i), 1 + i % 9))
          << "agents " << agents << ", request " << i;
    }
    EXPECT_EQ(rig.fake->misuse, "");
    EXPECT_LE(rig.engine->stats().agents_peak, agents);
  }
}

TEST(BatchEngine, SharedPrefixIsComputedOnce) {
  Rig rig = MakeRig(Options(1));
  std::vector<TokenId> prompt = Prompt(20, 1);
  for (int i = 0; i < 3; ++i) {
    prompt.back() = i;
    Request request = FreeText(prompt, 2);
    request.shared_prefix_tokens = 12;
    const auto result = rig.engine->Complete(std::move(request));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->prefix_hit_tokens, i == 0 ? 0u : 12u);
    EXPECT_EQ(result->tokens, Expected(prompt, 2));
  }
}

/// Follows a token with the next one of a phrase, but now and then with one
/// that depends on the whole text.
TokenId NextOfPhrase(const FakeExecutor& fake,
                     const std::vector<TokenId>& tokens) {
  constexpr std::string_view kPhrase = "the reader of the file of the store. ";
  const TokenId hash = fake.HashToken(tokens);
  if (hash % 11 == 0) return 'a' + hash % 26;
  return static_cast<unsigned char>(kPhrase[tokens.size() % kPhrase.size()]);
}

TEST(BatchEngine, DraftsSaveStepsAndChangeNothing) {
  for (const int lines : {0, 2}) {
    std::vector<std::vector<TokenId>> with, without;
    std::uint64_t steps_with = 0, steps_without = 0;
    for (const bool drafts : {true, false}) {
      EngineOptions options = Options(3);
      options.drafts = drafts;
      Rig rig = MakeRig(options, [](FakeExecutor& fake) {
        fake.next_token = [&fake](const auto& tokens) {
          return NextOfPhrase(fake, tokens);
        };
      });
      std::vector<std::promise<Result<Completion>>> results(8);
      for (std::size_t i = 0; i < results.size(); ++i) {
        Request request = FreeText(Prompt(1 + i * 5, static_cast<int>(i)), 90);
        request.decoding.lines = lines;
        request.decoding.no_repeat_ngram = lines == 0 ? 0 : 6;
        rig.engine->Submit(std::move(request), [&results, i](auto result) {
          results[i].set_value(std::move(result));
        });
      }
      for (auto& promise : results) {
        const auto result = promise.get_future().get();
        ASSERT_TRUE(result) << result.error().message;
        (drafts ? with : without).push_back(result->tokens);
      }
      EXPECT_EQ(rig.fake->misuse, "");
      const EngineStats stats = rig.engine->stats();
      (drafts ? steps_with : steps_without) = stats.steps;
      EXPECT_EQ(stats.drafted_tokens > 0, drafts);
      EXPECT_LE(stats.right_drafts, stats.drafted_tokens);
    }
    EXPECT_EQ(with, without) << lines << " lines";
    EXPECT_LT(steps_with, steps_without) << lines << " lines";
  }
}

TEST(BatchEngine, NoDraftsWhereTheLogitsCouldDiffer) {
  Rig rig = MakeRig(Options(1), [](FakeExecutor& fake) {
    fake.set_same_for_all_cuts(false);
    fake.next_token = [](const auto&) { return 'x'; };
  });
  ASSERT_TRUE(rig.engine->Complete(FreeText(Prompt(9, 1), 20)));
  EXPECT_EQ(rig.engine->stats().drafted_tokens, 0u);
}

TEST(BatchEngine, CutLinesAreReadByTheModelWhole) {
  // Every token the model was given must follow the prompt without a gap,
  // the last token of a cut line and the forced newline included.
  std::vector<TokenId> seen;
  EngineOptions options = Options(1);
  options.drafts = false;  // It would be given guesses too.
  Rig rig = MakeRig(options, [&](FakeExecutor& fake) {
    fake.next_token = [&](const std::vector<TokenId>& tokens) {
      seen = tokens;
      return 'x';
    };
  });
  Request request;
  request.prompt = {'p'};
  request.decoding.lines = 2;
  request.decoding.max_line_tokens = 3;
  const auto result = rig.engine->Complete(std::move(request));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->text, "xxx\nxxx");
  EXPECT_TRUE(result->line_cut);
  EXPECT_EQ(*ByteTokenizer().Decode(seen), "pxxx\nxx");
}

TEST(BatchEngine, ImpossibleRequestsAreRefusedWithTheNumbers) {
  Rig rig = MakeRig(Options());
  struct Case {
    const char* name;
    Request request;
    ErrorCode code;
    const char* says;
  };
  const Case cases[] = {
      {"empty", FreeText({}, 5), ErrorCode::kUsage, "no tokens"},
      {"too long", FreeText(Prompt(198, 0), 5), ErrorCode::kTooLarge, "203"},
      {"unknown id", FreeText({300}, 5), ErrorCode::kUsage, "300"},
      {"negative id", FreeText({-1}, 5), ErrorCode::kUsage, "-1"},
  };
  for (const Case& c : cases) {
    const auto result = rig.engine->Complete(c.request);
    ASSERT_FALSE(result) << c.name;
    EXPECT_EQ(result.error().code, c.code) << c.name;
    EXPECT_NE(result.error().message.find(c.says), std::string::npos)
        << result.error().message;
  }
}

TEST(BatchEngine, MemoryBudgetHoldsRequestsBack) {
  EngineOptions options = Options(10);
  options.memory_budget_bytes = 2 * 30 * 100;  // Two requests of 30 tokens.
  Rig rig = MakeRig(options);
  std::vector<std::promise<void>> done(6);
  for (auto& promise : done) {
    rig.engine->Submit(FreeText(Prompt(20, 1), 10),
                       [&](auto) { promise.set_value(); });
  }
  for (auto& promise : done) promise.get_future().get();
  EXPECT_LE(rig.engine->stats().agents_peak, 2u);
  EXPECT_LE(rig.engine->stats().kv_peak_bytes, options.memory_budget_bytes);
  const auto refused = rig.engine->Complete(FreeText(Prompt(55, 1), 10));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kTooLarge);
}

TEST(BatchEngine, SharedPrefixesAreWithinTheBudget) {
  EngineOptions options = Options(10);
  options.memory_budget_bytes = 100 * 100;  // 100 tokens; the requests ask 180.
  Rig rig = MakeRig(options);
  std::vector<std::promise<Result<Completion>>> done(12);
  for (std::size_t i = 0; i < done.size(); ++i) {
    Request request = FreeText(Prompt(50, static_cast<int>(i % 6)), 10);
    request.shared_prefix_tokens = 40;
    rig.engine->Submit(std::move(request), [&done, i](auto result) {
      done[i].set_value(std::move(result));
    });
  }
  for (std::size_t i = 0; i < done.size(); ++i) {
    const auto result = done[i].get_future().get();
    ASSERT_TRUE(result) << result.error().ToString();
    EXPECT_EQ(result->tokens,
              Expected(Prompt(50, static_cast<int>(i % 6)), 10));
  }
  EXPECT_EQ(rig.fake->misuse, "");
  EXPECT_LE(rig.fake->most_tokens, 100u);
  EXPECT_LE(rig.engine->stats().kv_peak_bytes, options.memory_budget_bytes);
}

TEST(BatchEngine, ARequestThatFillsTheBudgetTakesThePlaceOfPrefixes) {
  EngineOptions options = Options(2);
  options.memory_budget_bytes = 100 * 100;
  Rig rig = MakeRig(options);
  Request shares = FreeText(Prompt(50, 1), 10);
  shares.shared_prefix_tokens = 30;
  ASSERT_TRUE(rig.engine->Complete(shares));
  EXPECT_EQ(rig.engine->Complete(shares)->prefix_hit_tokens, 30u);
  ASSERT_TRUE(rig.engine->Complete(FreeText(Prompt(90, 2), 10)));
  EXPECT_EQ(rig.engine->Complete(shares)->prefix_hit_tokens, 0u);
  EXPECT_LE(rig.fake->most_tokens, 100u);
}

TEST(BatchEngine, APrefixThatIsTheWholePromptStillGivesLogits) {
  Rig rig = MakeRig(Options(1));
  for (int i = 0; i < 2; ++i) {
    Request request = FreeText(Prompt(20, 1), 3);
    request.shared_prefix_tokens = i == 0 ? 20 : 25;
    const auto result = rig.engine->Complete(std::move(request));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->tokens, Expected(Prompt(20, 1), 3));
  }
}

/// An engine whose every step takes 400 ms on the clock `ms`, of which
/// `cpu_share` is CPU time of its own.
Rig MakeSlowRig(std::atomic<int>& ms, double cpu_share) {
  return MakeRig(
      Options(1),
      [&ms](FakeExecutor& fake) {
        fake.before_step = [&ms](const RaggedStep&) -> Result<void> {
          ms += 400;
          return {};
        };
      },
      [&ms] { return ms / 1000.0; },
      [&ms, cpu_share] { return cpu_share * ms / 1000.0; });
}

TEST(BatchEngine, TimeLimitCountsOnlyTheRequestsOwnShare) {
  std::atomic<int> ms = 0;
  Rig rig = MakeSlowRig(ms, 1.0);
  Request slow = FreeText(Prompt(4, 0), 20);
  slow.timeout = std::chrono::milliseconds(1000);
  const auto timed_out = rig.engine->Complete(slow);
  ASSERT_FALSE(timed_out);
  EXPECT_EQ(timed_out.error().code, ErrorCode::kTimeout);
  Request quick = FreeText(Prompt(4, 0), 2);
  quick.timeout = std::chrono::milliseconds(1000);
  EXPECT_TRUE(rig.engine->Complete(quick));
  slow.timeout = std::chrono::milliseconds(0);
  EXPECT_TRUE(rig.engine->Complete(slow)) << "0 is no limit";
}

TEST(BatchEngine, TimeThatOtherProgramsTakeDoesNotCount) {
  std::atomic<int> ms = 0;
  Rig rig = MakeSlowRig(ms, 0.01);
  Request starved = FreeText(Prompt(4, 0), 20);
  starved.timeout = std::chrono::milliseconds(1000);
  EXPECT_TRUE(rig.engine->Complete(starved));
}

TEST(BatchEngine, CancellationEndsARequestAndKeepsTheOthers) {
  std::stop_source stop;
  std::atomic<int> steps = 0;
  Rig rig = MakeRig(Options(2), [&](FakeExecutor& fake) {
    fake.before_step = [&](const RaggedStep&) -> Result<void> {
      if (++steps == 3) stop.request_stop();
      return {};
    };
  });
  std::promise<Result<Completion>> first, second;
  Request request = FreeText(Prompt(4, 0), 100);
  request.stop = stop.get_token();
  rig.engine->Submit(request, [&](auto r) { first.set_value(std::move(r)); });
  rig.engine->Submit(FreeText(Prompt(4, 1), 50),
                     [&](auto r) { second.set_value(std::move(r)); });
  const auto cancelled = first.get_future().get();
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::kCancelled);
  const auto kept = second.get_future().get();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->tokens, Expected(Prompt(4, 1), 50));
}

TEST(BatchEngine, OnlyTheRequestAtFaultFails) {
  Rig rig = MakeRig(Options(4), [](FakeExecutor& fake) {
    fake.before_step = [](const RaggedStep& step) -> Result<void> {
      for (const TokenId id : step.input_ids) {
        if (id == 66) return Error{ErrorCode::kModel, "kernel failed", ""};
      }
      return {};
    };
    fake.next_token = [](const std::vector<TokenId>&) { return 'y'; };
  });
  std::vector<std::promise<Result<Completion>>> results(4);
  for (std::size_t i = 0; i < results.size(); ++i) {
    rig.engine->Submit(
        FreeText({i == 2 ? 66 : 1, 2}, 4),
        [&results, i](auto r) { results[i].set_value(std::move(r)); });
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto result = results[i].get_future().get();
    EXPECT_EQ(result.has_value(), i != 2) << i;
  }
  EXPECT_EQ(rig.engine->stats().failed, 1u);
}

TEST(BatchEngine, DestructionAnswersEverything) {
  std::vector<std::promise<Result<Completion>>> results(8);
  {
    Rig rig = MakeRig(Options(2));
    for (auto& result : results) {
      rig.engine->Submit(FreeText(Prompt(60, 1), 100),
                         [&](auto r) { result.set_value(std::move(r)); });
    }
  }
  for (auto& result : results) {
    auto future = result.get_future();
    ASSERT_EQ(future.wait_for(std::chrono::seconds(0)),
              std::future_status::ready);
    (void)future.get();
  }
}

}  // namespace
}  // namespace dobby
