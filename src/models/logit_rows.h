// Restricts the end of a fast graph to the rows whose logits are wanted.
#pragma once

#include <vector>

#include "onnx-ml.pb.h"

namespace dobby {

/// Rewrites `nodes`, keeping their order, so that work that only serves logits
/// is done only for the wanted rows. The Gather over `logit_rows` moves towards
/// the inputs, through every row-wise operator, to the residual stream and the
/// attention of the last layer. That attention gets the rows as its last input
/// and still puts all tokens into the cache. If a prefill chunk needs no
/// logits, the last layer only fills the cache. The logits are the same bits.
void ComputeOnlyLogitRows(std::vector<onnx::NodeProto>& nodes);

}  // namespace dobby
