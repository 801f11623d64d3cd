#include "engine/scheduler.h"

#include <algorithm>
#include <limits>

namespace dobby {
namespace {

bool Decodes(const SequenceView& view) {
  return view.computed_tokens >= view.prompt_tokens;
}

/// Returns the weights of a decoder's matrices, near enough: a tied head is
/// counted once.
double WeightsOf(const ModelShape& shape) {
  const auto number = [](std::int64_t size) {
    return static_cast<double>(size);
  };
  const double width = number(shape.width);
  const double attention =
      2 * width * number((shape.heads + shape.kv_heads) * shape.head_size);
  const double feed_forward = 3 * width * number(shape.ffn_width);
  return number(shape.vocab) * width +
         number(shape.layers) * (attention + feed_forward);
}

}  // namespace

std::size_t DecodingTokensOf(const ModelShape& shape,
                             std::uint64_t budget_bytes,
                             const ExecutorLimits& limits) {
  constexpr double kKvOfWeights = 3.0 / 7;
  double tokens = std::numeric_limits<std::int32_t>::max();
  const auto kv_numbers =
      static_cast<double>(2 * shape.layers * shape.kv_heads * shape.head_size);
  if (kv_numbers > 0) {
    tokens = std::min(tokens, kKvOfWeights * WeightsOf(shape) / kv_numbers);
  }
  if (limits.kv_bytes_per_token > 0) {
    tokens =
        std::min(tokens, static_cast<double>(budget_bytes) / 2 /
                             static_cast<double>(limits.kv_bytes_per_token));
  }
  return static_cast<std::size_t>(std::max(tokens, 1.0));
}

std::vector<PlannedSegment> Scheduler::Plan(
    std::span<const SequenceView> views) const {
  std::vector<PlannedSegment> plan;
  std::size_t decoding_tokens = 0;
  for (std::size_t i = 0; i < views.size(); ++i) {
    if (!Decodes(views[i])) continue;
    plan.push_back({i, views[i].computed_tokens, views[i].total_tokens, true});
    decoding_tokens += views[i].total_tokens;
  }
  if (decoding_tokens >= decoding_tokens_) return plan;
  std::size_t prefill_tokens = 0;
  for (std::size_t i = 0; i < views.size(); ++i) {
    if (Decodes(views[i])) continue;
    const std::size_t end = ChunkEnd(views[i]);
    const std::size_t tokens = end - views[i].computed_tokens;
    if (prefill_tokens > 0 && prefill_tokens + tokens > chunk_tokens_) break;
    prefill_tokens += tokens;
    plan.push_back(
        {i, views[i].computed_tokens, end, end == views[i].prompt_tokens});
  }
  return plan;
}

/// Returns where the chunk that starts at computed_tokens ends: at the next
/// multiple of chunk_tokens, counted from the start of the prompt and again
/// from the end of the shared prefix.
std::size_t Scheduler::ChunkEnd(const SequenceView& view) const {
  const bool in_prefix = view.computed_tokens < view.shared_prefix_tokens;
  const std::size_t origin = in_prefix ? 0 : view.shared_prefix_tokens;
  const std::size_t limit =
      in_prefix ? view.shared_prefix_tokens : view.prompt_tokens;
  const std::size_t done = (view.computed_tokens - origin) / chunk_tokens_;
  return std::min(origin + (done + 1) * chunk_tokens_, limit);
}

}  // namespace dobby
