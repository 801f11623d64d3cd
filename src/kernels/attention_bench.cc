// Rate of attention on one thread, in FLOP a second, beside the rate of
// VDPBF16PS from registers alone.
#include <benchmark/benchmark.h>
#include <immintrin.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "kernels/attention.h"

namespace dobby {
namespace {

__attribute__((target("avx512f,avx512bf16"))) void Peak(
    benchmark::State& state) {
  constexpr int kChains = 16, kRounds = 1000;
  __m512 sums[kChains] = {};
  const auto a = (__m512bh)_mm512_set1_epi16(0x3f80);
  for (auto _ : state) {
    for (int i = 0; i < kRounds; ++i) {
#pragma GCC unroll 16
      for (int c = 0; c < kChains; ++c) {
        sums[c] = _mm512_dpbf16_ps(sums[c], a, a);
      }
    }
    benchmark::ClobberMemory();
  }
  for (const __m512& sum : sums) benchmark::DoNotOptimize(sum);
  state.counters["flop/s"] = benchmark::Counter(
      double{kChains} * kRounds * 64 * double(state.iterations()),
      benchmark::Counter::kIsRate);
}

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
  std::vector<float> qkv((past + tokens) * 960), out(count * tokens * 576);
  for (float& x : qkv) x = normal(random);
  const std::size_t head_bytes =
      ((past + tokens) / kKvBlock + 1) * shape.BlockBytes();
  std::vector<std::vector<std::byte>> caches(
      count, std::vector<std::byte>(3 * head_bytes));
  std::vector<AttentionSegment> segments;
  const auto add = [&](std::size_t i, std::size_t from, std::size_t n) {
    const float* row = qkv.data() + from * 960;
    segments.push_back({row, row + 576, row + 768, 960, 960, 576, n, from,
                        caches[i].data(), head_bytes,
                        out.data() + i * tokens * 576});
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
  state.counters["flop/s"] =
      benchmark::Counter(4.0 * 9 * 64 * scores * double(state.iterations()),
                         benchmark::Counter::kIsRate);
}

const bool kRegistered = [] {
  for (const Simd simd : SupportedSimd()) {
    if (simd != Simd::kAvx2 && simd != Simd::kAvx512Bf16) continue;
    benchmark::RegisterBenchmark(
        ("Attention/" + std::string(NameOf(simd))).c_str(), Segments, simd)
        ->ArgNames({"sequences", "past", "tokens"})
        ->Args({1, 0, 512})
        ->Args({1, 1024, 512})
        ->Args({1, 2048, 512})
        ->Args({10, 2800, 1});
  }
  if (SupportedSimd().back() == Simd::kAvx512Bf16) {
    benchmark::RegisterBenchmark("Peak/avx512bf16", Peak);
  }
  return true;
}();

}  // namespace
}  // namespace dobby
