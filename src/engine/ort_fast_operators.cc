#include "engine/ort_fast_operators.h"

#include <numeric>
#include <string>
#include <vector>

#include "kernels/attention.h"
#include "kernels/linear.h"
#include "kernels/norm.h"
#include "kernels/trusted_simd.h"

namespace dobby {
namespace {

/// The session's threads.
ParallelFor ThreadsOf(const Ort::KernelContext& context) {
  return [&context](std::size_t count,
                    const std::function<void(std::size_t)>& body) {
    if (count < 2) return Serially(count, body);
    auto call = [](void* function, std::size_t i) {
      (*static_cast<const std::function<void(std::size_t)>*>(function))(i);
    };
    context.ParallelFor(call, count, 0,
                        const_cast<void*>(static_cast<const void*>(&body)));
  };
}

std::size_t SizeAttribute(const Ort::ConstKernelInfo& info, const char* name) {
  return static_cast<std::size_t>(info.GetAttribute<std::int64_t>(name));
}

std::size_t Product(const std::vector<std::int64_t>& dims) {
  return static_cast<std::size_t>(std::accumulate(
      dims.begin(), dims.end(), std::int64_t{1}, std::multiplies<>()));
}

/// The weights of an operator: attributes now, inputs at each call.
class WeightsInput {
 public:
  explicit WeightsInput(const Ort::ConstKernelInfo& info) {
    matrix_.bits = static_cast<int>(SizeAttribute(info, "bits"));
    matrix_.rows = SizeAttribute(info, "rows");
    matrix_.columns = SizeAttribute(info, "columns");
  }

  /// Returns the matrix of inputs 1 and 2. Throws when they are too small.
  PackedMatrix At(const Ort::KernelContext& context) const {
    const auto codes = context.GetInput(1), scales = context.GetInput(2);
    const std::size_t groups = matrix_.panels() * matrix_.groups();
    if (Count(codes) < groups * GroupCodeBytes(matrix_.bits) ||
        Count(scales) < groups * kPanel) {
      throw Ort::Exception("packed weights are too small",
                           ORT_INVALID_ARGUMENT);
    }
    PackedMatrix matrix = matrix_;
    matrix.codes = codes.GetTensorData<std::uint8_t>();
    matrix.scales =
        reinterpret_cast<const Half*>(scales.GetTensorData<Ort::Float16_t>());
    return matrix;
  }

 private:
  static std::size_t Count(const Ort::ConstValue& value) {
    return value.GetTensorTypeAndShapeInfo().GetElementCount();
  }

  PackedMatrix matrix_;
};

class EmbeddingKernel {
 public:
  explicit EmbeddingKernel(const Ort::ConstKernelInfo& info) : weights_(info) {}

  void Compute(Ort::KernelContext& context) const {
    const PackedMatrix table = weights_.At(context);
    const auto ids = context.GetInput(0);
    auto dims = ids.GetTensorTypeAndShapeInfo().GetShape();
    const std::size_t tokens = Product(dims);
    dims.push_back(static_cast<std::int64_t>(table.columns));
    float* out = context.GetOutput(0, dims).GetTensorMutableData<float>();
    const auto* id = ids.GetTensorData<std::int64_t>();
    for (std::size_t t = 0; t < tokens; ++t) {
      UnpackRow(table, static_cast<std::size_t>(id[t]),
                out + t * table.columns);
    }
  }

 private:
  WeightsInput weights_;
};

template <LinearOutput kOutput>
class LinearKernelOf {
 public:
  explicit LinearKernelOf(const Ort::ConstKernelInfo& info)
      : weights_(info),
        roundings_(kOutput == LinearOutput::kPlain
                       ? static_cast<int>(SizeAttribute(info, "roundings"))
                       : 1) {}

  void Compute(Ort::KernelContext& context) const {
    LinearCall call;
    call.roundings = roundings_;
    call.simd = TrustedSimd().simd;
    call.output = kOutput;
    call.weights = weights_.At(context);
    if (context.GetInputCount() > 3) {
      call.bias = context.GetInput(3).GetTensorData<float>();
    }
    const auto x = context.GetInput(0);
    auto dims = x.GetTensorTypeAndShapeInfo().GetShape();
    call.x = x.GetTensorData<float>();
    call.rows = Product(dims) / call.weights.columns;
    dims.back() = static_cast<std::int64_t>(call.width());
    call.y = context.GetOutput(0, dims).GetTensorMutableData<float>();
    // A session computes its operators one after another on one thread.
    thread_local LinearScratch scratch;
    Linear(call, scratch, ThreadsOf(context));
  }

