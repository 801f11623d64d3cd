#include "models/tensor_type.h"

namespace dobby {
namespace {

constexpr TensorTypeInfo kTypes[] = {
    {TensorType::kF32, "F32", 1, 4},      {TensorType::kF16, "F16", 1, 2},
    {TensorType::kBF16, "BF16", 1, 2},    {TensorType::kQ4_0, "Q4_0", 32, 18},
    {TensorType::kQ4_1, "Q4_1", 32, 20},  {TensorType::kQ5_0, "Q5_0", 32, 22},
    {TensorType::kQ5_1, "Q5_1", 32, 24},  {TensorType::kQ8_0, "Q8_0", 32, 34},
    {TensorType::kQ2K, "Q2_K", 256, 84},  {TensorType::kQ3K, "Q3_K", 256, 110},
    {TensorType::kQ4K, "Q4_K", 256, 144}, {TensorType::kQ5K, "Q5_K", 256, 176},
    {TensorType::kQ6K, "Q6_K", 256, 210},
};

struct NamedType {
  std::uint32_t type;
  const char* name;
};

/// Types of the specification that have no row above.
constexpr NamedType kOtherTypes[] = {
    {9, "Q8_1"},     {15, "Q8_K"},   {16, "IQ2_XXS"}, {17, "IQ2_XS"},
    {18, "IQ3_XXS"}, {19, "IQ1_S"},  {20, "IQ4_NL"},  {21, "IQ3_S"},
    {22, "IQ2_S"},   {23, "IQ4_XS"}, {24, "I8"},      {25, "I16"},
    {26, "I32"},     {27, "I64"},    {28, "F64"},     {29, "IQ1_M"},
    {34, "TQ1_0"},   {35, "TQ2_0"},  {39, "MXFP4"},
};

}  // namespace

const TensorTypeInfo* FindTensorType(std::uint32_t type) {
  for (const TensorTypeInfo& info : kTypes) {
    if (static_cast<std::uint32_t>(info.type) == type) return &info;
  }
  return nullptr;
}

const TensorTypeInfo& InfoOf(TensorType type) {
  return *FindTensorType(static_cast<std::uint32_t>(type));
}

std::string TensorTypeName(std::uint32_t type) {
  if (const TensorTypeInfo* info = FindTensorType(type)) return info->name;
  for (const NamedType& other : kOtherTypes) {
    if (other.type == type) return other.name;
  }
  return "number " + std::to_string(type);
}

}  // namespace dobby
