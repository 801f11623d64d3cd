#include "kernels/norm.h"

#include <algorithm>
#include <cmath>

namespace dobby {
namespace {

/// Sums side by side, so that a compiler may use vectors and all instruction
/// sets add in the same order.
constexpr std::size_t kLanes = 16;
constexpr std::size_t kRowsPerTask = 16;

/// Writes x + delta; returns the mean of its squares.
float Add(const float* x, const float* delta, std::size_t width, float* sum) {
  float squares[kLanes] = {};
  const std::size_t whole = width / kLanes * kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float value = x[i + lane] + delta[i + lane];
      sum[i + lane] = value;
      squares[lane] += value * value;
    }
  }
  for (std::size_t i = whole; i < width; ++i) {
    const float value = x[i] + delta[i];
    sum[i] = value;
    squares[i - whole] += value * value;
  }
  float total = 0;
  for (const float square : squares) total += square;
  return total / static_cast<float>(width);
}

}  // namespace

void AddRmsNorm(const AddRmsNormCall& call, const ParallelFor& parallel) {
  const std::size_t tasks = (call.rows + kRowsPerTask - 1) / kRowsPerTask;
  parallel(tasks, [&](std::size_t task) {
    const std::size_t end = std::min((task + 1) * kRowsPerTask, call.rows);
    for (std::size_t row = task * kRowsPerTask; row < end; ++row) {
      const std::size_t at = row * call.width;
      float* sum = call.sum + at;
      const float mean = Add(call.x + at, call.delta + at, call.width, sum);
      const float scale = 1.0f / std::sqrt(mean + call.epsilon);
      for (std::size_t i = 0; i < call.width; ++i) {
        call.y[at + i] = sum[i] * scale * call.weight[i];
      }
    }
  });
}

}  // namespace dobby
