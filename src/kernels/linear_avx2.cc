// The linear kernel with AVX2, and with AVX-VNNI on 256 bits.
#ifdef __x86_64__
#include <immintrin.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "kernels/linear_tile.h"

#define DOBBY_AVX2 __attribute__((target("avx2,fma,f16c")))

namespace dobby {
namespace {

// With AVX-VNNI, 16 registers hold 3 rows of two half panels: 6 integer sums,
// 6 float ones.
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

DOBBY_AVX2 void Quantise(const float* x, std::size_t groups,
                         const QuantisedRow& to) {
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
    to.scales[group * to.stride] = largest / 127.0f;
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
    std::int8_t* out = to.codes + group * to.stride * kGroup;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out),
                        _mm256_permutevar8x32_epi32(bytes, in_order));
    to.sums[group * to.stride] = Sum(sum);
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

DOBBY_AVX2 inline __m256i Load(const void* bytes) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(bytes));
}

DOBBY_AVX2 inline __m256 Scales(const Half* scales) {
  return _mm256_cvtph_ps(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(scales)));
}

/// Four neighbouring codes of a row, in every lane.
DOBBY_AVX2 inline __m256i Quad(const std::int8_t* codes) {
  std::int32_t quad;
  std::memcpy(&quad, codes, sizeof(quad));
  return _mm256_set1_epi32(quad);
}

/// Adds the products of 4 unsigned and 4 signed bytes in each lane. In
/// assembly: the intrinsic would let the compiler use AVX-VNNI in the functions
/// for AVX2, too.
DOBBY_AVX2 inline __m256i AddQuads(__m256i sum, __m256i w, __m256i x) {
  asm("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sum) : "x"(w), "x"(x));
  return sum;
}

/// With AVX-VNNI: R rows of one panel.
template <std::size_t R>
DOBBY_AVX2 void VnniStrip(const TileWeights& weights, std::size_t panel,
                          const TileRows& rows, std::size_t first,
                          TileSums sums) {
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
          _mm256_set1_epi32(rows.offsets[group * rows.rows + first + r]);
    }
#pragma GCC unroll 8
    for (std::size_t quad = 0; quad < 8; ++quad) {
      const __m256i a = Load(w + quad * 64), b = Load(w + quad * 64 + 32);
#pragma GCC unroll 3
      for (std::size_t r = 0; r < R; ++r) {
        const __m256i q = Quad(
            rows.codes + (group * rows.rows + first + r) * kGroup + quad * 4);
        sum[r][0] = AddQuads(sum[r][0], a, q);
        sum[r][1] = AddQuads(sum[r][1], b, q);
      }
    }
    const Half* scales = weights.scales[panel] + group * kPanel;
    const __m256 s0 = Scales(scales), s1 = Scales(scales + 8);
#pragma GCC unroll 3
    for (std::size_t r = 0; r < R; ++r) {
      const __m256 s =
          _mm256_set1_ps(rows.scales[group * rows.rows + first + r]);
      total[r][0] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum[r][0]),
                                    _mm256_mul_ps(s, s0), total[r][0]);
      total[r][1] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum[r][1]),
                                    _mm256_mul_ps(s, s1), total[r][1]);
    }
  }
#pragma GCC unroll 3
  for (std::size_t r = 0; r < R; ++r) {
    _mm256_storeu_ps(sums.Of(first + r, panel), total[r][0]);
    _mm256_storeu_ps(sums.Of(first + r, panel) + 8, total[r][1]);
  }
}

void MultiplyVnniTile(const TileWeights& weights, const TileRows& rows,
                      TileSums sums) {
  for (std::size_t panel = 0; panel < kTilePanels; ++panel) {
    for (std::size_t first = 0; first < rows.rows; first += kStrip) {
      switch (std::min(kStrip, rows.rows - first)) {
        case 1:
          VnniStrip<1>(weights, panel, rows, first, sums);
          break;
        case 2:
          VnniStrip<2>(weights, panel, rows, first, sums);
          break;
        default:
          VnniStrip<kStrip>(weights, panel, rows, first, sums);
      }
    }
  }
}

