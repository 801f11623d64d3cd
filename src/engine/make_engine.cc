// Engines for model folders, and plain logits.
#include <time.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/cpus.h"
#include "engine/batch_engine.h"
#include "engine/ort_fast_executor.h"
#include "engine/ort_stock_executor.h"
#include "kernels/trusted_simd.h"

namespace dobby {
namespace {

double CpuSeconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

EngineOptions Resolved(EngineOptions options) {
  if (options.threads <= 0) options.threads = AvailableCpus();
  options.agents = std::max<std::size_t>(options.agents, 1);
  options.prefill_chunk_tokens =
      std::max<std::size_t>(options.prefill_chunk_tokens, 16);
  if (options.memory_budget_bytes == 0) {
    options.memory_budget_bytes = AvailableMemoryBytes() / 2;
  }
  return options;
}

/// Says what kAuto means: dobby's operators, unless an activation level is
/// asked for, which only the stock ones have, or there is no AVX2.
void ChooseExecutor(EngineOptions& options) {
  const bool scalar = TrustedSimd().simd == Simd::kScalar;
  if (scalar) options.stock_reason = "dobby's operators want a CPU with AVX2";
  options.executor = scalar || options.accuracy_level >= 0
                         ? ExecutorKind::kStock
                         : ExecutorKind::kFast;
}

/// Whether the stock operators can stand in: the model has something that
/// dobby's lack, or their weights can't be kept in the cache.
bool StockMayStandIn(const Error& error) {
  return error.code == ErrorCode::kUnsupported || error.code == ErrorCode::kIo;
}

/// Makes the executor; options.executor becomes its kind.
Result<std::unique_ptr<ModelExecutor>> MakeExecutor(const ModelFolder& model,
                                                    std::size_t sequences,
                                                    EngineOptions& options) {
  const bool automatic = options.executor == ExecutorKind::kAuto;
  if (automatic) ChooseExecutor(options);
  if (options.executor == ExecutorKind::kFast) {
    auto fast = OrtFastExecutor::Make(model, options, sequences);
    if (fast) return std::unique_ptr<ModelExecutor>(std::move(*fast));
    if (!automatic || !StockMayStandIn(fast.error())) return fast.error();
    options.executor = ExecutorKind::kStock;
    options.stock_reason = fast.error().ToString();
  }
  auto stock = OrtStockExecutor::Make(model, options, sequences);
  if (!stock) return stock.error();
  return std::unique_ptr<ModelExecutor>(std::move(*stock));
}

}  // namespace

Result<std::unique_ptr<Engine>> MakeEngine(const ModelFolder& model,
                                           const EngineOptions& options) {
  EngineOptions resolved = Resolved(options);
  auto tokenizer = LoadTokenizer(model.FilePath("tokenizer.json"));
  if (!tokenizer) {
    Error error = tokenizer.error();
    error.code = ErrorCode::kModel;
    return error;
  }
  auto executor = MakeExecutor(model, resolved.agents + kMaxPrefixes, resolved);
  if (!executor) return executor.error();
  ReturnFreedMemory();  // What loading took; 9 MB with SmolLM2-135M.
  return std::unique_ptr<Engine>(std::make_unique<BatchEngine>(
      EngineParts{model, std::move(*tokenizer), std::move(*executor),
                  SteadySeconds, CpuSeconds},
      resolved));
}

std::string KernelIsa() { return std::string(NameOf(TrustedSimd().simd)); }

std::string KernelWarning() { return TrustedSimd().warning; }

Result<LogitRows> ComputeLogits(const ModelFolder& model,
                                const EngineOptions& options,
                                std::span<const TokenId> ids, bool last_only) {
  EngineOptions resolved = Resolved(options);
  auto executor = MakeExecutor(model, 2, resolved);
  if (!executor) return executor.error();
  const ExecutorLimits& limits = (*executor)->limits();
  if (auto fits = CheckTokens(ids, 0, limits); !fits) return fits.error();
  auto sequence = (*executor)->Open();
  if (!sequence) return sequence.error();
  LogitRows result;
  result.vocab = limits.vocab;
  const std::size_t chunk = resolved.prefill_chunk_tokens;
  for (std::size_t begin = 0; begin < ids.size(); begin += chunk) {
    const std::size_t n = std::min(chunk, ids.size() - begin);
    RaggedStep step;
    const bool last = begin + n == ids.size();
    step.Add(*sequence, begin, ids.subspan(begin, n),
             last_only ? std::size_t{last} : n);
    auto logits = (*executor)->Step(step);
    if (!logits) return logits.error();
    result.values.insert(result.values.end(), logits->begin(), logits->end());
  }
  result.rows = result.values.size() / result.vocab;
  return result;
}

}  // namespace dobby
