// Builds the graph of dobby's own operators from a portable graph.
#pragma once

#include <string>

#include "dobby/model.h"
#include "dobby/result.h"

namespace dobby {

/// A graph with operators of the domain "dobby", version 1.
struct FastGraph {
  std::string bytes;        ///< Of a ModelProto.
  std::string data_folder;  ///< Absolute; the external data is found there.
};

/// Returns the graph of `model` over one packed, ragged batch. Packs the
/// weights first (see EnsurePackedWeights) if that was not done before.
///
/// Inputs: input_ids int64 [1, tokens]; cu_seqlens int32 [r1]; past_len int32
/// [r]; sequences int32 [r]; kv_cache uint8 [layers, slots, slot_bytes];
/// logit_rows int64 [k]. Output: logits float [1, k, vocab].
///
/// Operators of the domain, with integer attributes; matrices are `codes`
/// uint8 [panels, groups, bytes] and `scales` float16 [panels, groups, 16] as
/// in kernels/packed_matrix.h, [rows, columns] of `bits` bits each:
///   Embedding(input_ids, codes, scales): bits, rows, columns.
///   Linear(x, codes, scales[, bias]): bits, rows, columns.
///   GatedLinear(x, codes, scales): bits, rows (of gate and up together),
///     columns. Panels alternate between gate and up; the result is
///     silu(gate) * up, rows / 2 wide.
///   Attention(q, k, v, cos_cache, sin_cache, cu_seqlens, past_len, sequences,
///     kv_cache[, logit_rows]): layer, heads, kv_heads, head_size. k and v are
///     left out if q holds all three side by side. Only the last layer has
///     logit_rows, the last rows of their segments, and computes only these
///     (models/logit_rows.h).
/// AddRmsNorm(x, delta, weight) has a float attribute, epsilon, and gives the
/// norm of x + delta and the sum itself. Other norms and element-wise operators
/// stay ONNX Runtime's. A matrix that several nodes use is stored once.
///
/// Errors: kUnsupported names what the fast graph lacks (the portable one can
/// still be run); kModel if the folder is damaged; kIo if the packed weights
/// cannot be written.
Result<FastGraph> DeriveFastGraph(const ModelFolder& model);

}  // namespace dobby
