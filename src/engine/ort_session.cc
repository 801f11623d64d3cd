#include "engine/ort_session.h"

#include <onnxruntime_session_options_config_keys.h>
#include <stdlib.h>

#include "base/cpus.h"
#include "engine/ort_fast_operators.h"

namespace dobby {
namespace {

/// ONNX Runtime from 1.32 on looks for its maker's servers and writes a device
/// id when an environment is made, unless this variable says no. It is set
/// before main, while there is one thread: setenv is not for later.
const bool kTelemetryRefused =
    ::setenv("ORT_DISABLE_TELEMETRY", "1", /*overwrite=*/1) == 0;

/// The one environment of the process. Warnings of the runtime stay out of
/// the user's terminal: what matters comes back as an error.
Ort::Env& Environment() {
  static Ort::Env env = [] {
    if (!kTelemetryRefused) {
      throw Ort::Exception("its telemetry cannot be turned off", ORT_FAIL);
    }
    Ort::Env made(ORT_LOGGING_LEVEL_ERROR, "dobby");
    made.DisableTelemetryEvents();
    return made;
  }();
  return env;
}

Ort::SessionOptions SessionOptionsOf(const std::string& folder,
                                     Operators operators,
                                     const EngineOptions& options) {
  Ort::SessionOptions session;
  if (operators == Operators::kAndFast) session.Add(FastOperators());
  session.SetIntraOpNumThreads(options.threads);
  session.SetInterOpNumThreads(1);
  session.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  // Shapes change with every step: patterns would only pile up memory.
  session.DisableMemPattern();
  session.AddConfigEntry(kOrtSessionOptionsUseDeviceAllocatorForInitializers,
                         "1");
  // Between two runs the threads must not spin: tokenising wants the cores.
  session.AddConfigEntry(kOrtSessionOptionsConfigForceSpinningStop, "1");
  session.AddConfigEntry(
      kOrtSessionOptionsModelExternalInitializersFileFolderPath,
      folder.c_str());
  if (!options.ort_profile_prefix.empty()) {
    session.EnableProfiling(options.ort_profile_prefix.c_str());
  }
  return session;
}

std::size_t Elements(const std::vector<std::int64_t>& shape) {
  std::size_t n = 1;
  for (const std::int64_t dim : shape) n *= static_cast<std::size_t>(dim);
  return n;
}

std::size_t ElementBytes(ONNXTensorElementDataType type) {
  switch (type) {
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64:
      return 8;
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16:
      return 2;
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8:
      return 1;
    default:
      return 4;
  }
}

Ort::Value ValueOf(const TensorView& view) {
  static const Ort::MemoryInfo memory =
      Ort::MemoryInfo::CreateCpu(OrtDeviceAllocator, OrtMemTypeDefault);
  return Ort::Value::CreateTensor(
      memory, view.data, Elements(view.shape) * ElementBytes(view.type),
      view.shape.data(), view.shape.size(), view.type);
}

bool IsFloats(const Ort::Value& value, const std::vector<std::int64_t>& shape) {
  if (!value.IsTensor()) return false;
  const auto info = value.GetTensorTypeAndShapeInfo();
  return info.GetElementType() == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT &&
         info.GetShape() == shape;
}

}  // namespace

Result<std::unique_ptr<OrtSession>> OrtSession::Make(
    const std::string& graph, const std::string& folder, Operators operators,
    const EngineOptions& options) {
  try {
    Ort::Session session(Environment(), graph.data(), graph.size(),
                         SessionOptionsOf(folder, operators, options));
    return std::unique_ptr<OrtSession>(new OrtSession(std::move(session)));
  } catch (const std::exception& e) {
    return Error{ErrorCode::kModel,
                 std::string("ONNX Runtime cannot load the model: ") + e.what(),
                 folder};
  }
}

Result<Ort::Value> OrtSession::Run(
    const std::vector<TensorView>& inputs,
    const std::vector<TensorView>& outputs, const char* fresh_output,
    const std::vector<std::int64_t>& fresh_shape) {
  std::vector<const char*> input_names, output_names = {fresh_output};
  std::vector<Ort::Value> input_values, output_values;
  try {
    for (const TensorView& input : inputs) {
      input_names.push_back(input.name.c_str());
      input_values.push_back(ValueOf(input));
    }
    output_values.emplace_back(nullptr);
    for (const TensorView& output : outputs) {
      output_names.push_back(output.name.c_str());
      output_values.push_back(ValueOf(output));
    }
    session_.Run(run_options_, input_names.data(), input_values.data(),
                 input_values.size(), output_names.data(), output_values.data(),
                 output_values.size());
    if (!IsFloats(output_values[0], fresh_shape)) {
      return Error{ErrorCode::kModel,
                   std::string("the graph made '") + fresh_output +
                       "' of another shape than the manifest says; import "
                       "the model again",
                   ""};
    }
    return std::move(output_values[0]);
  } catch (const std::exception& e) {
    if (interrupted_) return Error{ErrorCode::kCancelled, "cancelled", ""};
    return Error{ErrorCode::kModel,
                 std::string("ONNX Runtime failed: ") + e.what(), ""};
  }
}

void OrtSession::Interrupt() {
  interrupted_ = true;
  run_options_.SetTerminate();
}

int UsableCpus() { return AvailableCpus(); }

std::string OnnxRuntimeVersion() { return OrtGetApiBase()->GetVersionString(); }

}  // namespace dobby
