// Copies the tensors of a GGUF file to the external data of an ONNX graph.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "dobby/model.h"
#include "dobby/result.h"
#include "models/gguf.h"
#include "models/onnx_graph.h"
#include "models/quantised_matrix.h"

namespace dobby {

/// A matrix that the graph needs, [rows, columns].
struct MatrixSource {
  std::string tensor;  ///< Without ".weight".
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  RowOrder order = RowOrder::kAsIs;
  bool bias = false;  ///< There is also a ".bias" of `rows` values.
};

/// A matrix in the data file. Scales and bias are initializers; the graph
/// declares the codes in the shape that its operator wants.
struct StoredMatrix {
  std::string name;
  int bits = 0;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  Extent codes;        ///< uint8, rows * columns * bits / 8 of them.
  std::string scales;  ///< float [rows, columns / 32].
  std::string bias;    ///< float [rows]; empty: none.
};

/// Reads, converts and stores tensors, in the order of the calls. After the
/// first failure the calls return empty results; Finish returns the error.
class TensorImporter {
 public:
  TensorImporter(const GgufFile& source, std::int64_t head_size,
                 int requantise_bits, ExternalData& data, OnnxGraph& graph);

  /// Stores one matrix; `name` begins the names of its initializers.
  StoredMatrix Matrix(const std::string& name, const MatrixSource& source);

  /// Stores matrices with the same number of columns as one, one below the
  /// other; separately, if they need different numbers of bits.
  std::vector<StoredMatrix> Stack(const std::string& name,
                                  std::span<const MatrixSource> sources);

  /// Stores a vector of `size` floats and returns its initializer.
  std::string Vector(const std::string& name, const std::string& tensor,
                     std::int64_t size);

  /// Stores floats that are not from the file.
  std::string Floats(const std::string& name,
                     const std::vector<std::int64_t>& dims,
                     std::span<const float> values);

  /// Returns the values of a tensor that the graph builder itself needs.
  std::vector<float> Values(const std::string& tensor, std::int64_t size);

  bool Has(const std::string& tensor) const {
    return source_.Find(tensor) != nullptr;
  }

  /// Returns how each tensor was stored. Errors: the first failure (kCorrupt,
  /// kUnsupported, kIo), or kUnsupported for a tensor of the file that no call
  /// has asked for.
  Result<std::vector<TensorImport>> Finish();

 private:
  const GgufTensor* Find(const std::string& name, std::int64_t rows,
                         std::int64_t columns);
  std::optional<QuantisedMatrix> Quantise(const MatrixSource& source);
  std::vector<float> Bias(const MatrixSource& source);
  StoredMatrix Store(const std::string& name, const QuantisedMatrix& matrix,
                     std::span<const float> bias);
  Extent Append(std::span<const std::byte> bytes);
  void Fail(Error error);

  const GgufFile& source_;
  std::int64_t head_size_;
  int requantise_bits_;
  ExternalData& data_;
  OnnxGraph& graph_;
  std::set<std::string_view> used_;
  std::vector<TensorImport> report_;
  std::optional<Error> error_;
};

}  // namespace dobby
