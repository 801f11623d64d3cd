// The linear kernel with AVX-512 and VNNI.
#ifdef __x86_64__
#include <immintrin.h>

#include <array>
#include <cstring>
#include <iterator>
#include <utility>

#include "kernels/linear_tile.h"

#define DOBBY_AVX512 \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))

namespace dobby {
namespace {

DOBBY_AVX512 void Quantise(const float* x, std::size_t groups,
                           std::int8_t* codes, float* scales,
                           std::int32_t* sums) {
  for (std::size_t group = 0; group < groups; ++group) {
    const __m512 low = _mm512_loadu_ps(x + group * kGroup);
    const __m512 high = _mm512_loadu_ps(x + group * kGroup + 16);
    const float largest = _mm512_reduce_max_ps(
        _mm512_max_ps(_mm512_abs_ps(low), _mm512_abs_ps(high)));
    scales[group] = largest / 127.0f;
    const __m512 inverse =
        _mm512_set1_ps(largest > 0 ? 127.0f / largest : 0.0f);
    const __m512i a = _mm512_cvtps_epi32(_mm512_mul_ps(low, inverse));
    const __m512i b = _mm512_cvtps_epi32(_mm512_mul_ps(high, inverse));
    auto* out = reinterpret_cast<__m128i*>(codes + group * kGroup);
    _mm_storeu_si128(out, _mm512_cvtepi32_epi8(a));
    _mm_storeu_si128(out + 1, _mm512_cvtepi32_epi8(b));
    sums[group] = _mm512_reduce_add_epi32(_mm512_add_epi32(a, b));
  }
}

/// Four neighbouring codes of a row, in every lane.
DOBBY_AVX512 inline __m512i Quad(const std::int8_t* codes) {
  std::int32_t quad;
  std::memcpy(&quad, codes, sizeof(quad));
  return _mm512_set1_epi32(quad);
}

/// Rows of a tile: 12 integer sums and 12 in float fill most of 32 registers,
/// and the rows of a batch that decodes need no second look at the weights.
/// 6 rows by two panels are as fast with many rows (77 % of the peak, both).
constexpr std::size_t kRows = 12;

/// How far ahead weights are fetched, in bytes: a page, which the hardware
/// does not look beyond. Panels follow one another, so it is the next panel's
/// beginning at last. Into the second level: the first has no room for it. A
/// batch of 10 reads at 31 of 45 GB/s so, without at 28; of 3 at 34, 31.
constexpr std::size_t kAhead = 4096;

/// Adds the products of a quad, rows of x `columns` apart.
template <std::size_t R>
DOBBY_AVX512 inline void AddQuad(__m512i w, const std::int8_t* x,
                                 std::size_t columns, __m512i (&sum)[R]) {
#pragma GCC unroll 12
  for (std::size_t r = 0; r < R; ++r) {
    sum[r] = _mm512_dpbusd_epi32(sum[r], w, Quad(x + r * columns));
  }
}

/// Adds the products of a group. 4-bit codes are expanded here, in registers:
/// through memory, it took a twentieth of the time of 512 rows, and nearly half
/// of that of one.
template <int kBits, std::size_t R>
DOBBY_AVX512 inline void AddGroup(const std::uint8_t* w, const std::int8_t* x,
                                  std::size_t columns, __m512i (&sum)[R]) {
  const __m512i low = _mm512_set1_epi8(15);
#pragma GCC unroll 8
  for (int i = 0; i < kBits; ++i) {
    _mm_prefetch(w + i * 64 + kAhead, _MM_HINT_T1);
    const __m512i codes = _mm512_loadu_si512(w + i * 64);
    if constexpr (kBits == 8) {
      AddQuad<R>(codes, x + i * 4, columns, sum);
    } else {
      AddQuad<R>(_mm512_and_si512(codes, low), x + i * 4, columns, sum);
      AddQuad<R>(_mm512_and_si512(_mm512_srli_epi16(codes, 4), low),
                 x + i * 4 + kGroup / 2, columns, sum);
    }
  }
}

/// A tile of R rows and a panel.
template <int kBits, std::size_t R>
DOBBY_AVX512 void MultiplyPanel(const TileWeights& weights, std::size_t panel,
                                const TileRows& rows, TileSums& sums) {
  const std::size_t groups = weights.groups, columns = groups * kGroup;
  __m512 total[R];
#pragma GCC unroll 12
  for (std::size_t r = 0; r < R; ++r) total[r] = _mm512_setzero_ps();
  for (std::size_t group = 0; group < groups; ++group) {
    __m512i sum[R];
#pragma GCC unroll 12
    for (std::size_t r = 0; r < R; ++r) {
      sum[r] = _mm512_set1_epi32(rows.offsets[r * groups + group]);
    }
    AddGroup<kBits, R>(weights.codes[panel] + group * GroupCodeBytes(kBits),
                       rows.codes + group * kGroup, columns, sum);
    const float* scales = weights.scales[panel] + group * kPanel;
    _mm_prefetch(scales + kAhead / sizeof(float), _MM_HINT_T1);
    const __m512 w_scale = _mm512_loadu_ps(scales);
#pragma GCC unroll 12
    for (std::size_t r = 0; r < R; ++r) {
      const __m512 x_scale = _mm512_set1_ps(rows.scales[r * groups + group]);
      total[r] =
          _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[r]),
                          _mm512_mul_ps(x_scale, w_scale), total[r]);
    }
  }
#pragma GCC unroll 12
  for (std::size_t r = 0; r < R; ++r) _mm512_storeu_ps(sums[r][panel], total[r]);
}

