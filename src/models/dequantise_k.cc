// The "K" family: super-blocks of 256 values with quantised scales.
#include <cstring>

#include "models/dequantise.h"

namespace dobby::k_quants {
namespace {

float HalfAt(const std::uint8_t* at) {
  std::uint16_t half;
  std::memcpy(&half, at, sizeof half);
  return HalfToFloat(half);
}

/// Scale and minimum of one of the eight sub-blocks of Q4_K and Q5_K.
struct ScaleMin {
  int scale;
  int min;
};

/// Returns the 6-bit pair `j` out of 12 bytes: bytes 0-3 hold the scales and
/// 4-7 the minima of the first four; bytes 8-11 hold the low nibbles of the
/// last four, whose upper two bits are the tops of the first eight bytes.
ScaleMin UnpackScaleMin(const std::uint8_t* packed, int j) {
  if (j < 4) return {packed[j] & 63, packed[j + 4] & 63};
  return {(packed[j + 4] & 15) | (packed[j - 4] >> 6) << 4,
          (packed[j + 4] >> 4) | (packed[j] >> 6) << 4};
}

/// Returns the signed 6-bit scale `j` of 16 out of Q3_K's 12 bytes: low
/// nibbles in bytes 0-7, two high bits each in bytes 8-11.
int UnpackQ3Scale(const std::uint8_t* packed, int j) {
  const int low = j < 8 ? packed[j] & 15 : packed[j - 8] >> 4;
  const int high = packed[8 + j % 4] >> (2 * (j / 4)) & 3;
  return (low | high << 4) - 32;
}

}  // namespace

void DequantiseQ2K(const std::uint8_t* block, float* out) {
  const std::uint8_t* scales = block;
  const std::uint8_t* codes = block + 16;
  const float d = HalfAt(block + 80), d_min = HalfAt(block + 82);
  for (int i = 0; i < 256; ++i) {
    // Each half of 128 has 32 bytes; byte i % 32 holds values 32 apart.
    const int code = codes[i / 128 * 32 + i % 32] >> (2 * (i % 128 / 32)) & 3;
    const std::uint8_t scale = scales[i / 16];
    out[i] = d * static_cast<float>(scale & 15) * static_cast<float>(code) -
             d_min * static_cast<float>(scale >> 4);
  }
}

void DequantiseQ3K(const std::uint8_t* block, float* out) {
  const std::uint8_t* high_bits = block;
  const std::uint8_t* codes = block + 32;
  const float d = HalfAt(block + 108);
  for (int i = 0; i < 256; ++i) {
    const int low = codes[i / 128 * 32 + i % 32] >> (2 * (i % 128 / 32)) & 3;
    const int high = high_bits[i % 32] >> (i / 32) & 1;
    const int scale = UnpackQ3Scale(block + 96, i / 16);
    out[i] =
        d * static_cast<float>(scale) * static_cast<float>(low + 4 * high - 4);
  }
}

void DequantiseQ4K(const std::uint8_t* block, float* out) {
  const float d = HalfAt(block), d_min = HalfAt(block + 2);
  const std::uint8_t* codes = block + 16;
  for (int j = 0; j < 8; ++j) {
    const ScaleMin pair = UnpackScaleMin(block + 4, j);
    const float scale = d * static_cast<float>(pair.scale);
    const float min = d_min * static_cast<float>(pair.min);
    for (int i = 0; i < 32; ++i) {
      const int code = codes[j / 2 * 32 + i] >> (4 * (j % 2)) & 15;
      out[j * 32 + i] = scale * static_cast<float>(code) - min;
    }
  }
}

void DequantiseQ5K(const std::uint8_t* block, float* out) {
  const float d = HalfAt(block), d_min = HalfAt(block + 2);
  const std::uint8_t* fifth_bits = block + 16;
  const std::uint8_t* codes = block + 48;
  for (int j = 0; j < 8; ++j) {
    const ScaleMin pair = UnpackScaleMin(block + 4, j);
    const float scale = d * static_cast<float>(pair.scale);
    const float min = d_min * static_cast<float>(pair.min);
    for (int i = 0; i < 32; ++i) {
      const int low = codes[j / 2 * 32 + i] >> (4 * (j % 2)) & 15;
      const int code = low | (fifth_bits[i] >> j & 1) << 4;
      out[j * 32 + i] = scale * static_cast<float>(code) - min;
    }
  }
}

void DequantiseQ6K(const std::uint8_t* block, float* out) {
  const float d = HalfAt(block + 208);
  for (int i = 0; i < 256; ++i) {
    // In each half of 128: 64 bytes of nibbles, 32 of upper bit pairs.
    const int half = i / 128, quarter = i % 128 / 32;
    const std::uint8_t nibbles = block[half * 64 + quarter % 2 * 32 + i % 32];
    const int low = nibbles >> (4 * (quarter / 2)) & 15;
    const int high = block[128 + half * 32 + i % 32] >> (2 * quarter) & 3;
    const auto scale = static_cast<std::int8_t>(block[192 + i / 16]);
    out[i] = d * static_cast<float>(scale) *
             static_cast<float>((low | high << 4) - 32);
  }
}

}  // namespace dobby::k_quants
