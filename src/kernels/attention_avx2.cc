// Attention with 256-bit vectors: AVX2 and FMA, with or without VNNI. Rows by
// two vectors of 8 keys, or of 8 dimensions, are the sums.
#ifdef __x86_64__
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "kernels/attention_encode.h"

#define DOBBY_AVX2 __attribute__((target("avx2,fma")))
#define DOBBY_AVX2_INLINE DOBBY_AVX2 __attribute__((always_inline)) inline

namespace dobby {
namespace {

constexpr std::size_t kTileRows = 4;
constexpr std::size_t kLanes = 8;
constexpr std::size_t kPassColumns = 2 * kLanes;

/// VPDPBUSD where there is no AVX-512, in words that every assembler that
/// knows AVX knows too.
struct Vnni {
  /// Returns sums + a row's quad of codes times 8 columns' quads.
  DOBBY_AVX2_INLINE static __m256i Add(__m256i sums, __m256i row,
                                       __m256i columns) {
    __asm__("%{vex%} vpdpbusd %2, %1, %0"
            : "+x"(sums)
            : "x"(row), "x"(columns));
    return sums;
  }
};

/// The same of AVX2. Products of 16 bits are exact; those of 8 bits with
/// VPMADDUBSW would saturate.
struct Widened {
  DOBBY_AVX2_INLINE static __m256i Add(__m256i sums, __m256i row,
                                       __m256i columns) {
    const __m256i low = _mm256_set1_epi16(0xff);
    const __m256i even =
        _mm256_madd_epi16(_mm256_and_si256(row, low),
                          _mm256_srai_epi16(_mm256_slli_epi16(columns, 8), 8));
    const __m256i odd = _mm256_madd_epi16(_mm256_srli_epi16(row, 8),
                                          _mm256_srai_epi16(columns, 8));
    return _mm256_add_epi32(sums, _mm256_add_epi32(even, odd));
  }
};

/// Rows of quads of codes, `stride` bytes apart.
struct RowsOf {
  const std::uint8_t* first = nullptr;
  std::size_t stride = 0;
};

/// Columns of quads, `stride` bytes from quad to quad.
struct ColumnsOf {
  const std::int8_t* first = nullptr;
  std::size_t stride = 0;
  std::size_t quads = 0;
};

/// c[r][16 columns] = start[16 columns] + a[r] b.
template <typename Dot, std::size_t R>
DOBBY_AVX2_INLINE void MultiplyQuads(RowsOf a, ColumnsOf b,
                                     const __m256i (&start)[2],
                                     __m256i (&c)[R][2]) {
  __m256i sums[R][2];
#pragma GCC unroll 4
  for (std::size_t r = 0; r < R; ++r) {
    sums[r][0] = start[0];
    sums[r][1] = start[1];
  }
  for (std::size_t quad = 0; quad < b.quads; ++quad) {
    const auto* columns =
        reinterpret_cast<const __m256i*>(b.first + quad * b.stride);
    const __m256i left = _mm256_loadu_si256(columns);
    const __m256i right = _mm256_loadu_si256(columns + 1);
#pragma GCC unroll 4
    for (std::size_t r = 0; r < R; ++r) {
      std::int32_t codes;
      std::memcpy(&codes, a.first + r * a.stride + 4 * quad, sizeof(codes));
      const __m256i row = _mm256_set1_epi32(codes);
      sums[r][0] = Dot::Add(sums[r][0], row, left);
      sums[r][1] = Dot::Add(sums[r][1], row, right);
    }
  }
#pragma GCC unroll 4
  for (std::size_t r = 0; r < R; ++r) {
    c[r][0] = sums[r][0];
    c[r][1] = sums[r][1];
  }
}

/// Exp2() of 8.
DOBBY_AVX2_INLINE __m256 Exp2Of(__m256 x) {
  x = _mm256_max_ps(x, _mm256_set1_ps(kLeastExponent));
  const __m256 whole = _mm256_add_ps(x, _mm256_set1_ps(kWhole));
  const __m256 f =
      _mm256_sub_ps(x, _mm256_sub_ps(whole, _mm256_set1_ps(kWhole)));
  __m256 y = _mm256_set1_ps(kExp2Power[0]);
#pragma GCC unroll 3
  for (std::size_t i = 1; i < std::size(kExp2Power); ++i) {
    y = _mm256_fmadd_ps(y, f, _mm256_set1_ps(kExp2Power[i]));
  }
  return _mm256_castsi256_ps(
      _mm256_add_epi32(_mm256_castps_si256(y),
                       _mm256_slli_epi32(_mm256_castps_si256(whole), 23)));
}

/// Writes the scores of R rows, [R, 64]; keys that a row does not see weigh
/// nothing.
template <typename Dot, std::size_t R>
DOBBY_AVX2 void Score(const AttentionRows& rows, const KvBlock& block,
                      std::size_t first_row, std::size_t keys, float* scores) {
  const std::size_t size = rows.head_size;
  for (std::size_t j = 0; j < keys; j += kPassColumns) {
    const auto* offsets =
        reinterpret_cast<const __m256i*>(block.key_offsets + j);
    const __m256i start[2] = {_mm256_loadu_si256(offsets),
                              _mm256_loadu_si256(offsets + 1)};
    __m256i dots[R][2];
    MultiplyQuads<Dot, R>({rows.codes + first_row * size, size},
                          {block.keys + 4 * j, 4 * kKvBlock, size / 4}, start,
                          dots);
    for (std::size_t r = 0; r < R; ++r) {
      const __m256 query = _mm256_set1_ps(rows.scales[first_row + r]);
      for (std::size_t i = 0; i < 2; ++i) {
        const std::size_t key = j + i * kLanes;
        const __m256 scale =
            _mm256_mul_ps(query, _mm256_loadu_ps(block.key_scales + key));
        _mm256_storeu_ps(
            scores + r * kKvBlock + key,
            _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots[r][i]), scale,
                            _mm256_loadu_ps(block.value_logs + key)));
      }
    }
  }
}

