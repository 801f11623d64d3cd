// ONNX graphs: a builder, and the file that holds their large tensors.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "dobby/result.h"

namespace onnx {
class ModelProto;
}  // namespace onnx

namespace dobby {

/// Element types. Source: onnx.proto, TensorProto.DataType.
enum class OnnxType {
  kFloat = 1,
  kUint8 = 2,
  kInt32 = 6,
  kInt64 = 7,
  kFloat16 = 10
};

/// Where a tensor lies in the data file, in bytes.
struct Extent {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// The external data of a model. Every tensor begins at a multiple of 4,096,
/// so that a runtime that maps the file can use it in place.
class ExternalData {
 public:
  /// Makes the file anew. Errors: kIo.
  static Result<ExternalData> Create(const std::string& path);

  /// Errors: kIo (a full disk says so).
  Result<Extent> Append(std::span<const std::byte> bytes);

  /// Writes what is buffered through to the disk. Errors: kIo.
  Result<void> Close();

 private:
  struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::string path_;
  std::unique_ptr<std::FILE, FileCloser> file_;
  std::uint64_t size_ = 0;
};

/// An attribute of a node.
using OnnxAttribute =
    std::pair<std::string_view, std::variant<std::int64_t, float>>;

/// A node; `domain` is "" for ONNX's own operators.
struct OnnxNode {
  std::string_view op;
  std::string_view domain;
  std::vector<std::string> inputs;   ///< An empty name: left out.
  std::vector<std::string> outputs;  ///< Likewise.
  std::vector<OnnxAttribute> attributes;
};

/// A size, or the name of one that is known only when the graph runs.
using OnnxDim = std::variant<std::int64_t, std::string>;

/// Builds one graph, nodes in the order of data. IR version 10, opset 21, and
/// version 1 of com.microsoft.
class OnnxGraph {
 public:
  /// `data_file` is the name, beside the model, of the external data.
  OnnxGraph(std::string_view name, std::string data_file);
  ~OnnxGraph();

  void AddInput(const std::string& name, OnnxType type,
                const std::vector<OnnxDim>& dims);
  void AddOutput(const std::string& name, OnnxType type,
                 const std::vector<OnnxDim>& dims);

  /// Add a constant: int64 values in the model itself, or bytes of the
  /// external data. Return its name.
  std::string AddInts(const std::string& name,
                      const std::vector<std::int64_t>& dims,
                      const std::vector<std::int64_t>& values);
  std::string AddExternal(const std::string& name, OnnxType type,
                          const std::vector<std::int64_t>& dims,
                          const Extent& extent);

  /// Lets nodes be of version 1 of another domain than those two.
  void UseDomain(const std::string& domain);

  /// Adds a node and returns the name of its first output.
  std::string AddNode(const OnnxNode& node);

  /// Returns the bytes of the model. Errors: kTooLarge over 2 GiB.
  Result<std::string> Serialise() const;

 private:
  std::string data_file_;
  std::unique_ptr<onnx::ModelProto> model_;
};

}  // namespace dobby
