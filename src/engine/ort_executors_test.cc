// The executors on a real ONNX Runtime, with tiny models.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <random>

#include "engine/ort_fast_executor.h"
#include "engine/ort_stock_executor.h"
#include "models/synthetic_gguf.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

/// Imports a synthetic model, once a weight type.
const ModelFolder& TinyModel(TensorType weights) {
  static std::map<TensorType, ModelFolder> made;
  const auto found = made.find(weights);
  if (found != made.end()) return found->second;
  const fs::path dir = fs::path(testing::TempDir()) /
                       ("dobby_tiny_" + std::to_string(::getpid()) + "_" +
                        std::to_string(static_cast<int>(weights)));
  fs::create_directories(dir);
  const std::string gguf = (dir / "tiny.gguf").string();
  EXPECT_TRUE(WriteSyntheticGguf(gguf, {.weights = weights}));
  ImportOptions options;
  options.out_dir = dir.string();
  const auto report = ImportGguf(gguf, options);
  EXPECT_TRUE(report) << report.error().ToString();
  return made[weights] = report->model;
}

EngineOptions Options(ExecutorKind kind, std::size_t agents,
                      std::size_t chunk = 64) {
  EngineOptions options;
  options.executor = kind;
  options.threads = 2;
  options.agents = agents;
  options.adaptive = false;
  options.prefill_chunk_tokens = chunk;
  options.memory_budget_bytes = 1 << 28;
  return options;
}

Result<std::unique_ptr<ModelExecutor>> MakeExecutor(
    const ModelFolder& model, const EngineOptions& options,
    std::size_t sequences) {
  const auto widened = [](auto made) -> Result<std::unique_ptr<ModelExecutor>> {
    if (!made) return made.error();
    return std::unique_ptr<ModelExecutor>(std::move(*made));
  };
  return options.executor == ExecutorKind::kFast
             ? widened(OrtFastExecutor::Make(model, options, sequences))
             : widened(OrtStockExecutor::Make(model, options, sequences));
}

class OrtExecutors : public testing::TestWithParam<ExecutorKind> {};

INSTANTIATE_TEST_SUITE_P(Kinds, OrtExecutors,
                         testing::Values(ExecutorKind::kStock,
                                         ExecutorKind::kFast),
                         [](const auto& kind) {
                           return kind.param == ExecutorKind::kFast ? "fast"
                                                                    : "stock";
                         });

std::vector<TokenId> Prompt(std::size_t tokens, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<TokenId> ids(tokens);
  for (TokenId& id : ids) id = static_cast<TokenId>(3 + random() % 250);
  return ids;
}

/// Completes prompts of mixed lengths and returns what each one got.
std::vector<std::vector<TokenId>> CompleteAll(const ModelFolder& model,
                                              const EngineOptions& options) {
  auto engine = MakeEngine(model, options);
  EXPECT_TRUE(engine) << engine.error().ToString();
  constexpr std::size_t kLengths[] = {1, 2, 63, 64, 65, 128, 200, 129, 7, 300};
  std::vector<std::promise<Result<Completion>>> promises(20);
  for (std::size_t i = 0; i < promises.size(); ++i) {
    Request request;
    request.prompt = Prompt(kLengths[i % 10], static_cast<unsigned>(i));
    request.decoding.max_new_tokens = 5 + i;
    request.decoding.ignore_eos = true;
    (*engine)->Submit(std::move(request), [&promises, i](auto result) {
      promises[i].set_value(std::move(result));
    });
  }
  std::vector<std::vector<TokenId>> tokens;
  for (auto& promise : promises) {
    auto result = promise.get_future().get();
    EXPECT_TRUE(result) << result.error().ToString();
    tokens.push_back(result ? result->tokens : std::vector<TokenId>());
  }
  return tokens;
}

TEST_P(OrtExecutors, BatchedResultsEqualThoseComputedAlone) {
  for (const TensorType weights : {TensorType::kQ4_0, TensorType::kQ8_0}) {
    const ModelFolder& model = TinyModel(weights);
    const auto alone = CompleteAll(model, Options(GetParam(), 1));
    for (const std::size_t agents : {2u, 3u, 10u}) {
      EXPECT_EQ(CompleteAll(model, Options(GetParam(), agents)), alone)
          << "agents " << agents << ", weights " << static_cast<int>(weights);
    }
  }
}

