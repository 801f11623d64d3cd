// dobby's own operators for ONNX Runtime, domain "dobby", version 1.
#pragma once

#include <onnxruntime_cxx_api.h>

namespace dobby {

/// Returns the domain, to be added to a session. T is the tokens of a step, R
/// its segments; weights are panels as in kernels/packed_matrix.h.
///
///   Embedding(ids int64 [1, T], codes, scales) -> float [1, T, columns]
///   Linear(x float [.., columns], codes, scales, bias?) -> [.., rows]
///   GatedLinear(x, codes, scales) -> silu(x G^T) * (x U^T), [.., rows / 2],
///       panels of G and U in turn
///     attributes of these: bits, rows, columns
///   AddRmsNorm(x, delta, weight) -> norm of x + delta, and x + delta
///     attribute: epsilon
///   Attention(q, k?, v?, cos, sin, cu_seqlens int32 [R+1], past_len int32 [R],
///       sequences int32 [R], kv_cache uint8 [layers, slots, slot bytes],
///       logit_rows? int64 [k])
///       -> float [1, T, heads * head_size]
///     attributes: layer, heads, kv_heads, head_size. Without k and v, q holds
///     all three. kv_cache is changed in place: the slot of each segment gets
///     its new tokens, in the layout of kernels/attention.h.
const Ort::CustomOpDomain& FastOperators();

}  // namespace dobby
