#include "models/portable_initializers.h"

#include <charconv>
#include <filesystem>
#include <limits>
#include <optional>
#include <utility>

#include "models/quantised_matrix.h"
#include "onnx-ml.pb.h"

namespace dobby {
namespace {

std::uint64_t ElementBytes(int type) {
  switch (type) {
    case onnx::TensorProto::UINT8:
      return 1;
    case onnx::TensorProto::FLOAT:
    case onnx::TensorProto::INT32:
      return 4;
    case onnx::TensorProto::INT64:
      return 8;
    default:
      return 0;
  }
}

/// Returns the bytes of a tensor; none: a type or dimensions without sense.
std::optional<std::uint64_t> BytesOf(const onnx::TensorProto& tensor) {
  std::uint64_t bytes = ElementBytes(tensor.data_type());
  if (bytes == 0) return std::nullopt;
  for (const std::int64_t dim : tensor.dims()) {
    if (dim <= 0 || __builtin_mul_overflow(
                        bytes, static_cast<std::uint64_t>(dim), &bytes)) {
      return std::nullopt;
    }
  }
  return bytes;
}

/// Returns an entry of the external data; none: it is not there.
std::optional<std::string> Entry(const onnx::TensorProto& tensor,
                                 std::string_view key) {
  for (const auto& entry : tensor.external_data()) {
    if (entry.key() == key) return entry.value();
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Number(const onnx::TensorProto& tensor,
                                    std::string_view key,
                                    std::uint64_t otherwise) {
  const auto text = Entry(tensor, key);
  if (!text) return otherwise;
  std::uint64_t number = 0;
  const char* end = text->data() + text->size();
  const auto [at, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || at != end) return std::nullopt;
  return number;
}

Error Damaged(const onnx::TensorProto& tensor, const char* what) {
  return {ErrorCode::kModel,
          "tensor '" + tensor.name() + "' " + what + "; import the model again",
          {}};
}

}  // namespace

PortableInitializers::PortableInitializers(const onnx::GraphProto& graph,
                                           std::string folder)
    : folder_(std::move(folder)) {
  for (const auto& tensor : graph.initializer()) {
    tensors_[tensor.name()] = &tensor;
  }
}

const onnx::TensorProto* PortableInitializers::Find(
    const std::string& name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : found->second;
}

Result<void> PortableInitializers::UseFile(const std::string& location) {
  const std::string path = folder_ + "/" + location;
  if (path == data_path_) return {};
  if (!data_path_.empty()) {
    return Error{ErrorCode::kUnsupported,
                 "the weights are in more than one file", location};
  }
  if (location.empty() || location.find('/') != std::string::npos ||
      location.find('\0') != std::string::npos || location == "..") {
    return Error{ErrorCode::kModel,
                 "the weights are not in a file beside the model", location};
  }
  std::error_code code;
  data_bytes_ = std::filesystem::file_size(path, code);
  if (code) return Error{ErrorCode::kModel, code.message(), path};
  data_path_ = path;
  return {};
}

Result<Extent> PortableInitializers::ExtentOf(const onnx::TensorProto& tensor) {
  if (tensor.data_location() != onnx::TensorProto::EXTERNAL) {
    return Error{ErrorCode::kUnsupported,
                 "tensor '" + tensor.name() + "' is not external data",
                 {}};
  }
  const auto bytes = BytesOf(tensor);
  if (!bytes) return Damaged(tensor, "has no valid type and dimensions");
  const auto used = UseFile(Entry(tensor, "location").value_or(""));
  if (!used) return used.error();
  const auto offset = Number(tensor, "offset", 0);
  const auto length = Number(tensor, "length", *bytes);
  if (!offset || !length || *length != *bytes) {
    return Damaged(tensor, "has another length than its dimensions ask for");
  }
  if (*offset > data_bytes_ || *length > data_bytes_ - *offset) {
    return Damaged(tensor, "lies outside the data file");
  }
  return Extent{*offset, *length};
}

Result<Extent> PortableInitializers::Block(const std::string& name, int type,
                                           std::uint64_t bytes) {
  const onnx::TensorProto* tensor = Find(name);
  if (tensor == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 "'" + name + "', part of a matrix, is no constant",
                 {}};
  }
  auto extent = ExtentOf(*tensor);
  if (!extent) return extent;
  if (tensor->data_type() != type || extent->length != bytes) {
    return Damaged(*tensor, "does not have the type and size of its matrix");
  }
  if (extent->offset % sizeof(float) != 0) {
    return Damaged(*tensor, "is not aligned");
  }
  return extent;
}

Result<BlockMatrix> PortableInitializers::Matrix(BlockMatrix matrix,
                                                 const std::string& codes,
                                                 const std::string& scales) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  if ((matrix.bits != 4 && matrix.bits != 8) || matrix.rows <= 0 ||
      matrix.columns <= 0 || matrix.rows > kMost || matrix.columns > kMost ||
      matrix.columns % kQuantBlock != 0) {
    return Error{ErrorCode::kUnsupported,
                 "matrix '" + codes + "' of " + std::to_string(matrix.rows) +
                     " x " + std::to_string(matrix.columns) + " in " +
                     std::to_string(matrix.bits) + " bits",
                 {}};
  }
  const auto blocks =
      static_cast<std::uint64_t>(matrix.rows * (matrix.columns / kQuantBlock));
  const auto bits = static_cast<std::uint64_t>(matrix.bits);
  const auto code_extent =
      Block(codes, onnx::TensorProto::UINT8, blocks * 4 * bits);
  if (!code_extent) return code_extent.error();
  const auto scale_extent =
      Block(scales, onnx::TensorProto::FLOAT, blocks * sizeof(float));
  if (!scale_extent) return scale_extent.error();
  matrix.codes = *code_extent;
  matrix.scales = *scale_extent;
  return matrix;
}

}  // namespace dobby
