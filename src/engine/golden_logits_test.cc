// Logits of both engines against those of an independent implementation:
// tests/golden/make_logit_goldens.py took them from PyTorch and transformers
// in float64, on the same weights.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/files.h"
#include "dobby/engine.h"
#include "dobby/model.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

nlohmann::json ReadGolden(const std::string& name) {
  const auto text =
      ReadWholeFile(std::string(DOBBY_TEST_DATA) + "/golden/logits/" + name);
  if (!text) throw std::runtime_error(text.error().ToString());
  return nlohmann::json::parse(*text);
}

/// Returns the root mean square of the differences to the golden logits over
/// the standard deviation of these: 0 is the same, about 1.4 nothing alike.
double RelativeError(const LogitRows& logits, const nlohmann::json& prompt) {
  double squares = 0, sum = 0, square_sum = 0;
  std::size_t count = 0;
  for (const auto& row : prompt["rows"]) {
    const auto at = row["position"].get<std::size_t>();
    for (std::size_t i = 0; i < row["tokens"].size(); ++i, ++count) {
      const auto token = row["tokens"][i].get<std::size_t>();
      const double want = row["logits"][i].get<double>();
      squares += std::pow(
          double{logits.values.at(at * logits.vocab + token)} - want, 2);
      sum += want;
      square_sum += want * want;
    }
  }
  const auto n = static_cast<double>(count);
  const double variance = square_sum / n - std::pow(sum / n, 2);
  return std::sqrt(squares / n / variance);
}

/// How the logits are computed, and how near they must be. The limits are
/// twice what was measured, and a tenth or less of what a wrong order of the
/// rotation's pairs, or none, gives.
struct Engines {
  const char* name;
  ExecutorKind kind;
  int accuracy_level;
  double most_error;
};

void ExpectGolden(const ModelFolder& model, const std::string& golden,
                  std::initializer_list<Engines> engines) {
  const nlohmann::json prompts = ReadGolden(golden)["prompts"];
  for (const Engines& engine : engines) {
    EngineOptions options;
    options.executor = engine.kind;
    options.accuracy_level = engine.accuracy_level;
    options.threads = 2;
    options.prefill_chunk_tokens = 64;
    for (const auto& prompt : prompts) {
      const auto ids = prompt["ids"].get<std::vector<TokenId>>();
      const auto logits = ComputeLogits(model, options, ids, false);
      ASSERT_TRUE(logits) << engine.name << ": " << logits.error().ToString();
      const double error = RelativeError(*logits, prompt);
      std::printf("%s, %s, %s: %.5f\n", golden.c_str(), engine.name,
                  prompt["name"].get<std::string>().c_str(), error);
      EXPECT_LT(error, engine.most_error)
          << engine.name << ", " << prompt["name"];
    }
  }
}

TEST(GoldenLogits, OfTheRealModelAreThoseOfTransformers) {
  const char* folder = std::getenv("DOBBY_TEST_MODEL");
  ASSERT_NE(folder, nullptr) << "set DOBBY_TEST_MODEL; `make test` does";
  const auto model = OpenModel(folder);
  ASSERT_TRUE(model) << model.error().ToString();
  ExpectGolden(*model, "smollm2.json",
               {{"stock, float activations", ExecutorKind::kStock, 0, 0.04},
                {"stock", ExecutorKind::kStock, 4, 0.1},
                {"fast", ExecutorKind::kFast, -1, 0.1}});
}

TEST(GoldenLogits, OfQwenAreThoseOfTransformers) {
  for (const std::string name : {"qwen2", "qwen3"}) {
    const std::string dir = testing::TempDir() + "/golden_logits";
    fs::remove_all(dir);
    ImportOptions options;
    options.out_dir = dir;
    const auto report = ImportGguf(
        std::string(DOBBY_TEST_DATA) + "/golden/logits/" + name + ".gguf",
        options);
    ASSERT_TRUE(report) << report.error().ToString();
    EXPECT_EQ(report->model.architecture, name);
    ExpectGolden(report->model, name + ".json",
                 {{"stock, float activations", ExecutorKind::kStock, 0, 0.001},
                  {"stock", ExecutorKind::kStock, 4, 0.1},
                  {"fast", ExecutorKind::kFast, -1, 0.1}});
    fs::remove_all(dir);
  }
}

}  // namespace
}  // namespace dobby
