// Builds the ONNX graph of every architecture, by one recipe.
#pragma once

#include "models/decoder_config.h"
#include "models/onnx_graph.h"
#include "models/tensor_importer.h"

namespace dobby {

/// int64 [k], positions in `seq` (or, negative, from its end) whose logits
/// are computed. {-1} in the file: programs that allocate the output before
/// the run, as onnxruntime-genai does, must know its shape.
inline constexpr const char* kLogitRows = "logit_rows";

/// Writes the decoder into `graph`, its weights through `tensors` (whose
/// Finish says whether all went well).
///
/// Inputs: input_ids int64 [batch, seq]; attention_mask int64 [batch,
/// total_len], ones for what counts, padding at the end; for each layer
/// past_key_values.N.{key,value} float [batch, kv_heads, past, head_size].
/// Outputs: logits float [batch, 1, vocab], of the last position; for each
/// layer present.N.{key,value} float [batch, kv_heads, total_len, head_size].
/// Which positions get logits is the constant kLogitRows, which GraphBytes
/// turns into an input.
///
/// Source of the operators: ONNX Runtime 1.32, docs/ContribOperators.md.
void BuildDecoder(const DecoderConfig& config, TensorImporter& tensors,
                  OnnxGraph& graph);

}  // namespace dobby
