#include "engine/ort_fast_executor.h"

#include <utility>

#include "base/pages.h"
#include "kernels/attention.h"
#include "models/fast_graph.h"

namespace dobby {
namespace {

std::size_t BlocksOf(std::size_t tokens) {
  return (tokens + kKvBlock - 1) / kKvBlock;
}

std::size_t BlockBytesOf(const ModelShape& shape) {
  AttentionShape attention;
  attention.head_size = static_cast<std::size_t>(shape.head_size);
  return attention.BlockBytes();
}

}  // namespace

Result<std::unique_ptr<OrtFastExecutor>> OrtFastExecutor::Make(
    const ModelFolder& model, const EngineOptions& options,
    std::size_t sequences) {
  const auto graph = DeriveFastGraph(model);
  if (!graph) return graph.error();
  auto session = OrtSession::Make(graph->bytes, graph->data_folder,
                                  Operators::kAndFast, options);
  if (!session) return session.error();

  const ModelShape& shape = model.shape;
  KvShape kv;
  kv.planes = static_cast<std::size_t>(shape.layers);
  kv.slots = sequences;
  kv.heads = static_cast<std::size_t>(shape.kv_heads);
  kv.head_bytes = RoundUpToPages(
      BlocksOf(static_cast<std::size_t>(shape.context)) * BlockBytesOf(shape));
  auto slab = KvSlab::Reserve(kv);
  if (!slab) return slab.error();
  return std::unique_ptr<OrtFastExecutor>(
      new OrtFastExecutor(std::move(*session), std::move(*slab), shape));
}

OrtFastExecutor::OrtFastExecutor(std::unique_ptr<OrtSession> session,
                                 KvSlab slab, const ModelShape& shape)
    : session_(std::move(session)),
      slab_(std::move(slab)),
      block_bytes_(BlockBytesOf(shape)) {
  const KvShape& kv = slab_.shape();
  limits_.vocab = static_cast<std::size_t>(shape.vocab);
  limits_.max_sequence_tokens = static_cast<std::size_t>(shape.context);
  limits_.max_sequences = kv.slots;
  limits_.same_for_all_cuts = true;
  limits_.kv_bytes_per_token = kv.planes * kv.heads * block_bytes_ / kKvBlock;
}

Result<SequenceId> OrtFastExecutor::Open() {
  const auto slot = slab_.Take();
  if (!slot) return slot.error();
  return static_cast<SequenceId>(*slot);
}

void OrtFastExecutor::Close(SequenceId sequence) {
  slab_.Release(static_cast<std::size_t>(sequence));
}

void OrtFastExecutor::CopyPrefix(SequenceId from, SequenceId to,
                                 std::size_t tokens) {
  slab_.CopyPrefix(static_cast<std::size_t>(from), static_cast<std::size_t>(to),
                   BlocksOf(tokens) * block_bytes_);
}

Result<std::span<const float>> OrtFastExecutor::Step(const RaggedStep& step) {
  constexpr auto kInt64 = ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64;
  constexpr auto kInt32 = ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32;
  step_ = step;
  logits_ = Ort::Value(nullptr);  // Its memory is for this step's.
  ids_.assign(step.input_ids.begin(), step.input_ids.end());
  rows_.assign(step.logit_rows.begin(), step.logit_rows.end());
  const auto tokens = static_cast<std::int64_t>(step.tokens());
  const auto segments = static_cast<std::int64_t>(step.segments());
  const auto wanted = static_cast<std::int64_t>(rows_.size());
  const KvShape& kv = slab_.shape();
  const std::vector<TensorView> inputs = {
      {"input_ids", kInt64, ids_.data(), {1, tokens}},
      {"cu_seqlens", kInt32, step_.cu_seqlens.data(), {segments + 1}},
      {"past_len", kInt32, step_.past_len.data(), {segments}},
      {"sequences", kInt32, step_.sequences.data(), {segments}},
      {"logit_rows", kInt64, rows_.data(), {wanted}},
      {"kv_cache",
       ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8,
       slab_.At(0, 0),
       {static_cast<std::int64_t>(kv.planes),
        static_cast<std::int64_t>(kv.slots),
        static_cast<std::int64_t>(kv.SlotBytes())}}};
  auto logits =
      session_->Run(inputs, {}, "logits",
                    {1, wanted, static_cast<std::int64_t>(limits_.vocab)});
  if (!logits) return logits.error();
  logits_ = std::move(*logits);
  return std::span(logits_.GetTensorData<float>(),
                   rows_.size() * limits_.vocab);
}

}  // namespace dobby