// Without it, 6 rows of half a panel.
constexpr std::size_t kTileRows = 6;
// Groups whose activations are widened at a time: 6 rows of them, 12 KB, stay
// in the first level of cache.
constexpr std::size_t kWideGroups = 32;

/// Activations as 16-bit integers, for weights of 8 bits: VPMADDUBSW would
/// saturate. Of each four, the even ones come first, as a mask and a shift part
/// the weights.
struct WideRows {
  /// [kWideGroups, R, 32] with R rows.
  std::int16_t codes[kWideGroups * kTileRows * kGroup];
};

DOBBY_AVX2 inline __m256i Widened(const std::int8_t* codes) {
  const __m256i even_first =
      _mm256_setr_epi8(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15,  //
                       0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15);
  return _mm256_shuffle_epi8(_mm256_cvtepi8_epi16(_mm_loadu_si128(
                                 reinterpret_cast<const __m128i*>(codes))),
                             even_first);
}

/// Some groups of a product, [begin, end).
struct GroupRange {
  std::size_t begin, end;
};

template <std::size_t R>
DOBBY_AVX2 void Widen(const TileRows& rows, GroupRange groups, WideRows& wide) {
  const std::int8_t* x = rows.codes + groups.begin * R * kGroup;
  auto* to = reinterpret_cast<__m256i*>(wide.codes);
  for (std::size_t i = 0; i < (groups.end - groups.begin) * R * 2; ++i) {
    _mm256_storeu_si256(to + i, Widened(x + i * 16));
  }
}

/// Two neighbouring activations, in every lane.
DOBBY_AVX2 inline __m256i Pair(const std::int16_t* wide) {
  std::int32_t pair;
  std::memcpy(&pair, wide, sizeof(pair));
  return _mm256_set1_epi32(pair);
}

/// Returns the sum. g++ would add up the products of a group as a tree, which
/// takes more registers than there are: twice the time.
DOBBY_AVX2 inline __m256i AddNow(__m256i sum, __m256i products) {
  sum = _mm256_add_epi32(sum, products);
  asm("" : "+x"(sum));
  return sum;
}

/// Adds the integer sums of a group of 8-bit weights, of 8 lanes of a panel.
/// x is [R, 32].
template <std::size_t R>
DOBBY_AVX2 inline void AddBytes(const std::uint8_t* w, const std::int16_t* x,
                                __m256i (&sum)[R]) {
#pragma GCC unroll 8
  for (std::size_t quad = 0; quad < 8; ++quad) {
    const __m256i codes = Load(w + quad * 64);
    const __m256i even = _mm256_and_si256(codes, _mm256_set1_epi16(255));
    const __m256i odd = _mm256_srli_epi16(codes, 8);
#pragma GCC unroll 6
    for (std::size_t r = 0; r < R; ++r) {
      const std::int16_t* q = x + r * kGroup + quad * 4;
      sum[r] = AddNow(sum[r], _mm256_madd_epi16(even, Pair(q)));
      sum[r] = AddNow(sum[r], _mm256_madd_epi16(odd, Pair(q + 2)));
    }
  }
}

/// The same of 4-bit weights: 16 of their products with activations fit 16
/// bits. x is [R, 32].
template <std::size_t R>
DOBBY_AVX2 inline void AddNibbles(const std::uint8_t* w, const std::int8_t* x,
                                  __m256i (&sum)[R]) {
  __m256i narrow[R];
#pragma GCC unroll 6
  for (std::size_t r = 0; r < R; ++r) narrow[r] = _mm256_setzero_si256();
#pragma GCC unroll 8
  for (std::size_t quad = 0; quad < 8; ++quad) {
    const __m256i codes = Load(w + quad * 64);
#pragma GCC unroll 6
    for (std::size_t r = 0; r < R; ++r) {
      const __m256i q = Quad(x + r * kGroup + quad * 4);
      narrow[r] = _mm256_add_epi16(narrow[r], _mm256_maddubs_epi16(codes, q));
    }
  }
#pragma GCC unroll 6
  for (std::size_t r = 0; r < R; ++r) {
    sum[r] = _mm256_add_epi32(
        sum[r], _mm256_madd_epi16(narrow[r], _mm256_set1_epi16(1)));
  }
}

/// Some groups of 8 lanes of a panel, from `lane`.
struct LaneGroups {
  std::size_t panel, lane;
  GroupRange range;
};

