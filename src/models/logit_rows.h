// Which nodes of a fast graph need to look at the rows of logits only.
#pragma once

#include <vector>

#include "onnx-ml.pb.h"

namespace dobby {

/// Rewrites `nodes`, in their order, so that what is computed for the logits
/// alone is computed for their rows alone: the Gather over `logit_rows` moves
/// towards the inputs, through every operator that works row by row, to the
/// last layer's attention (which gets the rows as its last input, and puts all
/// tokens into the cache as before) and residual stream. Of a prompt without
/// wanted logits that layer computes keys and values only. The logits are the
/// same bits.
void ComputeOnlyLogitRows(std::vector<onnx::NodeProto>& nodes);

}  // namespace dobby
