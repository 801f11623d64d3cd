#include "engine/ort_stock_executor.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/pages.h"
#include "models/portable_graph.h"

namespace dobby {
namespace {

/// Bytes of a token's keys of one head, float32.
std::size_t TokenBytes(const ModelShape& shape) {
  return static_cast<std::size_t>(shape.head_size) * sizeof(float);
}

/// The tokens of a slot: those of the context, and more until a head's rows
/// fill whole pages.
std::size_t WholePagesCapacity(const ModelShape& shape) {
  auto capacity = static_cast<std::size_t>(shape.context);
  while (capacity * TokenBytes(shape) % kPageBytes != 0) ++capacity;
  return capacity;
}

}  // namespace

Result<std::unique_ptr<OrtStockExecutor>> OrtStockExecutor::Make(
    const ModelFolder& model, const EngineOptions& options,
    std::size_t sequences) {
  auto graph = GraphBytes(model, options.accuracy_level);
  if (!graph) return graph.error();
  auto session =
      OrtSession::Make(*graph, model.path, Operators::kStock, options);
  if (!session) return session.error();

  const ModelShape& shape = model.shape;
  const std::size_t capacity = WholePagesCapacity(shape);
  KvShape kv;
  kv.planes = 2 * static_cast<std::size_t>(shape.layers);
  kv.slots = std::max<std::size_t>(sequences, 2);
  kv.heads = static_cast<std::size_t>(shape.kv_heads);
  kv.head_bytes = capacity * TokenBytes(shape);
  auto slab = KvSlab::Reserve(kv);
  if (!slab) return slab.error();
  return std::unique_ptr<OrtStockExecutor>(new OrtStockExecutor(
      std::move(*session), std::move(*slab), shape, capacity));
}

OrtStockExecutor::OrtStockExecutor(std::unique_ptr<OrtSession> session,
                                   KvSlab slab, const ModelShape& shape,
                                   std::size_t capacity)
    : session_(std::move(session)),
      slab_(std::move(slab)),
      shape_(shape),
      capacity_(capacity) {
  const KvShape& kv = slab_.shape();
  limits_.vocab = static_cast<std::size_t>(shape.vocab);
  limits_.max_sequence_tokens = static_cast<std::size_t>(shape.context);
  limits_.max_sequences = kv.slots;
  limits_.kv_bytes_per_token = kv.planes * kv.heads * TokenBytes(shape);
  slot_tokens_.resize(kv.slots);
}

Result<SequenceId> OrtStockExecutor::Open() {
  const auto slot = slab_.Take();
  if (!slot) return slot.error();
  return static_cast<SequenceId>(*slot);
}

void OrtStockExecutor::Close(SequenceId sequence) {
  const auto slot = static_cast<std::size_t>(sequence);
  slab_.Release(slot);
  slot_tokens_[slot] = 0;
}

void OrtStockExecutor::CopyPrefix(SequenceId from, SequenceId to,
                                  std::size_t tokens) {
  slab_.CopyPrefix(static_cast<std::size_t>(from), static_cast<std::size_t>(to),
                   tokens * TokenBytes(shape_));
  slot_tokens_[static_cast<std::size_t>(to)] = tokens;
}

Result<std::span<const float>> OrtStockExecutor::Step(const RaggedStep& step) {
  logits_.resize(step.logit_rows.size() * limits_.vocab);
  if (auto ran = RunSingles(step); !ran) return ran.error();
  for (std::size_t s = 0; s < step.segments(); ++s) {
    if (step.cu_seqlens[s + 1] - step.cu_seqlens[s] < 2) continue;
    if (auto ran = RunSegment(step, s); !ran) return ran.error();
  }
  return std::span<const float>(logits_);
}

/// Runs every segment of one token in one batch over the slots from the
/// lowest to the highest of them. The rows in between are idle: their token
/// goes to the first free position of their slot, where the next real token
/// will overwrite it.
Result<void> OrtStockExecutor::RunSingles(const RaggedStep& step) {
  std::size_t low = limits_.max_sequences, high = 0;
  for (std::size_t s = 0; s < step.segments(); ++s) {
    if (step.cu_seqlens[s + 1] - step.cu_seqlens[s] != 1) continue;
    const auto slot = static_cast<std::size_t>(step.sequences[s]);
    low = std::min(low, slot);
    high = std::max(high, slot + 1);
    slot_tokens_[slot] = static_cast<std::size_t>(step.past_len[s]);
  }
  if (high == 0) return {};
  if (high - low == 1) (high < limits_.max_sequences) ? ++high : --low;

  const std::size_t rows = high - low;
  ids_.assign(rows, 0);
  row_totals_.assign(rows, 0);
  for (std::size_t row = 0; row < rows; ++row) {
    row_totals_[row] = static_cast<std::int64_t>(
        std::min(slot_tokens_[low + row] + 1, limits_.max_sequence_tokens));
  }
  for (std::size_t s = 0; s < step.segments(); ++s) {
    if (step.cu_seqlens[s + 1] - step.cu_seqlens[s] != 1) continue;
    const auto slot = static_cast<std::size_t>(step.sequences[s]);
    ids_[slot - low] =
        step.input_ids[static_cast<std::size_t>(step.cu_seqlens[s])];
    slot_tokens_[slot] = static_cast<std::size_t>(step.past_len[s]) + 1;
  }
  head_rows_.assign(1, 0);
  auto logits = RunRectangle(low, rows, 1);
  if (!logits) return logits.error();
  for (std::size_t i = 0, s = 0; i < step.logit_rows.size(); ++i) {
    while (step.cu_seqlens[s + 1] <= step.logit_rows[i]) ++s;
    if (step.cu_seqlens[s + 1] - step.cu_seqlens[s] != 1) continue;
    CopyLogits(*logits, static_cast<std::size_t>(step.sequences[s]) - low, i);
  }
  return {};
}

Result<void> OrtStockExecutor::RunSegment(const RaggedStep& step,
                                          std::size_t segment) {
  const auto begin = step.cu_seqlens[segment];
  const auto end = step.cu_seqlens[segment + 1];
  const auto slot = static_cast<std::size_t>(step.sequences[segment]);
  ids_.assign(step.input_ids.begin() + begin, step.input_ids.begin() + end);
  row_totals_.assign(1, step.past_len[segment] + end - begin);
  slot_tokens_[slot] = static_cast<std::size_t>(row_totals_[0]);

  head_rows_.clear();
  std::size_t first_out = 0;
  for (std::size_t i = 0; i < step.logit_rows.size(); ++i) {
    const std::int32_t row = step.logit_rows[i];
    if (row < begin || row >= end) continue;
    if (head_rows_.empty()) first_out = i;
    head_rows_.push_back(row - begin);
  }
  const std::size_t wanted = head_rows_.size();
  if (wanted == 0) head_rows_.push_back(end - begin - 1);
  auto logits = RunRectangle(slot, 1, static_cast<std::size_t>(end - begin));
  if (!logits) return logits.error();
  for (std::size_t i = 0; i < wanted; ++i) {
    CopyLogits(*logits, i, first_out + i);
  }
  return {};
}

/// Runs ids_ as [rows, columns] on `rows` slots from `first_slot`, with
/// row_totals_ as their lengths, and returns logits [rows, k, vocab].
Result<Ort::Value> OrtStockExecutor::RunRectangle(std::size_t first_slot,
                                                  std::size_t rows,
                                                  std::size_t columns) {
  const auto longest =
      *std::max_element(row_totals_.begin(), row_totals_.end());
  mask_.assign(rows * static_cast<std::size_t>(longest), 0);
  for (std::size_t row = 0; row < rows; ++row) {
    std::fill_n(mask_.begin() + static_cast<std::ptrdiff_t>(row) * longest,
                row_totals_[row], 1);
  }
  const auto batch = static_cast<std::int64_t>(rows);
  constexpr auto kInt64 = ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64;
  constexpr auto kFloat = ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
  std::vector<TensorView> inputs = {
      {"input_ids",
       kInt64,
       ids_.data(),
       {batch, static_cast<std::int64_t>(columns)}},
      {"attention_mask", kInt64, mask_.data(), {batch, longest}},
      {"logit_rows",
       kInt64,
       head_rows_.data(),
       {static_cast<std::int64_t>(head_rows_.size())}}};
  std::vector<TensorView> outputs;
  const std::vector<std::int64_t> cache = {batch, shape_.kv_heads,
                                           static_cast<std::int64_t>(capacity_),
                                           shape_.head_size};
  for (std::size_t layer = 0; 2 * layer < slab_.shape().planes; ++layer) {
    const std::string l = std::to_string(layer);
    std::byte* keys = slab_.At(2 * layer, first_slot);
    std::byte* values = slab_.At(2 * layer + 1, first_slot);
    inputs.push_back({"past_key_values." + l + ".key", kFloat, keys, cache});
    inputs.push_back(
        {"past_key_values." + l + ".value", kFloat, values, cache});
    outputs.push_back({"present." + l + ".key", kFloat, keys, cache});
    outputs.push_back({"present." + l + ".value", kFloat, values, cache});
  }
  return session_->Run(inputs, outputs, "logits",
                       {batch, static_cast<std::int64_t>(head_rows_.size()),
                        static_cast<std::int64_t>(limits_.vocab)});
}

/// Copies row `row` of [*, *, vocab] logits to row `out` of the result.
void OrtStockExecutor::CopyLogits(const Ort::Value& logits, std::size_t row,
                                  std::size_t out) {
  std::memcpy(logits_.data() + out * limits_.vocab,
              logits.GetTensorData<float>() + row * limits_.vocab,
              limits_.vocab * sizeof(float));
}

}  // namespace dobby
