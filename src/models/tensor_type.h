// The tensor encodings of GGUF that dobby reads.
#pragma once

#include <cstdint>
#include <string>

namespace dobby {

/// Numbers as GGUF files store them. Source: GGUF specification, `ggml_type`.
enum class TensorType : std::uint32_t {
  kF32 = 0,
  kF16 = 1,
  kQ4_0 = 2,
  kQ4_1 = 3,
  kQ5_0 = 6,
  kQ5_1 = 7,
  kQ8_0 = 8,
  kQ2K = 10,
  kQ3K = 11,
  kQ4K = 12,
  kQ5K = 13,
  kQ6K = 14,
  kBF16 = 30,
};

/// How values are packed: values per block and bytes per block.
struct TensorTypeInfo {
  TensorType type;
  const char* name;  ///< "Q4_1".
  std::uint32_t block_values;
  std::uint32_t block_bytes;
};

/// Returns the row of a type number, or null if dobby cannot read that type.
const TensorTypeInfo* FindTensorType(std::uint32_t type);

/// Returns the row of a type.
const TensorTypeInfo& InfoOf(TensorType type);

/// Returns the name of any type number of GGUF, even of types that dobby cannot
/// read.
std::string TensorTypeName(std::uint32_t type);

}  // namespace dobby
