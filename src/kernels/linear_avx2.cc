// The linear kernel with AVX2, and with AVX-VNNI on 256 bits.
#ifdef __x86_64__
#include <immintrin.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "kernels/linear_tile.h"

#define DOBBY_AVX2 __attribute__((target("avx2,fma")))

namespace dobby {
namespace {

// 16 registers hold 3 rows of two half panels: 6 integer sums, 6 float ones.
constexpr std::size_t kStrip = 3;

DOBBY_AVX2 inline float Largest(__m256 values) {
  __m128 four = _mm_max_ps(_mm256_castps256_ps128(values),
                           _mm256_extractf128_ps(values, 1));
  four = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(four, _mm_movehdup_ps(four)));
}

DOBBY_AVX2 inline std::int32_t Sum(__m256i values) {
  __m128i four = _mm_add_epi32(_mm256_castsi256_si128(values),
                               _mm256_extracti128_si256(values, 1));
  four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(four, _mm_shuffle_epi32(four, 0xb1)));
}

DOBBY_AVX2 void Quantise(const float* x, std::size_t groups, std::int8_t* codes,
                         float* scales, std::int32_t* sums) {
  const __m256 magnitude = _mm256_castsi256_ps(_mm256_set1_epi32(0x7fffffff));
  // Packing two registers interleaves their halves: this puts them in order.
  const __m256i in_order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  for (std::size_t group = 0; group < groups; ++group) {
    __m256 v[4];
    __m256 most = _mm256_setzero_ps();
    for (int i = 0; i < 4; ++i) {
      v[i] = _mm256_loadu_ps(x + group * kGroup + i * 8);
      most = _mm256_max_ps(most, _mm256_and_ps(v[i], magnitude));
    }
    const float largest = Largest(most);
    scales[group] = largest / 127.0f;
    const __m256 inverse =
        _mm256_set1_ps(largest > 0 ? 127.0f / largest : 0.0f);
    __m256i q[4];
    __m256i sum = _mm256_setzero_si256();
    for (int i = 0; i < 4; ++i) {
      q[i] = _mm256_cvtps_epi32(_mm256_mul_ps(v[i], inverse));
      sum = _mm256_add_epi32(sum, q[i]);
    }
    const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(q[0], q[1]),
                                             _mm256_packs_epi32(q[2], q[3]));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(codes + group * kGroup),
                        _mm256_permutevar8x32_epi32(bytes, in_order));
    sums[group] = Sum(sum);
  }
}

DOBBY_AVX2 void Expand(const std::uint8_t* packed, std::size_t groups,
                       std::uint8_t* codes) {
  const __m256i low_half = _mm256_set1_epi8(15);
  for (std::size_t group = 0; group < groups; ++group) {
    for (std::size_t i = 0; i < 256; i += 32) {
      const __m256i both = _mm256_loadu_si256(
          reinterpret_cast<const __m256i*>(packed + group * 256 + i));
      auto* out = reinterpret_cast<__m256i*>(codes + group * 512 + i);
      _mm256_storeu_si256(out, _mm256_and_si256(both, low_half));
      _mm256_storeu_si256(
          out + 8, _mm256_and_si256(_mm256_srli_epi16(both, 4), low_half));
    }
  }
}

/// Adds the products of 4 unsigned and 4 signed bytes in each lane.
template <bool kVnni>
DOBBY_AVX2 inline __m256i AddQuads(__m256i sum, __m256i w, __m256i x) {
  if constexpr (kVnni) {
    // In assembly: the intrinsic would let the compiler use AVX-VNNI in the
    // other instance of the template, too.
    asm("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sum) : "x"(w), "x"(x));
    return sum;
  } else {
    // In 16 bits, even and odd bytes apart: VPMADDUBSW would saturate.
    const __m256i even =
        _mm256_madd_epi16(_mm256_and_si256(w, _mm256_set1_epi16(255)),
                          _mm256_srai_epi16(_mm256_slli_epi16(x, 8), 8));
    const __m256i odd =
        _mm256_madd_epi16(_mm256_srli_epi16(w, 8), _mm256_srai_epi16(x, 8));
    return _mm256_add_epi32(sum, _mm256_add_epi32(even, odd));
  }
}

DOBBY_AVX2 inline __m256i Load(const void* bytes) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(bytes));
}

/// Four neighbouring codes of a row, in every lane.
DOBBY_AVX2 inline __m256i Quad(const std::int8_t* codes) {
  std::int32_t quad;
  std::memcpy(&quad, codes, sizeof(quad));
  return _mm256_set1_epi32(quad);
}

