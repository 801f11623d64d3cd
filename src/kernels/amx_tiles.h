// AMX: the tile registers and the few instructions that the kernels use.
// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume
// 1 chapter 18 and volume 2, LDTILECFG to TILEZERO.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dobby {

/// The most rows of a tile, and the most bytes of a row.
inline constexpr std::size_t kAmxRows = 16;
inline constexpr std::size_t kAmxRowBytes = 64;
inline constexpr std::size_t kAmxTiles = 8;

/// The 64 bytes of LDTILECFG and STTILECFG; all zero: no tiles, which is how a
/// thread begins.
struct alignas(64) TileConfig {
  std::uint8_t palette = 0;  ///< 1: eight tiles of up to 16 x 64 bytes.
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {};
  std::uint8_t rows[16] = {};
};
static_assert(sizeof(TileConfig) == 64);

#ifdef __x86_64__
#define DOBBY_TILES __attribute__((target("amx-tile,amx-int8"))) inline

/// The instructions, in assembly: the intrinsics of g++ 12 do not tell the
/// compiler that tiles are read from memory, nor that a configuration has 64
/// bytes.
struct AmxTiles {
  DOBBY_TILES static void StoreConfig(TileConfig& config) {
    asm volatile("sttilecfg %0" : "=m"(config));
  }
  /// Zeroes all tiles.
  DOBBY_TILES static void LoadConfig(const TileConfig& config) {
    asm volatile("ldtilecfg %0" : : "m"(config));
  }
  /// Loads the rows of a tile, `stride` bytes apart.
  template <int kTile>
  DOBBY_TILES static void Load(const void* rows, std::size_t stride) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2"
                 :
                 : "r"(rows), "r"(stride), "i"(kTile)
                 : "memory");
  }
  template <int kTile>
  DOBBY_TILES static void Store(void* rows, std::size_t stride) {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)"
                 :
                 : "r"(rows), "r"(stride), "i"(kTile)
                 : "memory");
  }
  template <int kTile>
  DOBBY_TILES static void Zero() {
    asm volatile("tilezero %%tmm%c0" : : "i"(kTile));
  }
  /// sum[r][n] += a[r][4 q + i] * b[q][4 n + i] over all q and i: signed bytes
  /// into 32-bit sums.
  template <int kSum, int kA, int kB>
  DOBBY_TILES static void MultiplyAdd() {
    asm volatile("tdpbssd %%tmm%c2, %%tmm%c1, %%tmm%c0"
                 :
                 : "i"(kSum), "i"(kA), "i"(kB));
  }
  /// The same with unsigned bytes in `a`.
  template <int kSum, int kA, int kB>
  DOBBY_TILES static void MultiplyAddUnsigned() {
    asm volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0"
                 :
                 : "i"(kSum), "i"(kA), "i"(kB));
  }
};

/// Restores the tile configuration of the thread: MLAS keeps its own from one
/// call to the next.
class BorrowedTiles {
 public:
  DOBBY_TILES BorrowedTiles() { AmxTiles::StoreConfig(found_); }
  DOBBY_TILES ~BorrowedTiles() { AmxTiles::LoadConfig(found_); }
  BorrowedTiles(const BorrowedTiles&) = delete;

 private:
  TileConfig found_;
};

#undef DOBBY_TILES
#endif

}  // namespace dobby
