#include "models/tensor_importer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/dequantise.h"

namespace dobby {
namespace {

std::string ShapeText(std::int64_t rows, std::int64_t columns) {
  return std::to_string(rows) + " x " + std::to_string(columns);
}

TensorImport ReportOf(const GgufTensor& tensor, const QuantisedMatrix& matrix) {
  return {std::string(tensor.name), InfoOf(tensor.type).name,
          "int" + std::to_string(matrix.bits) + " block 32", matrix.exact(),
          matrix.rms_error()};
}

}  // namespace

TensorImporter::TensorImporter(const GgufFile& source, std::int64_t head_size,
                               int requantise_bits, ExternalData& data,
                               OnnxGraph& graph)
    : source_(source),
      head_size_(head_size),
      requantise_bits_(requantise_bits),
      data_(data),
      graph_(graph) {}

void TensorImporter::Fail(Error error) {
  if (error_) return;
  if (error.context.empty()) error.context = source_.path();
  error_ = std::move(error);
}

const GgufTensor* TensorImporter::Find(const std::string& name,
                                       std::int64_t rows,
                                       std::int64_t columns) {
  if (error_) return nullptr;
  const GgufTensor* tensor = source_.Find(name);
  if (tensor == nullptr) {
    Fail({ErrorCode::kCorrupt, "tensor '" + name + "' is missing", {}});
    return nullptr;
  }
  if (tensor->rows != rows || tensor->columns != columns) {
    Fail({ErrorCode::kCorrupt,
          "tensor '" + name + "' is " +
              ShapeText(tensor->rows, tensor->columns) +
              " where the metadata asks for " + ShapeText(rows, columns),
          {}});
    return nullptr;
  }
  used_.insert(tensor->name);
  return tensor;
}

std::optional<QuantisedMatrix> TensorImporter::Quantise(
    const MatrixSource& source) {
  const GgufTensor* tensor =
      Find(source.tensor + ".weight", source.rows, source.columns);
  if (tensor == nullptr) return std::nullopt;
  auto matrix =
      QuantiseMatrix(*tensor, requantise_bits_, source.order, head_size_);
  if (!matrix) {
    Fail(matrix.error());
    return std::nullopt;
  }
  report_.push_back(ReportOf(*tensor, *matrix));
  return *std::move(matrix);
}

std::vector<float> TensorImporter::Values(const std::string& name,
                                          std::int64_t size) {
  const GgufTensor* tensor = Find(name, 1, size);
  if (tensor == nullptr) return {};
  std::vector<float> values(static_cast<std::size_t>(size));
  Dequantise(tensor->type, tensor->data, values);
  if (!std::all_of(values.begin(), values.end(),
                   [](float value) { return std::isfinite(value); })) {
    Fail({ErrorCode::kCorrupt,
          "tensor '" + name + "' has a value that is not finite",
          {}});
  }
  report_.push_back({name, InfoOf(tensor->type).name, "f32", true, 0});
  return values;
}

std::vector<float> TensorImporter::Bias(const MatrixSource& source) {
  if (!source.bias) return {};
  auto values = Values(source.tensor + ".bias", source.rows);
  if (source.order == RowOrder::kAsIs || values.empty()) return values;
  std::vector<float> ordered(values.size());
  for (std::size_t row = 0; row < values.size(); ++row) {
    ordered[row] = values[static_cast<std::size_t>(
        PairedRow(static_cast<std::int64_t>(row), head_size_))];
  }
  return ordered;
}

Extent TensorImporter::Append(std::span<const std::byte> bytes) {
  if (error_) return {};
  auto extent = data_.Append(bytes);
  if (extent) return *extent;
  Fail(extent.error());
  return {};
}

std::string TensorImporter::Floats(const std::string& name,
                                   const std::vector<std::int64_t>& dims,
                                   std::span<const float> values) {
  const Extent extent = Append(std::as_bytes(values));
  return graph_.AddExternal(name, OnnxType::kFloat, dims, extent);
}

std::string TensorImporter::Vector(const std::string& name,
                                   const std::string& tensor,
                                   std::int64_t size) {
  return Floats(name, {size}, Values(tensor, size));
}

StoredMatrix TensorImporter::Store(const std::string& name,
                                   const QuantisedMatrix& matrix,
                                   std::span<const float> bias) {
  StoredMatrix stored;
  stored.name = name;
  stored.bits = matrix.bits;
  stored.rows = matrix.rows;
  stored.columns = matrix.columns;
  stored.codes = Append(std::as_bytes(std::span(matrix.codes)));
  const std::int64_t blocks = matrix.columns / kQuantBlock;
  stored.scales =
      Floats(name + ".scales", {matrix.rows, blocks}, matrix.scales);
  if (!bias.empty()) stored.bias = Floats(name + ".bias", {matrix.rows}, bias);
  return stored;
}

StoredMatrix TensorImporter::Matrix(const std::string& name,
                                    const MatrixSource& source) {
  const auto matrix = Quantise(source);
  if (!matrix) return {};
  return Store(name, *matrix, Bias(source));
}

std::vector<StoredMatrix> TensorImporter::Stack(
    const std::string& name, std::span<const MatrixSource> sources) {
  std::vector<QuantisedMatrix> matrices;
  std::vector<std::vector<float>> biases;
  bool alike = true;
  for (const MatrixSource& source : sources) {
    auto matrix = Quantise(source);
    if (!matrix) return {};
    matrices.push_back(*std::move(matrix));
    biases.push_back(Bias(source));
    alike = alike && matrices.back().bits == matrices.front().bits;
  }
  std::vector<StoredMatrix> stored;
  if (!alike) {
    for (std::size_t i = 0; i < matrices.size(); ++i) {
      stored.push_back(
          Store(name + "." + std::to_string(i), matrices[i], biases[i]));
    }
    return stored;
  }
  for (std::size_t i = 1; i < matrices.size(); ++i) {
    AppendRows(matrices[0], matrices[i]);
    biases[0].insert(biases[0].end(), biases[i].begin(), biases[i].end());
  }
  stored.push_back(Store(name, matrices[0], biases[0]));
  return stored;
}

Result<std::vector<TensorImport>> TensorImporter::Finish() {
  for (const GgufTensor& tensor : source_.tensors()) {
    if (used_.contains(tensor.name)) continue;
    Fail({ErrorCode::kUnsupported,
          "tensor '" + std::string(tensor.name) +
              "' is no part of this architecture; leaving it out would give "
              "another model",
          {}});
  }
  if (error_) return *error_;
  return std::move(report_);
}

}  // namespace dobby
