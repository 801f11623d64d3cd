// The linear kernel with AMX.
//
// A group of 32 has scales of its own, so its integer sums must leave the tile
// before the next group. Two tiles of sums, 12 rows by 2 panels, go to memory;
// AVX-512 converts, scales and adds them to totals that stay in 24 registers
// for all groups. Sums are read two groups after they were stored, so that
// neither waits for the other. 3 vector instructions for each 16 sums bound it
// to a third of what TDPBSSD can do.
#ifdef __x86_64__
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <utility>

#include "kernels/amx_tiles.h"
#include "kernels/linear_tile.h"

#define DOBBY_AMX \
  __attribute__(( \
      target("avx512f,avx512bw,avx512dq,avx512vl,amx-tile,amx-int8")))

namespace dobby {
namespace {

/// Rows whose totals fit the registers, with room for scales and sums.
constexpr std::size_t kRows = 12;
/// Groups that the products are ahead of the totals, and the sums kept.
constexpr std::size_t kAhead = 2, kKept = 4;
constexpr std::size_t kGroupBytes = kPanel * kGroup;
static_assert(kKept > kAhead);

/// Integer sums of the last groups of a tile of R rows.
template <std::size_t R>
struct alignas(64) Sums {
  std::int32_t values[kKept][kTilePanels][R][kPanel];
};

/// Codes with the zero point taken off, so that sums need no offset.
DOBBY_AMX void Expand4(const std::uint8_t* packed, std::size_t groups,
                       std::uint8_t* codes) {
  const __m512i low_half = _mm512_set1_epi8(15), zero = _mm512_set1_epi8(8);
  for (std::size_t i = 0; i < groups * kGroupBytes / 128; ++i) {
    const __m512i both = _mm512_loadu_si512(packed + i * 64);
    const __m512i low = _mm512_and_si512(both, low_half);
    const __m512i high = _mm512_and_si512(_mm512_srli_epi16(both, 4), low_half);
    // A group is 4 times 64 bytes of low halves, then 4 of high ones.
    std::uint8_t* out = codes + (i / 4 * 8 + i % 4) * 64;
    _mm512_storeu_si512(out, _mm512_sub_epi8(low, zero));
    _mm512_storeu_si512(out + 256, _mm512_sub_epi8(high, zero));
  }
}

DOBBY_AMX void Expand8(const std::uint8_t* packed, std::size_t groups,
                       std::uint8_t* codes) {
  const __m512i zero = _mm512_set1_epi8(-128);
  for (std::size_t i = 0; i < groups * kGroupBytes; i += 64) {
    _mm512_storeu_si512(codes + i,
                        _mm512_sub_epi8(_mm512_loadu_si512(packed + i), zero));
  }
}

/// Tiles 0 to 3: sums. 4 and 5: activations. 6 and 7: weights.
TileConfig ConfigOf(std::size_t rows) {
  TileConfig config;
  config.palette = 1;
  for (std::size_t tile = 0; tile < kAmxTiles; ++tile) {
    const bool activations = tile == 4 || tile == 5, weights = tile > 5;
    config.row_bytes[tile] = activations ? kGroup : kAmxRowBytes;
    config.rows[tile] = static_cast<std::uint8_t>(weights ? kGroup / 4 : rows);
  }
  return config;
}

/// The products of one group; two neighbouring groups share no sums.
template <std::size_t R, int kParity>
DOBBY_AMX inline void MultiplyGroup(const TileWeights& weights,
                                    const TileRows& rows, std::size_t group,
                                    Sums<R>& sums) {
  constexpr int kFirst = 2 * kParity, kSecond = kFirst + 1, kX = 4 + kParity;
  auto& out = sums.values[group % kKept];
  AmxTiles::Load<kX>(rows.codes + group * R * kGroup, kGroup);
  AmxTiles::Load<6>(weights.codes[0] + group * kGroupBytes, kAmxRowBytes);
  AmxTiles::Zero<kFirst>();
  AmxTiles::MultiplyAdd<kFirst, kX, 6>();
  AmxTiles::Load<7>(weights.codes[1] + group * kGroupBytes, kAmxRowBytes);
  AmxTiles::Zero<kSecond>();
  AmxTiles::MultiplyAdd<kSecond, kX, 7>();
  AmxTiles::Store<kFirst>(out[0], kAmxRowBytes);
  AmxTiles::Store<kSecond>(out[1], kAmxRowBytes);
}

DOBBY_AMX inline __m512 Scales(const Half* scales) {
  return _mm512_cvtph_ps(
      _mm256_loadu_si256(reinterpret_cast<const __m256i*>(scales)));
}

/// Scales the sums of one group and adds them to the totals.
template <std::size_t R>
DOBBY_AMX inline void AddGroup(const TileWeights& weights, const TileRows& rows,
                               std::size_t group, const Sums<R>& sums,
                               __m512 (&totals)[R][kTilePanels]) {
  const auto& in = sums.values[group % kKept];
  const __m512 w0 = Scales(weights.scales[0] + group * kPanel);
  const __m512 w1 = Scales(weights.scales[1] + group * kPanel);
  const float* scales = rows.scales + group * R;
#pragma GCC unroll 12
  for (std::size_t r = 0; r < R; ++r) {
    const __m512 x = _mm512_set1_ps(scales[r]);
    totals[r][0] =
        _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_load_si512(in[0][r])),
                        _mm512_mul_ps(x, w0), totals[r][0]);
    totals[r][1] =
        _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_load_si512(in[1][r])),
                        _mm512_mul_ps(x, w1), totals[r][1]);
  }
}

