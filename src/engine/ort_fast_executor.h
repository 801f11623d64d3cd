// Runs the model with dobby's own operators; a ragged step is one run.
#pragma once

#include <memory>
#include <vector>

#include "dobby/engine.h"
#include "dobby/model.h"
#include "engine/kv_slab.h"
#include "engine/model_executor.h"
#include "engine/ort_session.h"

namespace dobby {

/// Every operator computes a token's row alone or from its own sequence, so all
/// segments of a step go through the graph together, without padding.
class OrtFastExecutor : public ModelExecutor {
 public:
  /// `sequences`: the most that may be open at once. Errors: kUnsupported (the
  /// model has an operator that the fast graph lacks), kModel, kIo.
  static Result<std::unique_ptr<OrtFastExecutor>> Make(
      const ModelFolder& model, const EngineOptions& options,
      std::size_t sequences);

  const ExecutorLimits& limits() const override { return limits_; }
  Result<SequenceId> Open() override;
  void Close(SequenceId sequence) override;
  void CopyPrefix(SequenceId from, SequenceId to, std::size_t tokens) override;
  Result<std::span<const float>> Step(const RaggedStep& step) override;
  void Interrupt() override { session_->Interrupt(); }

 private:
  OrtFastExecutor(std::unique_ptr<OrtSession> session, KvSlab slab,
                  const ModelShape& shape);

  std::unique_ptr<OrtSession> session_;
  KvSlab slab_;  ///< A plane for each layer: keys and values in blocks.
  std::size_t block_bytes_ = 0;
  ExecutorLimits limits_;

  // Inputs of one run, kept to reuse their memory, and its result.
  RaggedStep step_;
  std::vector<std::int64_t> ids_;   ///< [T]
  std::vector<std::int64_t> rows_;  ///< [L]
  Ort::Value logits_{nullptr};      ///< [1, L, vocab]
};

}  // namespace dobby