 private:
  WeightsInput weights_;
  int roundings_;
};

class AttentionKernel {
 public:
  explicit AttentionKernel(const Ort::ConstKernelInfo& info)
      : layer_(SizeAttribute(info, "layer")) {
    shape_.heads = SizeAttribute(info, "heads");
    shape_.kv_heads = SizeAttribute(info, "kv_heads");
    shape_.head_size = SizeAttribute(info, "head_size");
  }

  void Compute(Ort::KernelContext& context) const {
    AttentionShape shape = shape_;
    shape.cosines = context.GetInput(3).GetTensorData<float>();
    shape.sines = context.GetInput(4).GetTensorData<float>();
    auto dims = context.GetInput(0).GetTensorTypeAndShapeInfo().GetShape();
    const bool packed = static_cast<std::size_t>(dims.back()) != QWidth();
    dims.back() = static_cast<std::int64_t>(QWidth());
    std::vector<AttentionSegment> segments = SegmentsOf(context, packed);
    if (context.GetInputCount() > kLogitRowsInput) {
      const auto rows = context.GetInput(kLogitRowsInput);
      dims[1] = static_cast<std::int64_t>(ChooseQueries(rows, segments));
    }
    float* out = context.GetOutput(0, dims).GetTensorMutableData<float>();
    for (AttentionSegment& segment : segments) {
      segment.out = out;
      out += (segment.tokens - segment.first_query) * segment.out_stride;
    }
    Attend(TrustedSimd().simd, shape, segments, ThreadsOf(context));
  }

 private:
  static constexpr std::size_t kLogitRowsInput = 9;

  std::size_t QWidth() const { return shape_.heads * shape_.head_size; }
  std::size_t KvWidth() const { return shape_.kv_heads * shape_.head_size; }

  /// Leaves the queries at `rows` and returns how many they are. Throws unless
  /// they are the last ones of their segments.
  static std::size_t ChooseQueries(const Ort::ConstValue& rows,
                                   std::vector<AttentionSegment>& segments) {
    std::size_t begin = 0;
    const auto* row = rows.GetTensorData<std::int64_t>();
    const std::size_t count =
        rows.GetTensorTypeAndShapeInfo().GetElementCount();
    const auto* const end = row + count;
    for (AttentionSegment& s : segments) {
      const auto* const first = row;
      while (row < end && static_cast<std::size_t>(*row) < begin + s.tokens) {
        ++row;
      }
      s.first_query = s.tokens - static_cast<std::size_t>(row - first);
      if (first < row &&
          static_cast<std::size_t>(*first) != begin + s.first_query) {
        throw Ort::Exception("logit rows must be the last ones of a segment",
                             ORT_INVALID_ARGUMENT);
      }
      begin += s.tokens;
    }
    return count;
  }

  /// The segments of the step; `packed` when q, k and v are one tensor.
  std::vector<AttentionSegment> SegmentsOf(const Ort::KernelContext& context,
                                           bool packed) const {
    const float* q = context.GetInput(0).GetTensorData<float>();
    const float* k =
        packed ? q + QWidth() : context.GetInput(1).GetTensorData<float>();
    const float* v =
        packed ? k + KvWidth() : context.GetInput(2).GetTensorData<float>();
    const std::size_t packed_width = QWidth() + 2 * KvWidth();
    const auto* begins = context.GetInput(5).GetTensorData<std::int32_t>();
    const auto* past = context.GetInput(6).GetTensorData<std::int32_t>();
    const auto* slots = context.GetInput(7).GetTensorData<std::int32_t>();
    const auto kv = context.GetInput(8);
    const auto kv_dims = kv.GetTensorTypeAndShapeInfo().GetShape();
    const auto slot_bytes = static_cast<std::size_t>(kv_dims[2]);
    // The contract of the operator: the cache is the caller's, and written.
    auto* cache = reinterpret_cast<std::byte*>(
        const_cast<std::uint8_t*>(kv.GetTensorData<std::uint8_t>()));
    cache += layer_ * static_cast<std::size_t>(kv_dims[1]) * slot_bytes;

    std::vector<AttentionSegment> segments(
        context.GetInput(6).GetTensorTypeAndShapeInfo().GetElementCount());
    for (std::size_t i = 0; i < segments.size(); ++i) {
      AttentionSegment& s = segments[i];
      const auto begin = static_cast<std::size_t>(begins[i]);
      s.q_stride = packed ? packed_width : QWidth();
      s.kv_stride = packed ? packed_width : KvWidth();
      s.out_stride = QWidth();
      s.q = q + begin * s.q_stride;
      s.k = k + begin * s.kv_stride;
      s.v = v + begin * s.kv_stride;
      s.tokens = static_cast<std::size_t>(begins[i + 1]) - begin;
      s.past = static_cast<std::size_t>(past[i]);
      s.cache = cache + static_cast<std::size_t>(slots[i]) * slot_bytes;
      s.head_bytes = slot_bytes / shape_.kv_heads;
    }
    return segments;
  }

