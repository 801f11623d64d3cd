#include "engine/ort_fast_operators.h"

#include <limits>
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

/// Kernels trust their sizes, so an operator checks all of them at each call:
/// some comparisons, against millions of products. Throws unless `holds`.
void Require(bool holds, const char* what) {
  if (!holds) throw Ort::Exception(what, ORT_INVALID_ARGUMENT);
}

/// An attribute from 1 to `most`; `least` may be 0.
std::size_t SizeAttribute(const Ort::ConstKernelInfo& info, const char* name,
                          std::int64_t most, std::int64_t least = 1) {
  const auto value = info.GetAttribute<std::int64_t>(name);
  Require(value >= least && value <= most, "an attribute is out of range");
  return static_cast<std::size_t>(value);
}

std::vector<std::int64_t> DimsOf(const Ort::ConstValue& value) {
  return value.GetTensorTypeAndShapeInfo().GetShape();
}

/// Returns the elements of a tensor.
std::size_t CountOf(const Ort::ConstValue& value) {
  return value.GetTensorTypeAndShapeInfo().GetElementCount();
}

/// Returns the last one of `dims`. Throws where there is none, or nothing in
/// it.
std::size_t WidthOf(const std::vector<std::int64_t>& dims) {
  Require(!dims.empty() && dims.back() > 0, "a tensor has no last dimension");
  return static_cast<std::size_t>(dims.back());
}

/// The weights of an operator: attributes now, inputs at each call.
class WeightsInput {
 public:
  explicit WeightsInput(const Ort::ConstKernelInfo& info) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    matrix_.bits = static_cast<int>(SizeAttribute(info, "bits", 8));
    matrix_.rows = SizeAttribute(info, "rows", kMost);
    matrix_.columns = SizeAttribute(info, "columns", kMost);
    Require(matrix_.bits == 4 || matrix_.bits == 8, "weights of other bits");
    Require(matrix_.columns % kGroup == 0, "columns are no whole groups");
  }

  /// Returns the matrix of inputs 1 and 2. Throws when they are too small.
  PackedMatrix At(const Ort::KernelContext& context) const {
    const auto codes = context.GetInput(1), scales = context.GetInput(2);
    const std::size_t groups = matrix_.panels() * matrix_.groups();
    Require(CountOf(codes) >= groups * GroupCodeBytes(matrix_.bits) &&
                CountOf(scales) >= groups * kPanel,
            "packed weights are too small");
    PackedMatrix matrix = matrix_;
    matrix.codes = codes.GetTensorData<std::uint8_t>();
    matrix.scales =
        reinterpret_cast<const Half*>(scales.GetTensorData<Ort::Float16_t>());
    return matrix;
  }

  const PackedMatrix& sizes() const { return matrix_; }

 private:
  PackedMatrix matrix_;
};

class EmbeddingKernel {
 public:
  explicit EmbeddingKernel(const Ort::ConstKernelInfo& info) : weights_(info) {}

