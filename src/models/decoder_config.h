// The sizes and constants of one decoder, read from GGUF metadata.
#pragma once

#include <string>

#include "dobby/model.h"
#include "dobby/result.h"
#include "models/architecture.h"
#include "models/gguf.h"

namespace dobby {

/// Longer contexts are cut to this: the rotary tables of a longer one would
/// be larger than most models' weights.
inline constexpr std::int64_t kMaxContext = 131072;

/// One decoder: its kind, sizes and constants.
struct DecoderConfig {
  const Architecture* architecture = nullptr;
  ModelShape shape;
  float rms_epsilon = 1e-5f;
  double rope_theta = 10000;
  double rope_scale = 1;  ///< Positions are divided by it ("linear" scaling).
};

/// Returns the decoder that `file` describes; the vocabulary's size is that
/// of its embedding.
/// Errors: kUnsupported (architecture, mixture of experts, rope scaling other
/// than linear, partial rotation), kCorrupt (a key is missing or absurd).
Result<DecoderConfig> ReadDecoderConfig(const GgufFile& file);

}  // namespace dobby