/// Returns the largest of the 64 scores of a row.
DOBBY_AVX2_INLINE float TopOf(const float* scores) {
  __m256 max = _mm256_loadu_ps(scores);
  for (std::size_t j = kLanes; j < kKvBlock; j += kLanes) {
    max = _mm256_max_ps(max, _mm256_loadu_ps(scores + j));
  }
  float lanes[kLanes];
  _mm256_storeu_ps(lanes, max);
  return *std::max_element(lanes, lanes + kLanes);
}

/// Rounds 8 weights.
DOBBY_AVX2_INLINE void StoreWeights(__m256 weights, std::uint8_t* codes) {
  const __m256i whole = _mm256_cvtps_epi32(weights);
  const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(whole),
                                         _mm256_extracti128_si256(whole, 1));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(codes),
                   _mm_packus_epi16(words, words));
}

/// Adds 16 lanes times `part` to others.
DOBBY_AVX2_INLINE void AddScaled(const __m256 (&lanes)[2], float part,
                                 float* to) {
  for (std::size_t i = 0; i < 2; ++i) {
    float* half = to + i * kLanes;
    _mm256_storeu_ps(half, _mm256_fmadd_ps(lanes[i], _mm256_set1_ps(part),
                                           _mm256_loadu_ps(half)));
  }
}

/// Turns the 64 scores of row `r` into weights; returns what they are to be
/// multiplied by.
DOBBY_AVX2 float Weigh(const AttentionRows& rows, std::size_t r,
                       const KvBlock& block, const float* scores,
                       std::uint8_t* weights) {
  const float top = TopOf(scores);
  if (top > rows.max[r] + kMaxSlack) RaiseMax(rows, r, top);
  const float part = Exp2(top - rows.max[r]);
  const __m256 zero = _mm256_set1_ps(top - kLogWeight);
  __m256 sums[2] = {};
  for (std::size_t j = 0; j < kKvBlock; j += kLanes) {
    const __m256 score = _mm256_loadu_ps(scores + j);
    // What was never written may have any inverse.
    const __m256 seen =
        _mm256_cmp_ps(score, _mm256_set1_ps(kMaskedScore), _CMP_NEQ_OQ);
    const __m256 weight =
        _mm256_and_ps(Exp2Of(_mm256_sub_ps(score, zero)), seen);
    const __m256 inverse =
        _mm256_and_ps(_mm256_loadu_ps(block.value_inverses + j), seen);
    __m256& sum = sums[j / kLanes % 2];
    sum = _mm256_fmadd_ps(weight, inverse, sum);
    StoreWeights(weight, weights + j);
  }
  AddScaled(sums, part, rows.sums + r * kSumLanes);
  return part;
}

template <typename Dot, std::size_t R>
DOBBY_AVX2 void AttendTile(const AttentionRows& rows, const KvBlock& block,
                           std::size_t first_key, std::size_t first_row) {
  const std::size_t size = rows.head_size;
  const std::size_t keys = rows.KeysOf(first_row + R - 1, first_key);
  if (keys == 0) return;
  float scores[R * kKvBlock];
  std::uint8_t weights[R * kKvBlock];
  float parts[R];
  Score<Dot, R>(rows, block, first_row, keys, scores);
  for (std::size_t r = 0; r < R; ++r) {
    float* row = scores + r * kKvBlock;
    std::fill(row + rows.KeysOf(first_row + r, first_key), row + kKvBlock,
              kMaskedScore);
    parts[r] = Weigh(rows, first_row + r, block, row, weights + r * kKvBlock);
  }
  // Values beyond the last key's quad were perhaps never written.
  for (std::size_t d = 0; d < size; d += kPassColumns) {
    const __m256i zeros[2] = {};
    __m256i sums[R][2];
    MultiplyQuads<Dot, R>({weights, kKvBlock},
                          {block.values + 4 * d, 4 * size, (keys + 3) / 4},
                          zeros, sums);
    for (std::size_t r = 0; r < R; ++r) {
      const __m256 part = _mm256_set1_ps(parts[r]);
      for (std::size_t i = 0; i < 2; ++i) {
        float* out = rows.out + (first_row + r) * size + d + i * kLanes;
        _mm256_storeu_ps(out, _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums[r][i]),
                                              part, _mm256_loadu_ps(out)));
      }
    }
  }
}

template <typename Dot>
void Attend(const AttentionRows& rows, const KvBlocks& blocks) {
  using TileFunction =
      void (*)(const AttentionRows&, const KvBlock&, std::size_t, std::size_t);
  constexpr std::array<TileFunction, kTileRows> kTiles = {
      AttendTile<Dot, 1>, AttendTile<Dot, 2>, AttendTile<Dot, 3>,
      AttendTile<Dot, 4>};
  for (std::size_t first = 0; first < rows.EndOfKeys(); first += kKvBlock) {
    for (std::size_t r = 0; r < rows.rows; r += kTileRows) {
      const std::size_t count = std::min(kTileRows, rows.rows - r);
      kTiles[count - 1](rows, blocks.At(first), first, r);
    }
  }
}

DOBBY_AVX2 EncodedHead Encode(const HeadTurn* turn, const float* x,
                              std::size_t size, std::int8_t* codes) {
  return EncodeHead(turn, x, size, codes);
}

}  // namespace

AttentionKernel Avx2Attention() { return {Encode, Attend<Widened>}; }
AttentionKernel AvxVnniAttention() { return {Encode, Attend<Vnni>}; }

}  // namespace dobby

#endif  // __x86_64__
