// The portable graph, run with ONNX Runtime's own operators.
#pragma once

#include <memory>
#include <vector>

#include "dobby/engine.h"
#include "dobby/model.h"
#include "engine/kv_slab.h"
#include "engine/model_executor.h"
#include "engine/ort_session.h"

namespace dobby {

/// Stock GroupQueryAttention takes one rectangle of tokens at a time, so a
/// ragged step becomes several runs: all segments of one token together (in
/// one batch over neighbouring slots), each longer one alone.
///
/// MatMulNBits has other kernels for one row than for several, which round
/// differently (measured: AVX2, 4 bits, level 4). A batch of single tokens is
/// therefore never narrower than two rows; above that, rows do not influence
/// each other.
class OrtStockExecutor : public ModelExecutor {
 public:
  /// `sequences` is how many may be open at once. Errors: kModel (does not
  /// load, or is not the graph of its manifest), kUnsupported, kIo.
  static Result<std::unique_ptr<OrtStockExecutor>> Make(
      const ModelFolder& model, const EngineOptions& options,
      std::size_t sequences);

  const ExecutorLimits& limits() const override { return limits_; }
  Result<SequenceId> Open() override;
  void Close(SequenceId sequence) override;
  void CopyPrefix(SequenceId from, SequenceId to, std::size_t tokens) override;
  Result<std::span<const float>> Step(const RaggedStep& step) override;
  void Interrupt() override { session_->Interrupt(); }

 private:
  OrtStockExecutor(std::unique_ptr<OrtSession> session, KvSlab slab,
                   const ModelShape& shape, std::size_t capacity);

  Result<void> RunSingles(const RaggedStep& step);
  Result<void> RunSegment(const RaggedStep& step, std::size_t segment);
  Result<Ort::Value> RunRectangle(std::size_t first_slot, std::size_t rows,
                                  std::size_t columns);
  void CopyLogits(const Ort::Value& logits, std::size_t row, std::size_t out);

  std::unique_ptr<OrtSession> session_;
  KvSlab slab_;  ///< Planes: the keys of layer 0, its values, ...
  ModelShape shape_;
  std::size_t capacity_;  ///< Tokens of a slot, at least those of the context.
  ExecutorLimits limits_;
  std::vector<std::size_t> slot_tokens_;  ///< [slots], in the cache.

  // Inputs of one run, kept to reuse their memory.
  std::vector<std::int64_t> ids_;         ///< [rows, columns]
  std::vector<std::int64_t> row_totals_;  ///< [rows], past and new tokens.
  std::vector<std::int64_t> mask_;        ///< [rows, longest total]
  std::vector<std::int64_t> head_rows_;   ///< [k], positions for the head.
  std::vector<float> logits_;             ///< [L, vocab]
};

}  // namespace dobby
