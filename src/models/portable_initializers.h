// The constants of a portable graph, and where their bytes are.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "dobby/result.h"
#include "models/packed_weights.h"

namespace onnx {
class GraphProto;
class TensorProto;
}  // namespace onnx

namespace dobby {

/// Looks up initializers and checks what may be wrong in a damaged file: all
/// external data must be in one file beside the model, and each extent inside
/// it.
class PortableInitializers {
 public:
  /// `graph` and its initializers must outlive the object and stay unchanged.
  /// `folder`: the model's folder.
  PortableInitializers(const onnx::GraphProto& graph, std::string folder);

  /// Returns an initializer by name, or null.
  const onnx::TensorProto* Find(const std::string& name) const;

  /// Returns the place of an external initializer's bytes, as many as its type
  /// and dimensions need. Errors: kModel, kUnsupported.
  Result<Extent> ExtentOf(const onnx::TensorProto& tensor);

  /// Returns the matrix of `codes` (uint8, rows * columns * bits / 8) and
  /// `scales` (float, rows * columns / 32), initializers by name; the extents
  /// of `matrix` are filled in. Errors: kModel, kUnsupported.
  Result<BlockMatrix> Matrix(BlockMatrix matrix, const std::string& codes,
                             const std::string& scales);

  /// The file of all extents; empty until there is one.
  const std::string& data_path() const { return data_path_; }
  std::uint64_t data_bytes() const { return data_bytes_; }

 private:
  Result<void> UseFile(const std::string& location);
  Result<Extent> Block(const std::string& name, int type, std::uint64_t bytes);

  std::map<std::string, const onnx::TensorProto*> tensors_;
  std::string folder_, data_path_;
  std::uint64_t data_bytes_ = 0;
};

}  // namespace dobby
