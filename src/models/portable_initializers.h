// The constants of a portable graph and where their bytes are.
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

/// Looks initializers up and checks what a damaged file may have wrong: all
/// external data is one file beside the model, and each extent lies in it.
class PortableInitializers {
 public:
  /// `graph` and its initializers must outlive the object, and stay as they
  /// are. `folder` is that of the model.
  PortableInitializers(const onnx::GraphProto& graph, std::string folder);

  /// Returns an initializer by name, or null.
  const onnx::TensorProto* Find(const std::string& name) const;

  /// Returns where the bytes of an external initializer are, as many as its
  /// type and dimensions ask for. Errors: kModel, kUnsupported.
  Result<Extent> ExtentOf(const onnx::TensorProto& tensor);

  /// Returns the matrix of `codes` (uint8, rows * columns * bits / 8) and
  /// `scales` (float, rows * columns / 32), initializers by name; the extents
  /// of `matrix` are filled in. Errors: kModel, kUnsupported.
  Result<BlockMatrix> Matrix(BlockMatrix matrix, const std::string& codes,
                             const std::string& scales);

  /// The file of all extents; empty as long as there is none.
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
