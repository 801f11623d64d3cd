// GGUF's encodings to float, written from the block layouts.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "models/tensor_type.h"

namespace dobby {

/// Returns the value of an IEEE 754 binary16.
float HalfToFloat(std::uint16_t half);

/// Writes the values of whole blocks to `out`, in order. `blocks` holds
/// exactly out.size() values of `type`.
/// Source: ggml, block layouts of ggml-common.h; values equal those of the
/// Python package gguf to the bit.
void Dequantise(TensorType type, std::string_view blocks, std::span<float> out);

namespace k_quants {

/// Super-blocks of 256 values: `block` is one of them, `out` its values.
void DequantiseQ2K(const std::uint8_t* block, float* out);
void DequantiseQ3K(const std::uint8_t* block, float* out);
void DequantiseQ4K(const std::uint8_t* block, float* out);
void DequantiseQ5K(const std::uint8_t* block, float* out);
void DequantiseQ6K(const std::uint8_t* block, float* out);

}  // namespace k_quants
}  // namespace dobby
