// The linear kernel with AVX-512 and VNNI.
#ifdef __x86_64__
#include <immintrin.h>

#include <cstring>
#include <iterator>

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

/// Integer sums of a group: R rows of two panels.
template <std::size_t R>
using GroupSums = __m512i[R][2];

/// Adds the products of a quad, rows of x `columns` apart.
template <std::size_t R>
DOBBY_AVX512 inline void AddQuad(__m512i w0, __m512i w1, const std::int8_t* x,
                                 std::size_t columns, GroupSums<R>& sum) {
#pragma GCC unroll 6
  for (std::size_t r = 0; r < R; ++r) {
    const __m512i q = Quad(x + r * columns);
    sum[r][0] = _mm512_dpbusd_epi32(sum[r][0], w0, q);
    sum[r][1] = _mm512_dpbusd_epi32(sum[r][1], w1, q);
  }
}

/// Adds the products of group `group`. 4-bit codes are expanded here, in
/// registers: through memory, it took a twentieth of the time of 512 rows, and
/// nearly half of that of one.
template <int kBits, std::size_t R>
DOBBY_AVX512 inline void AddGroup(const TileWeights& weights, std::size_t group,
                                  const std::int8_t* x, GroupSums<R>& sum) {
  const std::size_t columns = weights.groups * kGroup;
  const std::uint8_t* w0 = weights.codes[0] + group * GroupCodeBytes(kBits);
  const std::uint8_t* w1 = weights.codes[1] + group * GroupCodeBytes(kBits);
  const __m512i low = _mm512_set1_epi8(15);
#pragma GCC unroll 8
  for (int i = 0; i < kBits; ++i) {
    const __m512i a = _mm512_loadu_si512(w0 + i * 64);
    const __m512i b = _mm512_loadu_si512(w1 + i * 64);
    const std::int8_t* quad = x + i * 4;
    if constexpr (kBits == 8) {
      AddQuad<R>(a, b, quad, columns, sum);
    } else {
      AddQuad<R>(_mm512_and_si512(a, low), _mm512_and_si512(b, low), quad,
                 columns, sum);
      AddQuad<R>(_mm512_and_si512(_mm512_srli_epi16(a, 4), low),
                 _mm512_and_si512(_mm512_srli_epi16(b, 4), low),
                 quad + kGroup / 2, columns, sum);
    }
  }
}

/// A tile of R rows and 2 panels: 2 R integer sums of a group and 2 R sums in
/// float stay in registers.
template <int kBits, std::size_t R>
DOBBY_AVX512 void MultiplyRows(const TileWeights& weights, const TileRows& rows,
                               TileSums& sums) {
  const std::size_t groups = weights.groups;
  __m512 total[R][2];
#pragma GCC unroll 6
  for (std::size_t r = 0; r < R; ++r) {
    total[r][0] = total[r][1] = _mm512_setzero_ps();
  }
  for (std::size_t group = 0; group < groups; ++group) {
    GroupSums<R> sum;
#pragma GCC unroll 6
    for (std::size_t r = 0; r < R; ++r) {
      sum[r][0] = sum[r][1] =
          _mm512_set1_epi32(rows.offsets[r * groups + group]);
    }
    AddGroup<kBits, R>(weights, group, rows.codes + group * kGroup, sum);
    const __m512 s0 = _mm512_loadu_ps(weights.scales[0] + group * kPanel);
    const __m512 s1 = _mm512_loadu_ps(weights.scales[1] + group * kPanel);
#pragma GCC unroll 6
    for (std::size_t r = 0; r < R; ++r) {
      const __m512 s = _mm512_set1_ps(rows.scales[r * groups + group]);
      total[r][0] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[r][0]),
                                    _mm512_mul_ps(s, s0), total[r][0]);
      total[r][1] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[r][1]),
                                    _mm512_mul_ps(s, s1), total[r][1]);
    }
  }
#pragma GCC unroll 6
  for (std::size_t r = 0; r < R; ++r) {
    _mm512_storeu_ps(sums[r][0], total[r][0]);
    _mm512_storeu_ps(sums[r][1], total[r][1]);
  }
}

template <int kBits>
void MultiplySome(const TileWeights& weights, const TileRows& rows,
                  TileSums& sums) {
  switch (rows.rows) {
    case 1:
      return MultiplyRows<kBits, 1>(weights, rows, sums);
    case 2:
      return MultiplyRows<kBits, 2>(weights, rows, sums);
    case 3:
      return MultiplyRows<kBits, 3>(weights, rows, sums);
    case 4:
      return MultiplyRows<kBits, 4>(weights, rows, sums);
    case 5:
      return MultiplyRows<kBits, 5>(weights, rows, sums);
    default:
      return MultiplyRows<kBits, 6>(weights, rows, sums);
  }
}

void Multiply(const TileWeights& weights, const TileRows& rows,
              TileSums& sums) {
  return weights.bits == 4 ? MultiplySome<4>(weights, rows, sums)
                           : MultiplySome<8>(weights, rows, sums);
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
  return {Quantise, nullptr, Multiply, SwiGlu};
}

}  // namespace dobby
#endif
