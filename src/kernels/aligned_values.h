// Aligned memory for tests and benchmarks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace dobby {

/// Values that begin at a multiple of 64 bytes, like the tensors of ONNX
/// Runtime and of the packed file.
template <typename T>
class AlignedValues {
 public:
  AlignedValues(std::size_t size, T value)
      : lines_((size + kOfLine - 1) / kOfLine) {
    for (Line& line : lines_) std::fill_n(line.values, kOfLine, value);
  }
  T* data() { return lines_.data()->values; }

 private:
  static constexpr std::size_t kOfLine = 64 / sizeof(T);
  struct alignas(64) Line {
    T values[kOfLine];
  };
  std::vector<Line> lines_;
};

}  // namespace dobby