/// Logits of decode steps in a batch, bit for bit, against the same alone.
TEST_P(OrtExecutors, DecodeLogitsDoNotDependOnTheBatchToTheBit) {
  for (const TensorType weights : {TensorType::kQ4_0, TensorType::kQ8_0}) {
    std::vector<float> alone, crowded;
    for (const bool crowd : {false, true}) {
      auto executor =
          MakeExecutor(TinyModel(weights), Options(GetParam(), 6), 6);
      ASSERT_TRUE(executor) << executor.error().ToString();
      std::vector<SequenceId> ids;
      RaggedStep step;
      for (int i = 0; i < (crowd ? 5 : 1); ++i) {
        ids.push_back(*(*executor)->Open());
        step.Add(ids.back(), 0, Prompt(40 + 3 * i, i), 0);
      }
      ASSERT_TRUE((*executor)->Step(step));
      step.Clear();
      const TokenId next[] = {77};
      // The third one is idle: its row is in the batch all the same.
      for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i != 2) step.Add(ids[i], 40 + 3 * i, next, 1);
      }
      const auto logits = (*executor)->Step(step);
      ASSERT_TRUE(logits);
      const std::size_t vocab = (*executor)->limits().vocab;
      (crowd ? crowded : alone)
          .assign(logits->begin(), logits->begin() + vocab);
    }
    EXPECT_EQ(alone, crowded) << static_cast<int>(weights);
  }
}

TEST_P(OrtExecutors, LogitsDoNotDependOnTheChunks) {
  const auto ids = Prompt(150, 1);
  const ModelFolder& model = TinyModel(TensorType::kQ8_0);
  const auto whole =
      ComputeLogits(model, Options(GetParam(), 1, 512), ids, false);
  ASSERT_TRUE(whole) << whole.error().ToString();
  ASSERT_EQ(whole->rows, ids.size());
  for (const std::size_t chunk : {16u, 50u, 64u}) {
    const auto parts =
        ComputeLogits(model, Options(GetParam(), 1, chunk), ids, false);
    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->values, whole->values) << chunk;
  }
  const auto last = ComputeLogits(model, Options(GetParam(), 1, 64), ids, true);
  ASSERT_TRUE(last);
  ASSERT_EQ(last->rows, 1u);
  for (std::size_t i = 0; i < last->vocab; ++i) {
    ASSERT_NEAR(last->values[i],
                whole->values[(ids.size() - 1) * whole->vocab + i], 1e-4f);
  }
}

TEST_P(OrtExecutors, ACopiedPrefixContinuesLikeTheOriginal) {
  auto executor =
      MakeExecutor(TinyModel(TensorType::kQ8_0), Options(GetParam(), 4), 4);
  ASSERT_TRUE(executor);
  const auto prompt = Prompt(50, 9);
  const SequenceId first = *(*executor)->Open();
  const SequenceId second = *(*executor)->Open();
  RaggedStep step;
  step.Add(first, 0, std::span(prompt).first(30), 0);
  ASSERT_TRUE((*executor)->Step(step));
  (*executor)->CopyPrefix(first, second, 30);
  std::vector<std::vector<float>> logits;
  for (const SequenceId sequence : {first, second}) {
    step.Clear();
    step.Add(sequence, 30, std::span(prompt).subspan(30), 1);
    const auto result = (*executor)->Step(step);
    ASSERT_TRUE(result);
    logits.emplace_back(result->begin(), result->end());
  }
  EXPECT_EQ(logits[0], logits[1]);
}

TEST(OrtFastExecutor, WhatFollowsWrongDraftsIsTheSameToTheBit) {
  const auto text = Prompt(70, 4);
  std::vector<std::vector<float>> logits;
  for (const std::size_t wrong : {0u, 1u, 5u}) {
    auto executor = MakeExecutor(TinyModel(TensorType::kQ8_0),
                                 Options(ExecutorKind::kFast, 1), 1);
    ASSERT_TRUE(executor);
    const SequenceId sequence = *(*executor)->Open();
    const auto draft = Prompt(wrong, 5);
    RaggedStep step;
    step.Add(sequence, 0, std::span(text).first(60), 0);
    ASSERT_TRUE((*executor)->Step(step));
    for (std::size_t i = 60; i < text.size(); ++i) {
      step.Clear();
      step.Add(sequence, i, std::span(text).subspan(i, 1), 1 + wrong, draft);
      const auto result = (*executor)->Step(step);
      ASSERT_TRUE(result);
      ASSERT_EQ(result->size(), (1 + wrong) * (*executor)->limits().vocab);
    }
    step.Clear();
    step.Add(sequence, text.size(), std::span(text).first(3), 1);
    const auto result = (*executor)->Step(step);
    ASSERT_TRUE(result);
    logits.emplace_back(result->begin(), result->end());
  }
  EXPECT_EQ(logits[1], logits[0]);
  EXPECT_EQ(logits[2], logits[0]);
}

/// Returns the root mean square of a - b over that of b.
double RelativeError(const LogitRows& a, const LogitRows& b) {
  double error = 0, scale = 0;
  for (std::size_t i = 0; i < b.values.size(); ++i) {
    error += std::pow(a.values[i] - b.values[i], 2);
    scale += std::pow(b.values[i], 2);
  }
  return std::sqrt(error / scale);
}

