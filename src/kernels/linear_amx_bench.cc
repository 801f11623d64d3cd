// The rate of TDPBSSD from registers alone: what Linear/amxint8 is a part of.
#include <benchmark/benchmark.h>

#include "kernels/amx_tiles.h"
#include "kernels/simd.h"

#ifdef __x86_64__
namespace dobby {
namespace {

__attribute__((target("amx-tile,amx-int8"))) void Peak(
    benchmark::State& state) {
  constexpr int kRounds = 1000;
  TileConfig config;
  config.palette = 1;
  for (std::size_t tile = 0; tile < kAmxTiles; ++tile) {
    config.row_bytes[tile] = kAmxRowBytes;
    config.rows[tile] = kAmxRows;
  }
  AmxTiles::LoadConfig(config);
  for (auto _ : state) {
    for (int i = 0; i < kRounds; ++i) {
      AmxTiles::MultiplyAdd<0, 4, 6>();
      AmxTiles::MultiplyAdd<1, 4, 7>();
      AmxTiles::MultiplyAdd<2, 5, 6>();
      AmxTiles::MultiplyAdd<3, 5, 7>();
    }
  }
  AmxTiles::LoadConfig({});
  constexpr double kOperations = 2.0 * kAmxRows * 16 * kAmxRowBytes;
  state.counters["ops/s"] =
      benchmark::Counter(4 * kOperations * kRounds * double(state.iterations()),
                         benchmark::Counter::kIsRate);
}

const bool kRegistered = [] {
  if (SupportedSimd().back() >= Simd::kAmxInt8) {
    benchmark::RegisterBenchmark("Peak/amxint8", Peak);
  }
  return true;
}();

}  // namespace
}  // namespace dobby
#endif