/// A tile of R rows, for which the registers are configured.
template <std::size_t R>
DOBBY_AMX void MultiplyRows(const TileWeights& weights, const TileRows& rows,
                            TileSums out) {
  Sums<R> sums;
  __m512 totals[R][kTilePanels];
#pragma GCC unroll 12
  for (std::size_t r = 0; r < R; ++r) {
    totals[r][0] = totals[r][1] = _mm512_setzero_ps();
  }
  const std::size_t groups = weights.groups;
  for (std::size_t group = 0; group < groups + kAhead; ++group) {
    if (group < groups && group % 2 == 0) {
      MultiplyGroup<R, 0>(weights, rows, group, sums);
    } else if (group < groups) {
      MultiplyGroup<R, 1>(weights, rows, group, sums);
    }
    if (group >= kAhead) {
      AddGroup<R>(weights, rows, group - kAhead, sums, totals);
    }
  }
#pragma GCC unroll 12
  for (std::size_t r = 0; r < R; ++r) {
    _mm512_storeu_ps(out.Of(r, 0), totals[r][0]);
    _mm512_storeu_ps(out.Of(r, 1), totals[r][1]);
  }
}

using RowsFunction = void (*)(const TileWeights&, const TileRows&, TileSums);

template <std::size_t... I>
constexpr std::array<RowsFunction, kRows> Functions(
    std::index_sequence<I...> /*indices*/) {
  return {MultiplyRows<I + 1>...};
}

DOBBY_AMX void Multiply(const TileWeights& weights,
                        std::span<const TileRows> tiles, TileSums sums) {
  static constexpr auto kFunctions =
      Functions(std::make_index_sequence<kRows>());
  const BorrowedTiles borrowed;
  std::size_t configured = 0;
  for (const TileRows& tile : tiles) {
    if (tile.rows != configured) AmxTiles::LoadConfig(ConfigOf(tile.rows));
    configured = tile.rows;
    kFunctions[tile.rows - 1](weights, tile, sums);
    sums = sums.After(tile.rows);
  }
}

}  // namespace

LinearKernel AmxInt8Linear() {
  LinearKernel kernel = Avx512VnniLinear();
  kernel.expand = Expand4;
  kernel.expand8 = Expand8;
  kernel.multiply = Multiply;
  kernel.tile_rows = kRows;
  kernel.tiles = kMostTiles;
  return kernel;
}

}  // namespace dobby
#endif