template <bool kVnni, std::size_t R>
DOBBY_AVX2 void MultiplyStrip(const TileWeights& weights, std::size_t panel,
                              const TileRows& rows, std::size_t first,
                              TileSums& sums) {
  const std::size_t groups = weights.groups;
  __m256 total[R][2];
#pragma GCC unroll 3
  for (std::size_t r = 0; r < R; ++r) {
    total[r][0] = total[r][1] = _mm256_setzero_ps();
  }
  for (std::size_t group = 0; group < groups; ++group) {
    const std::uint8_t* w = weights.codes[panel] + group * 512;
    __m256i sum[R][2];
#pragma GCC unroll 3
    for (std::size_t r = 0; r < R; ++r) {
      sum[r][0] = sum[r][1] =
          _mm256_set1_epi32(rows.offsets[(first + r) * groups + group]);
    }
#pragma GCC unroll 8
    for (std::size_t quad = 0; quad < 8; ++quad) {
      const __m256i a = Load(w + quad * 64), b = Load(w + quad * 64 + 32);
#pragma GCC unroll 3
      for (std::size_t r = 0; r < R; ++r) {
        const __m256i q = Quad(
            rows.codes + ((first + r) * groups + group) * kGroup + quad * 4);
        sum[r][0] = AddQuads<kVnni>(sum[r][0], a, q);
        sum[r][1] = AddQuads<kVnni>(sum[r][1], b, q);
      }
    }
    const float* scales = weights.scales[panel] + group * kPanel;
    const __m256 s0 = _mm256_loadu_ps(scales);
    const __m256 s1 = _mm256_loadu_ps(scales + 8);
#pragma GCC unroll 3
    for (std::size_t r = 0; r < R; ++r) {
      const __m256 s =
          _mm256_set1_ps(rows.scales[(first + r) * groups + group]);
      total[r][0] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum[r][0]),
                                    _mm256_mul_ps(s, s0), total[r][0]);
      total[r][1] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum[r][1]),
                                    _mm256_mul_ps(s, s1), total[r][1]);
    }
  }
#pragma GCC unroll 3
  for (std::size_t r = 0; r < R; ++r) {
    _mm256_storeu_ps(sums[first + r][panel], total[r][0]);
    _mm256_storeu_ps(sums[first + r][panel] + 8, total[r][1]);
  }
}

template <bool kVnni>
void Multiply(const TileWeights& weights, const TileRows& rows,
              TileSums& sums) {
  for (std::size_t panel = 0; panel < kTilePanels; ++panel) {
    for (std::size_t first = 0; first < rows.rows; first += kStrip) {
      switch (std::min(kStrip, rows.rows - first)) {
        case 1:
          MultiplyStrip<kVnni, 1>(weights, panel, rows, first, sums);
          break;
        case 2:
          MultiplyStrip<kVnni, 2>(weights, panel, rows, first, sums);
          break;
        default:
          MultiplyStrip<kVnni, kStrip>(weights, panel, rows, first, sums);
      }
    }
  }
}

DOBBY_AVX2 inline __m256 Silu(__m256 x) {
  const __m256 t =
      _mm256_min_ps(_mm256_max_ps(_mm256_mul_ps(x, _mm256_set1_ps(-kLog2E)),
                                  _mm256_set1_ps(-kMostExponent)),
                    _mm256_set1_ps(kMostExponent));
  const __m256 n =
      _mm256_round_ps(t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m256 f = _mm256_sub_ps(t, n);
  __m256 e = _mm256_set1_ps(kExp2[0]);
  for (std::size_t i = 1; i < std::size(kExp2); ++i) {
    e = _mm256_fmadd_ps(e, f, _mm256_set1_ps(kExp2[i]));
  }
  const __m256i power = _mm256_slli_epi32(
      _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
  e = _mm256_mul_ps(e, _mm256_castsi256_ps(power));
  return _mm256_div_ps(x, _mm256_add_ps(_mm256_set1_ps(1), e));
}

DOBBY_AVX2 void SwiGlu(const float* gate, const float* up, float* out) {
  for (std::size_t i = 0; i < kPanel; i += 8) {
    _mm256_storeu_ps(out + i, _mm256_mul_ps(Silu(_mm256_loadu_ps(gate + i)),
                                            _mm256_loadu_ps(up + i)));
  }
}

}  // namespace

LinearKernel Avx2Linear() {
  return {Quantise, Expand, Multiply<false>, SwiGlu};
}

LinearKernel AvxVnniLinear() {
  return {Quantise, Expand, Multiply<true>, SwiGlu};
}

}  // namespace dobby
#endif