  void Compute(Ort::KernelContext& context) const {
    const PackedMatrix table = weights_.At(context);
    const auto ids = context.GetInput(0);
    auto dims = DimsOf(ids);
    const std::size_t tokens = CountOf(ids);
    dims.push_back(static_cast<std::int64_t>(table.columns));
    float* out = context.GetOutput(0, dims).GetTensorMutableData<float>();
    const auto* id = ids.GetTensorData<std::int64_t>();
    for (std::size_t t = 0; t < tokens; ++t) {
      // Of a negative id this is beyond every table.
      const auto row = static_cast<std::size_t>(id[t]);
      Require(row < table.rows, "a token id is outside the vocabulary");
      UnpackRow(table, row, out + t * table.columns);
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
                       ? static_cast<int>(SizeAttribute(info, "roundings", 2))
                       : 1) {
    Require(kOutput == LinearOutput::kPlain ||
                weights_.sizes().rows % (2 * kPanel) == 0,
            "gate and up are no whole panels");
  }

  void Compute(Ort::KernelContext& context) const {
    LinearCall call;
    call.roundings = roundings_;
    call.simd = TrustedSimd().simd;
    call.output = kOutput;
    call.weights = weights_.At(context);
    if (context.GetInputCount() > 3) {
      const auto bias = context.GetInput(3);
      Require(CountOf(bias) == call.weights.rows, "a bias of another size");
      call.bias = bias.GetTensorData<float>();
    }
    const auto x = context.GetInput(0);
    auto dims = DimsOf(x);
    Require(WidthOf(dims) == call.weights.columns,
            "activations of another width than the weights");
    call.x = x.GetTensorData<float>();
    call.rows = CountOf(x) / call.weights.columns;
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

/// The inputs of one call of Attention, checked. T tokens in R segments.
class AttentionInputs {
 public:
  /// Throws where a size does not fit the others.
  AttentionInputs(const Ort::KernelContext& context,
                  const AttentionShape& shape, std::size_t layer)
      : shape_(shape),
        q_width_(shape.heads * shape.head_size),
        kv_width_(shape.kv_heads * shape.head_size) {
    TakeProjections(context);
    TakeTables(context);
    TakeCache(context, layer);
    TakeSegments(context);
  }

  const AttentionShape& shape() const { return shape_; }
  std::vector<AttentionSegment>& segments() { return segments_; }

  /// Leaves the queries at `rows` and returns how many they are. Throws unless
  /// they are the last ones of their segments.
  std::size_t ChooseQueries(const Ort::ConstValue& rows) {
    constexpr const char* kWrong =
        "logit rows must be the last ones of a segment";
    const std::size_t count = CountOf(rows);
    const auto* row = rows.GetTensorData<std::int64_t>();
    const auto* const end = row + count;
    std::size_t segment_end = 0;
    for (AttentionSegment& s : segments_) {
      const std::size_t begin = segment_end;
      segment_end += s.tokens;
      const auto* const first = row;
      while (row < end && static_cast<std::size_t>(*row) < segment_end) ++row;
      const auto chosen = static_cast<std::size_t>(row - first);
      Require(chosen <= s.tokens, kWrong);
      s.first_query = s.tokens - chosen;
      for (std::size_t i = 0; i < chosen; ++i) {
        Require(static_cast<std::size_t>(first[i]) == begin + s.first_query + i,
                kWrong);
      }
    }
    Require(row == end, kWrong);
    return count;
  }

 private:
  /// q, k and v; they are one tensor where k and v are left out.
  void TakeProjections(const Ort::KernelContext& context) {
    const auto q = context.GetInput(0);
    const auto dims = DimsOf(q);
    const std::size_t width = WidthOf(dims);
    Require(dims.size() == 3 && dims[0] == 1, "queries are not [1, T, width]");
    tokens_ = CountOf(q) / width;
    q_ = q.GetTensorData<float>();
    if (width == q_width_ + 2 * kv_width_) {
      q_stride_ = kv_stride_ = width;
      k_ = q_ + q_width_;
      v_ = k_ + kv_width_;
      return;
    }
    Require(width == q_width_, "queries of another width");
    q_stride_ = q_width_;
    kv_stride_ = kv_width_;
    const auto k = context.GetInput(1), v = context.GetInput(2);
    // One that is left out has no elements, and no type to ask for.
    Require(k != nullptr && v != nullptr, "keys or values are left out");
    Require(
        CountOf(k) == tokens_ * kv_width_ && CountOf(v) == tokens_ * kv_width_,
        "keys or values of another size");
    k_ = k.GetTensorData<float>();
    v_ = v.GetTensorData<float>();
  }

  void TakeTables(const Ort::KernelContext& context) {
    const auto cosines = context.GetInput(3), sines = context.GetInput(4);
    const std::size_t half = shape_.head_size / 2;
    positions_ = CountOf(cosines) / half;
    Require(
        CountOf(sines) == CountOf(cosines) && WidthOf(DimsOf(cosines)) == half,
        "tables of rotations that do not fit");
    shape_.cosines = cosines.GetTensorData<float>();
    shape_.sines = sines.GetTensorData<float>();
  }

  void TakeCache(const Ort::KernelContext& context, std::size_t layer) {
    const auto kv = context.GetInput(8);
    const auto dims = DimsOf(kv);
    Require(dims.size() == 3 && layer < static_cast<std::size_t>(dims[0]),
            "a KV cache without this layer");
    slots_ = static_cast<std::size_t>(dims[1]);
    slot_bytes_ = static_cast<std::size_t>(dims[2]);
    // The contract of the operator: the cache is the caller's, and written.
    cache_ = reinterpret_cast<std::byte*>(
        const_cast<std::uint8_t*>(kv.GetTensorData<std::uint8_t>()));
    cache_ += layer * slots_ * slot_bytes_;
  }

  void TakeSegments(const Ort::KernelContext& context) {
    const auto begins = context.GetInput(5), past = context.GetInput(6),
               slots = context.GetInput(7);
    const std::size_t count = CountOf(past);
    Require(CountOf(begins) == count + 1 && CountOf(slots) == count,
            "segments without beginning, past or slot");
    const auto* begin = begins.GetTensorData<std::int32_t>();
    Require(begin[0] == 0 && static_cast<std::size_t>(begin[count]) == tokens_,
            "segments of more or fewer tokens than there are");
    segments_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      Require(begin[i] <= begin[i + 1], "a segment ends before it begins");
      AddSegment(static_cast<std::size_t>(begin[i]),
                 static_cast<std::size_t>(begin[i + 1]),
                 past.GetTensorData<std::int32_t>()[i],
                 slots.GetTensorData<std::int32_t>()[i]);
    }
  }

  /// Tokens [begin, end) of the step, behind `past` others in their slot.
  void AddSegment(std::size_t begin, std::size_t end, std::int32_t past,
                  std::int32_t slot) {
    Require(slot >= 0 && static_cast<std::size_t>(slot) < slots_,
            "a segment's slot is not in the cache");
    AttentionSegment s;
    s.tokens = end - begin;
    s.past = static_cast<std::size_t>(past);
    s.head_bytes = slot_bytes_ / shape_.kv_heads;
    Require(past >= 0 && s.past + s.tokens <= positions_ &&
                (s.past + s.tokens + kKvBlock - 1) / kKvBlock <=
                    s.head_bytes / shape_.BlockBytes(),
            "a segment is longer than its slot or than the context");
    s.q_stride = q_stride_;
    s.kv_stride = kv_stride_;
    s.out_stride = q_width_;
    s.q = q_ + begin * q_stride_;
    s.k = k_ + begin * kv_stride_;
    s.v = v_ + begin * kv_stride_;
    s.cache = cache_ + static_cast<std::size_t>(slot) * slot_bytes_;
    segments_.push_back(s);
  }

  AttentionShape shape_;
  std::size_t q_width_, kv_width_;
  const float *q_ = nullptr, *k_ = nullptr, *v_ = nullptr;
  std::size_t q_stride_ = 0, kv_stride_ = 0;
  std::size_t tokens_ = 0;     ///< T
  std::size_t positions_ = 0;  ///< Rows of the tables.
  std::byte* cache_ = nullptr;
  std::size_t slots_ = 0, slot_bytes_ = 0;
  std::vector<AttentionSegment> segments_;
};

class AttentionKernel {
 public:
  explicit AttentionKernel(const Ort::ConstKernelInfo& info)
      : layer_(SizeAttribute(info, "layer", kMostLayers, 0)) {
    shape_.heads = SizeAttribute(info, "heads", kMostHeads);
    shape_.kv_heads = SizeAttribute(info, "kv_heads", kMostHeads);
    shape_.head_size = SizeAttribute(info, "head_size", kMaxHeadSize);
    Require(shape_.heads % shape_.kv_heads == 0 && shape_.head_size % 16 == 0,
            "heads that the kernels do not have");
  }

  void Compute(Ort::KernelContext& context) const {
    AttentionInputs inputs(context, shape_, layer_);
    auto dims = DimsOf(context.GetInput(0));
    dims.back() = static_cast<std::int64_t>(shape_.heads * shape_.head_size);
    if (context.GetInputCount() > kLogitRowsInput) {
      dims[1] = static_cast<std::int64_t>(
          inputs.ChooseQueries(context.GetInput(kLogitRowsInput)));
    }
    float* out = context.GetOutput(0, dims).GetTensorMutableData<float>();
    for (AttentionSegment& segment : inputs.segments()) {
      segment.out = out;
      out += (segment.tokens - segment.first_query) * segment.out_stride;
    }
    Attend(TrustedSimd().simd, inputs.shape(), inputs.segments(),
           ThreadsOf(context));
  }

 private:
  static constexpr std::size_t kLogitRowsInput = 9;
  static constexpr std::int64_t kMostLayers = 1 << 16, kMostHeads = 1 << 16;

  std::size_t layer_;
  AttentionShape shape_;
};

class AddRmsNormKernel {
 public:
  explicit AddRmsNormKernel(const Ort::ConstKernelInfo& info)
      : epsilon_(info.GetAttribute<float>("epsilon")) {}

  void Compute(Ort::KernelContext& context) const {
    const auto x = context.GetInput(0);
    const auto dims = DimsOf(x);
    const auto delta = context.GetInput(1), weight = context.GetInput(2);
    AddRmsNormCall call;
    call.x = x.GetTensorData<float>();
    call.delta = delta.GetTensorData<float>();
    call.weight = weight.GetTensorData<float>();
    call.epsilon = epsilon_;
    call.width = WidthOf(dims);
    call.rows = CountOf(x) / call.width;
    Require(CountOf(delta) == CountOf(x) && CountOf(weight) == call.width,
            "a norm's inputs differ in size");
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