  std::size_t layer_;
  AttentionShape shape_;
};

class AddRmsNormKernel {
 public:
  explicit AddRmsNormKernel(const Ort::ConstKernelInfo& info)
      : epsilon_(info.GetAttribute<float>("epsilon")) {}

  void Compute(Ort::KernelContext& context) const {
    const auto x = context.GetInput(0);
    const auto dims = x.GetTensorTypeAndShapeInfo().GetShape();
    AddRmsNormCall call;
    call.x = x.GetTensorData<float>();
    call.delta = context.GetInput(1).GetTensorData<float>();
    call.weight = context.GetInput(2).GetTensorData<float>();
    call.epsilon = epsilon_;
    call.width = static_cast<std::size_t>(dims.back());
    call.rows = Product(dims) / call.width;
    call.y = context.GetOutput(0, dims).GetTensorMutableData<float>();
    call.sum = context.GetOutput(1, dims).GetTensorMutableData<float>();
    AddRmsNorm(call, ThreadsOf(context));
  }

 private:
  float epsilon_;
};

/// What ONNX Runtime must know of one input.
struct InputOf {
  ONNXTensorElementDataType type;
  bool optional = false;
};

/// Runs `body`; an exception becomes a status.
template <typename Body>
OrtStatusPtr Guarded(const Body& body) {
  try {
    body();
    return nullptr;
  } catch (const std::exception& e) {
    return Ort::GetApi().CreateStatus(ORT_FAIL, e.what());
  }
}

/// A kernel as ONNX Runtime calls it.
template <typename Kernel>
class Called : public Kernel {
 public:
  using Kernel::Kernel;

  OrtStatusPtr ComputeV2(OrtKernelContext* context) const {
    return Guarded([&] {
      Ort::KernelContext wrapped(context);
      Kernel::Compute(wrapped);
    });
  }
};

/// An operator: its name, its inputs, how many outputs of floats it has, and
/// the class that computes it.
template <typename Kernel>
class Operator
    : public Ort::CustomOpBase<Operator<Kernel>, Called<Kernel>, true> {
 public:
  Operator(const char* name, std::vector<InputOf> inputs,
           std::size_t outputs = 1)
      : name_(name), inputs_(std::move(inputs)), outputs_(outputs) {}

  OrtStatusPtr CreateKernelV2(const OrtApi& /*api*/, const OrtKernelInfo* info,
                              void** kernel) const {
    return Guarded(
        [&] { *kernel = new Called<Kernel>(Ort::ConstKernelInfo(info)); });
  }
  const char* GetName() const { return name_; }
  std::size_t GetInputTypeCount() const { return inputs_.size(); }
  ONNXTensorElementDataType GetInputType(std::size_t i) const {
    return inputs_[i].type;
  }
  OrtCustomOpInputOutputCharacteristic GetInputCharacteristic(
      std::size_t i) const {
    return inputs_[i].optional ? INPUT_OUTPUT_OPTIONAL : INPUT_OUTPUT_REQUIRED;
  }
  std::size_t GetOutputTypeCount() const { return outputs_; }
  ONNXTensorElementDataType GetOutputType(std::size_t /*i*/) const {
    return ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
  }

 private:
  const char* name_;
  std::vector<InputOf> inputs_;
  std::size_t outputs_;
};

}  // namespace

const Ort::CustomOpDomain& FastOperators() {
  constexpr InputOf kFloats = {ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT};
  constexpr InputOf kMaybeFloats = {ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, true};
  constexpr InputOf kHalves = {ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16};
  constexpr InputOf kBytes = {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8};
  constexpr InputOf kInts = {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32};
  constexpr InputOf kIds = {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64};
  constexpr InputOf kMaybeIds = {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, true};
  static const Operator<EmbeddingKernel> embedding("Embedding",
                                                   {kIds, kBytes, kHalves});
  static const Operator<LinearKernelOf<LinearOutput::kPlain>> linear(
      "Linear", {kFloats, kBytes, kHalves, kMaybeFloats});
  static const Operator<LinearKernelOf<LinearOutput::kSwiGlu>> gated(
      "GatedLinear", {kFloats, kBytes, kHalves});
  static const Operator<AttentionKernel> attention(
      "Attention", {kFloats, kMaybeFloats, kMaybeFloats, kFloats, kFloats,
                    kInts, kInts, kInts, kBytes, kMaybeIds});
  static const Operator<AddRmsNormKernel> norm("AddRmsNorm",
                                               {kFloats, kFloats, kFloats}, 2);
  static const Ort::CustomOpDomain domain = [] {
    Ort::CustomOpDomain made("dobby");
    made.Add(&embedding);
    made.Add(&linear);
    made.Add(&gated);
    made.Add(&attention);
    made.Add(&norm);
    return made;
  }();
  return domain;
}

}  // namespace dobby
