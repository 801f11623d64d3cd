// Rate of the linear kernel on one thread, in int8 operations a second, beside
// the rate of its instructions from registers alone.
#include <benchmark/benchmark.h>
#include <immintrin.h>

#include <string>
#include <vector>

#include "kernels/aligned_values.h"
#include "kernels/linear.h"

namespace dobby {
namespace {

__attribute__((target("avx512f,avx512vnni"))) void Peak(
    benchmark::State& state) {
  constexpr int kChains = 12, kRounds = 1000;
  __m512i sums[kChains] = {};
  const __m512i a = _mm512_set1_epi8(1), b = _mm512_set1_epi8(2);
  for (auto _ : state) {
    for (int i = 0; i < kRounds; ++i) {
#pragma GCC unroll 12
      for (int c = 0; c < kChains; ++c) {
        sums[c] = _mm512_dpbusd_epi32(sums[c], a, b);
      }
    }
    benchmark::ClobberMemory();
  }
  for (const __m512i& sum : sums) benchmark::DoNotOptimize(sum);
  state.counters["ops/s"] = benchmark::Counter(
      double{kChains} * kRounds * 128 * double(state.iterations()),
      benchmark::Counter::kIsRate);
}

/// What AVX2 has instead: VPMADDUBSW, VPMADDWD, VPADDD.
__attribute__((target("avx2"))) void PeakAvx2(benchmark::State& state) {
  constexpr int kChains = 8, kRounds = 1000;
  __m256i sums[kChains] = {};
  const __m256i a = _mm256_set1_epi8(1), ones = _mm256_set1_epi16(1);
  for (auto _ : state) {
    for (int i = 0; i < kRounds; ++i) {
      __m256i b = _mm256_set1_epi8(2);
#pragma GCC unroll 8
      for (int c = 0; c < kChains; ++c) {
        asm volatile("" : "+x"(b));  // The products are not all the same.
        sums[c] = _mm256_add_epi32(
            sums[c], _mm256_madd_epi16(_mm256_maddubs_epi16(a, b), ones));
      }
    }
    benchmark::ClobberMemory();
  }
  for (const __m256i& sum : sums) benchmark::DoNotOptimize(sum);
  state.counters["ops/s"] = benchmark::Counter(
      double{kChains} * kRounds * 64 * double(state.iterations()),
      benchmark::Counter::kIsRate);
}

/// Rows and columns of the weights, their bits, rows of x.
void Product(benchmark::State& state, Simd simd) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const auto columns = static_cast<std::size_t>(state.range(1));
  const int bits = static_cast<int>(state.range(2));
  const std::size_t groups = columns / kGroup;
  AlignedValues<std::uint8_t> codes(
      PanelsOf(rows) * groups * GroupCodeBytes(bits), 77);
  AlignedValues<Half> scales(PanelsOf(rows) * groups * kPanel, Half(0.01));
  LinearCall call;
  call.simd = simd;
  call.weights = {bits, rows, columns, codes.data(), scales.data()};
  call.rows = static_cast<std::size_t>(state.range(3));
  AlignedValues<float> x(call.rows * columns, 0.5f), y(call.rows * rows, 0.0f);
  call.x = x.data();
  call.y = y.data();
  LinearScratch scratch;
  for (auto _ : state) {
    Linear(call, scratch, Serially);
    benchmark::DoNotOptimize(y.data());
  }
  state.counters["ops/s"] = benchmark::Counter(
      2.0 * double(rows * columns * call.rows) * double(state.iterations()),
      benchmark::Counter::kIsRate);
}

const bool kRegistered = [] {
  for (const Simd simd : SupportedSimd()) {
    if (simd == Simd::kScalar) continue;
    auto* product = benchmark::RegisterBenchmark(
        ("Linear/" + std::string(NameOf(simd))).c_str(), Product, simd);
    product->ArgNames({"N", "K", "bits", "M"});
    for (const int bits : {8, 4}) {
      product
          ->Args({960, 576, bits, 512})  // SmolLM2-135M
          ->Args({576, 1536, bits, 512})
          ->Args({2048, 5632, bits, 512})  // TinyLlama-1.1B
          ->Args({960, 576, bits, 10});
    }
  }
  if (SupportedSimd().back() >= Simd::kAvx2) {
    benchmark::RegisterBenchmark("Peak/avx2", PeakAvx2);
  }
  if (SupportedSimd().back() >= Simd::kAvx512Vnni) {
    benchmark::RegisterBenchmark("Peak/avx512vnni", Peak);
  }
  return true;
}();

}  // namespace
}  // namespace dobby
