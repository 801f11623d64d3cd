// Rate of attention on one thread, in multiplications and additions of its two
// products a second; linear_bench.cc measures the peak.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "kernels/aligned_values.h"
#include "kernels/attention.h"

namespace dobby {
namespace {

/// Sequences, tokens of each in the cache and new ones; heads of SmolLM2-135M.
void Segments(benchmark::State& state, Simd simd) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto past = static_cast<std::size_t>(state.range(1));
  const auto tokens = static_cast<std::size_t>(state.range(2));
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  AttentionShape shape{9, 3, 64};
  const std::vector<float> cosines((past + tokens) * 32, 0.8f);
  const std::vector<float> sines((past + tokens) * 32, 0.6f);
  shape.cosines = cosines.data();
  shape.sines = sines.data();
  AlignedValues<float> qkv((past + tokens) * 960, 0.0f),
      out(count * tokens * 576, 0.0f);
  std::generate_n(qkv.data(), (past + tokens) * 960,
                  [&] { return normal(random); });
  const std::size_t head_bytes =
      ((past + tokens) / kKvBlock + 1) * shape.BlockBytes();
  std::vector<AlignedValues<std::byte>> caches(
      count, AlignedValues<std::byte>(3 * head_bytes, std::byte{0}));
  std::vector<AttentionSegment> segments;
  const auto add = [&](std::size_t i, std::size_t from, std::size_t n) {
    const float* row = qkv.data() + from * 960;
    segments.push_back({.q = row,
                        .k = row + 576,
                        .v = row + 768,
                        .q_stride = 960,
                        .kv_stride = 960,
                        .out_stride = 576,
                        .tokens = n,
                        .past = from,
                        .cache = caches[i].data(),
                        .head_bytes = head_bytes,
                        .out = out.data() + i * tokens * 576});
  };
  for (std::size_t i = 0; i < count; ++i) {  // Fills the caches in steps.
    for (std::size_t from = 0; from < past; from += tokens) {
      segments.clear();
      add(i, from, std::min(tokens, past - from));
      Attend(simd, shape, segments, Serially);
    }
  }
  segments.clear();
  for (std::size_t i = 0; i < count; ++i) add(i, past, tokens);
  for (auto _ : state) Attend(simd, shape, segments, Serially);
  const double scores =
      double(count * tokens) * (double(past) + double(tokens + 1) / 2);
  state.counters["ops/s"] =
      benchmark::Counter(4.0 * 9 * 64 * scores * double(state.iterations()),
                         benchmark::Counter::kIsRate);
}

const bool kRegistered = [] {
  for (const Simd simd : SupportedSimd()) {
    if (simd == Simd::kScalar) continue;
    benchmark::RegisterBenchmark(
        ("Attention/" + std::string(NameOf(simd))).c_str(), Segments, simd)
        ->ArgNames({"sequences", "past", "tokens"})
        ->Args({1, 0, 512})
        ->Args({1, 1024, 512})
        ->Args({1, 2048, 512})
        ->Args({10, 2800, 1});
  }
  return true;
}();

}  // namespace
}  // namespace dobby
