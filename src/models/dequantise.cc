#include "models/dequantise.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace dobby {
namespace {

template <class T>
T LoadAt(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

float HalfAt(const std::uint8_t* at) {
  return HalfToFloat(LoadAt<std::uint16_t>(at));
}

void F32(const std::uint8_t* block, float* out) { *out = LoadAt<float>(block); }

void F16(const std::uint8_t* block, float* out) { *out = HalfAt(block); }

void Bf16(const std::uint8_t* block, float* out) {
  *out =
      std::bit_cast<float>(std::uint32_t{LoadAt<std::uint16_t>(block)} << 16);
}

// Blocks of 32: value i of the first half is in the low nibble of byte i,
// value i of the second half in the high one.

void Q4_0(const std::uint8_t* block, float* out) {
  const float scale = HalfAt(block);
  for (int i = 0; i < 16; ++i) {
    out[i] = scale * static_cast<float>((block[2 + i] & 15) - 8);
    out[i + 16] = scale * static_cast<float>((block[2 + i] >> 4) - 8);
  }
}

void Q4_1(const std::uint8_t* block, float* out) {
  const float scale = HalfAt(block), offset = HalfAt(block + 2);
  for (int i = 0; i < 16; ++i) {
    out[i] = scale * static_cast<float>(block[4 + i] & 15) + offset;
    out[i + 16] = scale * static_cast<float>(block[4 + i] >> 4) + offset;
  }
}

/// Returns the 5-bit code of value i: four bits of a nibble, the fifth in bit
/// i of a word of its own.
int FiveBits(std::uint32_t fifth, const std::uint8_t* nibbles, int i) {
  const int low = i < 16 ? nibbles[i] & 15 : nibbles[i - 16] >> 4;
  return low | static_cast<int>((fifth >> i & 1) << 4);
}

void Q5_0(const std::uint8_t* block, float* out) {
  const float scale = HalfAt(block);
  const auto fifth = LoadAt<std::uint32_t>(block + 2);
  for (int i = 0; i < 32; ++i) {
    out[i] = scale * static_cast<float>(FiveBits(fifth, block + 6, i) - 16);
  }
}

void Q5_1(const std::uint8_t* block, float* out) {
  const float scale = HalfAt(block), offset = HalfAt(block + 2);
  const auto fifth = LoadAt<std::uint32_t>(block + 4);
  for (int i = 0; i < 32; ++i) {
    out[i] = scale * static_cast<float>(FiveBits(fifth, block + 8, i)) + offset;
  }
}

void Q8_0(const std::uint8_t* block, float* out) {
  const float scale = HalfAt(block);
  for (int i = 0; i < 32; ++i) {
    out[i] = scale * static_cast<float>(static_cast<std::int8_t>(block[2 + i]));
  }
}

using BlockFn = void (*)(const std::uint8_t* block, float* out);

BlockFn FunctionOf(TensorType type) {
  switch (type) {
    case TensorType::kF32:
      return F32;
    case TensorType::kF16:
      return F16;
    case TensorType::kBF16:
      return Bf16;
    case TensorType::kQ4_0:
      return Q4_0;
    case TensorType::kQ4_1:
      return Q4_1;
    case TensorType::kQ5_0:
      return Q5_0;
    case TensorType::kQ5_1:
      return Q5_1;
    case TensorType::kQ8_0:
      return Q8_0;
    case TensorType::kQ2K:
      return k_quants::DequantiseQ2K;
    case TensorType::kQ3K:
      return k_quants::DequantiseQ3K;
    case TensorType::kQ4K:
      return k_quants::DequantiseQ4K;
    case TensorType::kQ5K:
      return k_quants::DequantiseQ5K;
    case TensorType::kQ6K:
      return k_quants::DequantiseQ6K;
  }
  return nullptr;
}

}  // namespace

float HalfToFloat(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000) << 16;
  const std::uint32_t exponent = half >> 10 & 31;
  const std::uint32_t fraction = half & 1023;
  if (exponent == 0) {
    // Subnormal: a multiple of 2^-24, exact in float.
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(magnitude) | sign);
  }
  // Rebias from 15 to 127; infinities and NaNs keep the largest exponent.
  const std::uint32_t rebiased = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | rebiased << 23 | fraction << 13);
}

void Dequantise(TensorType type, std::string_view blocks,
                std::span<float> out) {
  const TensorTypeInfo& info = InfoOf(type);
  const BlockFn convert = FunctionOf(type);
  const auto* block = reinterpret_cast<const std::uint8_t*>(blocks.data());
  for (std::size_t i = 0; i < out.size(); i += info.block_values) {
    convert(block, out.data() + i);
    block += info.block_bytes;
  }
}

}  // namespace dobby
