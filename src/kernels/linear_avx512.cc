// The linear kernel with AVX-512 and VNNI.
#ifdef __x86_64__
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <utility>

#include "kernels/linear_tile.h"

#define DOBBY_AVX512 \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))

#define DOBBY_AVX512_INLINE DOBBY_AVX512 __attribute__((always_inline)) inline

namespace dobby {
namespace {

/// Groups that are quantised side by side.
constexpr std::size_t kTogether = 4;

struct Larger {
  DOBBY_AVX512_INLINE static __m512 Of(__m512 a, __m512 b) {
    return _mm512_max_ps(a, b);
  }
};

struct IntegerSum {
  DOBBY_AVX512_INLINE static __m512 Of(__m512 a, __m512 b) {
    return _mm512_castsi512_ps(
        _mm512_add_epi32(_mm512_castps_si512(a), _mm512_castps_si512(b)));
  }
};

/// Returns what Combine makes of the 16 lanes of each.
template <typename Combine>
DOBBY_AVX512_INLINE __m128 Combined(const __m512 (&v)[kTogether]) {
  const __m512d a = _mm512_castps_pd(Combine::Of(
      _mm512_unpacklo_ps(v[0], v[1]), _mm512_unpackhi_ps(v[0], v[1])));
  const __m512d b = _mm512_castps_pd(Combine::Of(
      _mm512_unpacklo_ps(v[2], v[3]), _mm512_unpackhi_ps(v[2], v[3])));
  __m512 all = Combine::Of(_mm512_castpd_ps(_mm512_unpacklo_pd(a, b)),
                           _mm512_castpd_ps(_mm512_unpackhi_pd(a, b)));
  all = Combine::Of(all, _mm512_shuffle_f32x4(all, all, 0x4e));
  all = Combine::Of(all, _mm512_shuffle_f32x4(all, all, 0xb1));
  return _mm512_castps512_ps128(all);
}

/// Quantises up to four groups: their largest values are found, and their codes
/// added up, side by side.
DOBBY_AVX512_INLINE void QuantiseSome(const float* x, std::size_t count,
                                      const QuantisedRow& to) {
  __m512 values[kTogether][2], largest[kTogether];
#pragma GCC unroll 4
  for (std::size_t i = 0; i < kTogether; ++i) {
    const float* group = x + std::min(i, count - 1) * kGroup;
    values[i][0] = _mm512_loadu_ps(group);
    values[i][1] = _mm512_loadu_ps(group + 16);
    largest[i] =
        _mm512_max_ps(_mm512_abs_ps(values[i][0]), _mm512_abs_ps(values[i][1]));
  }
  alignas(16) float scales[kTogether], inverses[kTogether];
  const __m128 most = Combined<Larger>(largest);
  const __m128 whole = _mm_set1_ps(127.0f);
  _mm_store_ps(scales, _mm_div_ps(most, whole));
  _mm_store_ps(
      inverses,
      _mm_maskz_div_ps(_mm_cmp_ps_mask(most, _mm_setzero_ps(), _CMP_GT_OQ),
                       whole, most));
  __m512 sums[kTogether];
#pragma GCC unroll 4
  for (std::size_t i = 0; i < kTogether; ++i) {
    const __m512 inverse = _mm512_set1_ps(inverses[i]);
    const __m512i a = _mm512_cvtps_epi32(_mm512_mul_ps(values[i][0], inverse));
    const __m512i b = _mm512_cvtps_epi32(_mm512_mul_ps(values[i][1], inverse));
    sums[i] = _mm512_castsi512_ps(_mm512_add_epi32(a, b));
    if (i >= count) continue;
    auto* out = reinterpret_cast<__m128i*>(to.codes + i * to.stride * kGroup);
    _mm_storeu_si128(out, _mm512_cvtepi32_epi8(a));
    _mm_storeu_si128(out + 1, _mm512_cvtepi32_epi8(b));
    to.scales[i * to.stride] = scales[i];
  }
  const __m128 total = Combined<IntegerSum>(sums);
  alignas(16) std::int32_t of_group[kTogether];
  _mm_store_si128(reinterpret_cast<__m128i*>(of_group),
                  _mm_castps_si128(total));
  for (std::size_t i = 0; i < count; ++i) {
    to.sums[i * to.stride] = of_group[i];
  }
}

DOBBY_AVX512 void Quantise(const float* x, std::size_t groups,
                           const QuantisedRow& to) {
  for (std::size_t group = 0; group < groups; group += kTogether) {
    const std::size_t at = group * to.stride;
    QuantiseSome(
        x + group * kGroup, std::min(kTogether, groups - group),
        {to.codes + at * kGroup, to.scales + at, to.sums + at, to.stride});
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
/// 6 rows by two panels are as fast with many rows (77 % of the peak, both,
/// before activations came in the order of tiles).
constexpr std::size_t kRows = 12;

/// How far ahead weights are fetched, in bytes: a page, which the hardware
/// does not look beyond. Panels follow one another, so it is the next panel's
/// beginning at last. Into the second level: the first has no room for it. A
/// batch of 10 reads at 31 of 45 GB/s so, without at 28; of 3 at 34, 31.
constexpr std::size_t kAhead = 4096;

/// Adds the products of a quad.
template <std::size_t R>
DOBBY_AVX512 inline void AddQuad(__m512i w, const std::int8_t* x,
                                 __m512i (&sum)[R]) {
#pragma GCC unroll 12
  for (std::size_t r = 0; r < R; ++r) {
    sum[r] = _mm512_dpbusd_epi32(sum[r], w, Quad(x + r * kGroup));
  }
}

/// Adds the products of a group. 4-bit codes are expanded here, in registers:
/// through memory, it took a twentieth of the time of 512 rows, and nearly half
/// of that of one.
template <int kBits, std::size_t R>
DOBBY_AVX512 inline void AddGroup(const std::uint8_t* w, const std::int8_t* x,
                                  __m512i (&sum)[R]) {
  const __m512i low = _mm512_set1_epi8(15);
#pragma GCC unroll 8
  for (int i = 0; i < kBits; ++i) {
    _mm_prefetch(w + i * 64 + kAhead, _MM_HINT_T1);
    const __m512i codes = _mm512_loadu_si512(w + i * 64);
    if constexpr (kBits == 8) {
      AddQuad<R>(codes, x + i * 4, sum);
    } else {
      AddQuad<R>(_mm512_and_si512(codes, low), x + i * 4, sum);
      AddQuad<R>(_mm512_and_si512(_mm512_srli_epi16(codes, 4), low),
                 x + i * 4 + kGroup / 2, sum);
    }
  }
}

/// A tile of R rows and a panel.
template <int kBits, std::size_t R>
DOBBY_AVX512 void MultiplyPanel(const TileWeights& weights, std::size_t panel,
                                const TileRows& rows, TileSums sums) {
  __m512 total[R];
#pragma GCC unroll 12
  for (std::size_t r = 0; r < R; ++r) total[r] = _mm512_setzero_ps();
  for (std::size_t group = 0; group < weights.groups; ++group) {
    __m512i sum[R];
#pragma GCC unroll 12
    for (std::size_t r = 0; r < R; ++r) {
      sum[r] = _mm512_set1_epi32(rows.offsets[group * R + r]);
    }
    AddGroup<kBits, R>(weights.codes[panel] + group * GroupCodeBytes(kBits),
                       rows.codes + group * R * kGroup, sum);
    const Half* scales = weights.scales[panel] + group * kPanel;
    _mm_prefetch(scales + kAhead / sizeof(Half), _MM_HINT_T1);
    const __m512 w_scale = _mm512_cvtph_ps(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(scales)));
#pragma GCC unroll 12
    for (std::size_t r = 0; r < R; ++r) {
      const __m512 x_scale = _mm512_set1_ps(rows.scales[group * R + r]);
      total[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[r]),
                                 _mm512_mul_ps(x_scale, w_scale), total[r]);
    }
  }
#pragma GCC unroll 12
  for (std::size_t r = 0; r < R; ++r) {
    _mm512_storeu_ps(sums.Of(r, panel), total[r]);
  }
}

using PanelFunction = void (*)(const TileWeights&, std::size_t, const TileRows&,
                               TileSums);

/// Functions of 1 to 12 rows.
template <int kBits, std::size_t... I>
constexpr std::array<PanelFunction, kRows> FunctionsOf(
    std::index_sequence<I...> /*indices*/) {
  return {MultiplyPanel<kBits, I + 1>...};
}

void Multiply(const TileWeights& weights, std::span<const TileRows> tiles,
              TileSums sums) {
  constexpr std::make_index_sequence<kRows> kIndices;
  static constexpr auto kOf4 = FunctionsOf<4>(kIndices);
  static constexpr auto kOf8 = FunctionsOf<8>(kIndices);
  for (const TileRows& tile : tiles) {
    const PanelFunction multiply =
        (weights.bits == 4 ? kOf4 : kOf8)[tile.rows - 1];
    for (std::size_t panel = 0; panel < kTilePanels; ++panel) {
      multiply(weights, panel, tile, sums);
    }
    sums = sums.After(tile.rows);
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
