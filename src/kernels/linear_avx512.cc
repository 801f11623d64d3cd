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

DOBBY_AVX512 void Expand(const std::uint8_t* packed, std::size_t groups,
                         std::uint8_t* codes) {
  const __m512i low_half = _mm512_set1_epi8(15);
  for (std::size_t group = 0; group < groups; ++group) {
    for (std::size_t i = 0; i < 4; ++i) {
      const __m512i both = _mm512_loadu_si512(packed + group * 256 + i * 64);
      std::uint8_t* out = codes + group * 512 + i * 64;
      _mm512_storeu_si512(out, _mm512_and_si512(both, low_half));
      _mm512_storeu_si512(
          out + 256, _mm512_and_si512(_mm512_srli_epi16(both, 4), low_half));
    }
  }
}

/// Four neighbouring codes of a row, in every lane.
DOBBY_AVX512 inline __m512i Quad(const std::int8_t* codes) {
  std::int32_t quad;
  std::memcpy(&quad, codes, sizeof(quad));
  return _mm512_set1_epi32(quad);
}

/// A tile of R rows and 2 panels: 2 R integer sums of a group and 2 R sums in
/// float stay in registers.
template <std::size_t R>
DOBBY_AVX512 void MultiplyRows(const TileWeights& weights, const TileRows& rows,
                               TileSums& sums) {
  const std::size_t groups = weights.groups, columns = groups * kGroup;
  __m512 total[R][2];
#pragma GCC unroll 6
  for (std::size_t r = 0; r < R; ++r) {
    total[r][0] = total[r][1] = _mm512_setzero_ps();
  }
  for (std::size_t group = 0; group < groups; ++group) {
    const std::uint8_t* w0 = weights.codes[0] + group * 512;
    const std::uint8_t* w1 = weights.codes[1] + group * 512;
    const std::int8_t* x = rows.codes + group * kGroup;
    __m512i sum[R][2];
#pragma GCC unroll 6
    for (std::size_t r = 0; r < R; ++r) {
      sum[r][0] = sum[r][1] =
          _mm512_set1_epi32(rows.offsets[r * groups + group]);
    }
#pragma GCC unroll 8
    for (std::size_t quad = 0; quad < 8; ++quad) {
      const __m512i a = _mm512_loadu_si512(w0 + quad * 64);
      const __m512i b = _mm512_loadu_si512(w1 + quad * 64);
#pragma GCC unroll 6
      for (std::size_t r = 0; r < R; ++r) {
        const __m512i q = Quad(x + r * columns + quad * 4);
        sum[r][0] = _mm512_dpbusd_epi32(sum[r][0], a, q);
        sum[r][1] = _mm512_dpbusd_epi32(sum[r][1], b, q);
      }
    }
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

void Multiply(const TileWeights& weights, const TileRows& rows,
              TileSums& sums) {
  switch (rows.rows) {
    case 1:
      return MultiplyRows<1>(weights, rows, sums);
    case 2:
      return MultiplyRows<2>(weights, rows, sums);
    case 3:
      return MultiplyRows<3>(weights, rows, sums);
    case 4:
      return MultiplyRows<4>(weights, rows, sums);
    case 5:
      return MultiplyRows<5>(weights, rows, sums);
    default:
      return MultiplyRows<6>(weights, rows, sums);
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

LinearKernel Avx512VnniLinear() { return {Quantise, Expand, Multiply, SwiGlu}; }

}  // namespace dobby
#endif
