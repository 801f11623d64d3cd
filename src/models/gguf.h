// A reader of GGUF files: metadata and tensors, in place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "dobby/result.h"
#include "models/tensor_type.h"

namespace dobby {

/// One tensor of a GGUF file.
struct GgufTensor {
  std::string_view name;
  TensorType type = TensorType::kF32;
  std::int64_t columns = 1;  ///< Contiguous values (GGUF's first dimension).
  std::int64_t rows = 1;     ///< Product of the other dimensions.
  std::string_view data;     ///< rows * columns values, blocks along a row.
};

/// A mapped GGUF file, version 2 or 3, little-endian. Everything was checked
/// against the file's size when it was opened: views never leave it.
/// Source: GGUF specification, ggml repository, docs/gguf.md.
class GgufFile {
 public:
  /// Errors: kNotFound, kIo, kCorrupt (what, and at which byte), kUnsupported
  /// (version, byte order or tensor type, by name).
  static Result<GgufFile> Open(const std::string& path);

  const std::string& path() const { return path_; }
  std::string_view bytes() const { return file_.bytes(); }

  bool Has(std::string_view key) const;

  /// Return the value of `key` if it exists and has a fitting type: any integer
  /// type for Uint (if it is not negative), F32 or F64 for Float.
  std::optional<std::uint64_t> Uint(std::string_view key) const;
  std::optional<double> Float(std::string_view key) const;
  std::optional<bool> Bool(std::string_view key) const;
  std::optional<std::string_view> String(std::string_view key) const;

  /// Return the elements of an array, or nothing if `key` does not exist or is
  /// another kind of array. Ints takes 32-bit elements, signed or not.
  std::vector<std::string_view> Strings(std::string_view key) const;
  std::vector<std::int32_t> Ints(std::string_view key) const;
  std::vector<float> Floats(std::string_view key) const;

  const std::vector<GgufTensor>& tensors() const { return tensors_; }

  /// Returns the tensor of that name, or null.
  const GgufTensor* Find(std::string_view name) const;

 private:
  /// A value as it stands in the file.
  struct Value {
    std::uint32_t type = 0;          ///< GGUF's value type.
    std::uint32_t element_type = 0;  ///< Of an array.
    std::uint64_t count = 0;         ///< Elements of an array.
    std::string_view bytes;          ///< The payload; without a length.
  };
  class Parser;

  std::string path_;
  MappedFile file_;
  std::map<std::string_view, Value> metadata_;
  std::vector<GgufTensor> tensors_;
  std::map<std::string_view, std::size_t> index_;
};

}  // namespace dobby
