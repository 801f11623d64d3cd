// model.onnx made ready for a session of the engine.
#pragma once

#include <string>

#include "dobby/model.h"
#include "dobby/result.h"

namespace dobby {

/// Returns the bytes of the folder's model.onnx, for a session made from
/// memory, with two changes: the accuracy_level of every MatMulNBits node is
/// `accuracy_level` (-1: as it is), and `logit_rows`, int64 [k], is an input:
/// the positions of `seq` that get logits, which become [batch, k, vocab].
/// Errors: kModel when the file is missing or no ONNX model; as
/// CheckPortableGraph where it holds what no import writes.
Result<std::string> GraphBytes(const ModelFolder& model, int accuracy_level);

}  // namespace dobby