/// Where there is no vector unit the stock executor is quicker.
const ExecutorKind kQuicker =
    KernelIsa() == "scalar" ? ExecutorKind::kStock : ExecutorKind::kFast;

TEST(MakeEngine, AutoIsTheQuickerUnlessAnActivationLevelIsAskedFor) {
  EngineOptions options = Options(ExecutorKind::kAuto, 1);
  const ModelFolder& model = TinyModel(TensorType::kQ8_0);
  const auto engine = MakeEngine(model, options);
  ASSERT_TRUE(engine) << engine.error().ToString();
  EXPECT_EQ((*engine)->options().executor, kQuicker);
  options.accuracy_level = 4;
  const auto leveled = MakeEngine(model, options);
  ASSERT_TRUE(leveled);
  EXPECT_EQ((*leveled)->options().executor, ExecutorKind::kStock);
}

TEST(MakeEngine, WithoutAPlaceForPackedWeightsAutoIsStockAndSaysWhy) {
  // Of another type than the other tests use: nothing is packed yet.
  const ModelFolder& model = TinyModel(TensorType::kF32);
  const char* before = std::getenv("DOBBY_CACHE");
  const std::string kept = before ? before : "";
  ::setenv("DOBBY_CACHE", "/dev/null/cache", 1);
  const auto fast = MakeEngine(model, Options(ExecutorKind::kFast, 1));
  const auto automatic = MakeEngine(model, Options(ExecutorKind::kAuto, 1));
  before ? ::setenv("DOBBY_CACHE", kept.c_str(), 1) : ::unsetenv("DOBBY_CACHE");
  ASSERT_FALSE(fast);
  EXPECT_EQ(fast.error().code, ErrorCode::kIo);
  ASSERT_TRUE(automatic) << automatic.error().ToString();
  EXPECT_EQ((*automatic)->options().executor, ExecutorKind::kStock);
  const std::string& reason = (*automatic)->options().stock_reason;
  EXPECT_EQ(reason.find("/dev/null/cache") != std::string::npos,
            kQuicker == ExecutorKind::kFast)
      << reason;
}

TEST(OrtFastExecutor, LogitsAreCloseToThoseOfFloatActivations) {
  const auto ids = Prompt(150, 4);
  for (const TensorType weights : {TensorType::kQ4_0, TensorType::kQ8_0}) {
    EngineOptions options = Options(ExecutorKind::kStock, 1);
    options.accuracy_level = 0;
    const auto exact = ComputeLogits(TinyModel(weights), options, ids, false);
    const auto fast = ComputeLogits(
        TinyModel(weights), Options(ExecutorKind::kFast, 1), ids, false);
    ASSERT_TRUE(exact);
    ASSERT_TRUE(fast) << fast.error().ToString();
    EXPECT_LT(RelativeError(*fast, *exact), 0.05);
  }
}

TEST(OrtStockExecutor, FloatAndInt8ActivationsAgreeClosely) {
  const auto ids = Prompt(60, 4);
  const ModelFolder& model = TinyModel(TensorType::kQ8_0);
  EngineOptions options = Options(ExecutorKind::kStock, 1);
  std::vector<LogitRows> rows;
  for (const int level : {0, 4}) {
    options.accuracy_level = level;
    auto logits = ComputeLogits(model, options, ids, false);
    ASSERT_TRUE(logits);
    rows.push_back(std::move(*logits));
  }
  const double error = RelativeError(rows[1], rows[0]);
  EXPECT_GT(error, 0) << "the levels are the same: is one of them ignored?";
  EXPECT_LT(error, 0.05);
}

TEST(OrtStockExecutor, AnUnusableGraphIsAModelError) {
  const ModelFolder& good = TinyModel(TensorType::kF32);
  ModelFolder other = good;
  other.shape.layers += 1;  // The graph lacks inputs that would be bound.
  const auto executor =
      OrtStockExecutor::Make(other, Options(ExecutorKind::kStock, 1), 2);
  ASSERT_FALSE(executor);
  EXPECT_EQ(executor.error().code, ErrorCode::kModel);
  EXPECT_NE(executor.error().message.find("3 layers"), std::string::npos)
      << executor.error().message;
}

TEST_P(OrtExecutors, InterruptEndsWithCancelled) {
  auto executor =
      MakeExecutor(TinyModel(TensorType::kQ8_0), Options(GetParam(), 1), 2);
  ASSERT_TRUE(executor);
  const SequenceId sequence = *(*executor)->Open();
  (*executor)->Interrupt();
  RaggedStep step;
  step.Add(sequence, 0, Prompt(10, 1), 1);
  const auto logits = (*executor)->Step(step);
  ASSERT_FALSE(logits);
  EXPECT_EQ(logits.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace dobby
