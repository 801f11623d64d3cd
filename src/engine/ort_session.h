// ONNX Runtime behind Result: the session and one run of the stock graph.
#pragma once

#include <onnxruntime_cxx_api.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "dobby/engine.h"
#include "dobby/result.h"

namespace dobby {

/// A tensor that a run reads or writes in place. The memory is the caller's.
struct TensorView {
  std::string name;
  ONNXTensorElementDataType type = ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
  void* data = nullptr;
  std::vector<std::int64_t> shape;
};

/// Which operators a graph may name.
enum class Operators {
  kStock,    ///< The runtime's own.
  kAndFast,  ///< And dobby's (ort_fast_operators.h): a graph that dobby made.
};

/// One session. One thread calls Run; Interrupt may come from any. The runtime
/// sends no telemetry: it is off from the start of the process.
class OrtSession {
 public:
  /// Makes a session of `graph` (a serialised ModelProto whose external data
  /// lies in `folder`). Errors: kModel with the runtime's words.
  static Result<std::unique_ptr<OrtSession>> Make(const std::string& graph,
                                                  const std::string& folder,
                                                  Operators operators,
                                                  const EngineOptions& options);

  /// Runs the graph. `outputs` are written in place; `fresh_output` is made by
  /// the runtime and returned: floats of the shape `fresh_shape`, whatever the
  /// graph declares. Errors: kModel (also where it made another shape),
  /// kCancelled.
  Result<Ort::Value> Run(const std::vector<TensorView>& inputs,
                         const std::vector<TensorView>& outputs,
                         const char* fresh_output,
                         const std::vector<std::int64_t>& fresh_shape);

  /// Makes the current run and all later ones end with kCancelled.
  void Interrupt();

 private:
  OrtSession(Ort::Session session) : session_(std::move(session)) {}

  Ort::Session session_;
  Ort::RunOptions run_options_;
  std::atomic<bool> interrupted_ = false;
};

}  // namespace dobby