using PanelFunction = void (*)(const TileWeights&, std::size_t,
                               const TileRows&, TileSums&);

/// Functions of 1 to 12 rows.
template <int kBits, std::size_t... I>
constexpr std::array<PanelFunction, kRows> FunctionsOf(
    std::index_sequence<I...> /*indices*/) {
  return {MultiplyPanel<kBits, I + 1>...};
}

void Multiply(const TileWeights& weights, const TileRows& rows,
              TileSums& sums) {
  constexpr std::make_index_sequence<kRows> kIndices;
  static constexpr auto kOf4 = FunctionsOf<4>(kIndices);
  static constexpr auto kOf8 = FunctionsOf<8>(kIndices);
  const PanelFunction multiply =
      (weights.bits == 4 ? kOf4 : kOf8)[rows.rows - 1];
  for (std::size_t panel = 0; panel < kTilePanels; ++panel) {
    multiply(weights, panel, rows, sums);
  }
}

DOBBY_AVX512 void SwiGlu(const float* gate, const float* up, float* out) {
  const __m512 x = _mm512_loadu_ps(gate);
  const __m512 t =
      _mm512_min_ps(_mm512_max_ps(_mm512_mul_ps(x, _mm512_set1_ps(-kLog2E)),
                                  _mm512_set1_ps(-kMostExponent)),
                    _mm512_set1_ps(kMostExponent));
  const __m512 n = _mm512_roundscale_ps(t, _MM_FROUND_TO_NEAREST_INT);
  const __m512 f = _mm512_sub_ps(t, n);
  __m512 e = _mm512_set1_ps(kExp2[0]);
  for (std::size_t i = 1; i < std::size(kExp2); ++i) {
    e = _mm512_fmadd_ps(e, f, _mm512_set1_ps(kExp2[i]));
  }
  e = _mm512_scalef_ps(e, n);
  const __m512 silu = _mm512_div_ps(x, _mm512_add_ps(_mm512_set1_ps(1), e));
  _mm512_storeu_ps(out, _mm512_mul_ps(silu, _mm512_loadu_ps(up)));
}

}  // namespace

LinearKernel Avx512VnniLinear() {
  return {Quantise, nullptr, Multiply, SwiGlu, kRows};
}

}  // namespace dobby
#endif