/// Adds `part` to R rows; `wide` holds them if kWide is set,
/// for weights of 8 bits.
template <std::size_t R, bool kWide>
DOBBY_AVX2 void AddLanes(const TileWeights& weights, const LaneGroups& part,
                         const TileRows& rows, const WideRows& wide,
                         TileSums sums) {
  const std::int16_t* x = wide.codes;
  __m256 total[R];
#pragma GCC unroll 6
  for (std::size_t r = 0; r < R; ++r) {
    total[r] = _mm256_loadu_ps(sums.Of(r, part.panel) + part.lane);
  }
  for (std::size_t group = part.range.begin; group < part.range.end; ++group) {
    const std::uint8_t* w =
        weights.codes[part.panel] + group * 512 + part.lane * 4;
    __m256i sum[R];
#pragma GCC unroll 6
    for (std::size_t r = 0; r < R; ++r) {
      sum[r] = _mm256_setzero_si256();
    }
    if constexpr (kWide) {
      AddBytes(w, x, sum);
      x += R * kGroup;
    } else {
      AddNibbles(w, rows.codes + group * R * kGroup, sum);
    }
    const __m256 scales =
        Scales(weights.scales[part.panel] + group * kPanel + part.lane);
#pragma GCC unroll 6
    for (std::size_t r = 0; r < R; ++r) {
      sum[r] = _mm256_add_epi32(sum[r],
                                _mm256_set1_epi32(rows.offsets[group * R + r]));
      const __m256 s = _mm256_set1_ps(rows.scales[group * R + r]);
      total[r] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum[r]),
                                 _mm256_mul_ps(s, scales), total[r]);
    }
  }
#pragma GCC unroll 6
  for (std::size_t r = 0; r < R; ++r) {
    _mm256_storeu_ps(sums.Of(r, part.panel) + part.lane, total[r]);
  }
}

template <std::size_t R, bool kWide>
void MultiplyRows(const TileWeights& weights, const TileRows& rows,
                  TileSums sums) {
  WideRows wide;
  for (std::size_t r = 0; r < R; ++r) {
    std::fill_n(sums.Of(r, 0), kTilePanels * kPanel, 0.0f);
  }
  GroupRange range = {0, 0};
  for (; range.begin < weights.groups; range.begin = range.end) {
    range.end = std::min(range.begin + kWideGroups, weights.groups);
    if (kWide) Widen<R>(rows, range, wide);
    for (std::size_t i = 0; i < kTilePanels * kPanel; i += 8) {
      AddLanes<R, kWide>(weights, {i / kPanel, i % kPanel, range}, rows, wide,
                         sums);
    }
  }
}

template <bool kWide>
void MultiplySome(const TileWeights& weights, const TileRows& rows,
                  TileSums sums) {
  switch (rows.rows) {
    case 1:
      return MultiplyRows<1, kWide>(weights, rows, sums);
    case 2:
      return MultiplyRows<2, kWide>(weights, rows, sums);
    case 3:
      return MultiplyRows<3, kWide>(weights, rows, sums);
    case 4:
      return MultiplyRows<4, kWide>(weights, rows, sums);
    case 5:
      return MultiplyRows<5, kWide>(weights, rows, sums);
    default:
      return MultiplyRows<6, kWide>(weights, rows, sums);
  }
}

void MultiplyTile(const TileWeights& weights, const TileRows& rows,
                  TileSums sums) {
  return weights.bits == 4 ? MultiplySome<false>(weights, rows, sums)
                           : MultiplySome<true>(weights, rows, sums);
}

template <void (*kMultiplyTile)(const TileWeights&, const TileRows&, TileSums)>
void Multiply(const TileWeights& weights, std::span<const TileRows> tiles,
              TileSums sums) {
  for (const TileRows& tile : tiles) {
    kMultiplyTile(weights, tile, sums);
    sums = sums.After(tile.rows);
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
  return {Quantise, Expand, Multiply<MultiplyTile>, SwiGlu};
}

LinearKernel AvxVnniLinear() {
  return {Quantise, Expand, Multiply<MultiplyVnniTile>, SwiGlu};
}

}  // namespace dobby
#endif
