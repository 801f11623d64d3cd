// Tiny models with random weights, for tests that need a real model folder.
#pragma once

#include <cstdint>
#include <string>

#include "dobby/model.h"
#include "dobby/result.h"
#include "models/tensor_type.h"

namespace dobby {

/// A llama model of some 100 KB. Its files are valid, its text is gibberish.
struct SyntheticGguf {
  /// Of all matrices: kF32, kQ4_0 or kQ8_0.
  TensorType weights = TensorType::kQ8_0;
  /// `vocab` is not used: the vocabulary is given.
  ModelShape shape = {.layers = 2,
                      .width = 64,
                      .ffn_width = 128,
                      .heads = 4,
                      .kv_heads = 2,
                      .head_size = 16,
                      .vocab = 0,
                      .context = 4096};
  std::uint64_t seed = 1;
};

/// Returns the bytes of a GGUF file: the same for the same options. Its
/// vocabulary is byte-level BPE ("smollm") with the control tokens
/// <|endoftext|> (0), <|im_start|> (1) and <|im_end|> (2, the end token), 256
/// byte tokens and a few merges; the chat template is ChatML.
/// `width`, `ffn_width` and heads * head_size are multiples of 32.
std::string SyntheticGgufBytes(const SyntheticGguf& options);

/// Writes these bytes to `path`. Errors: kIo.
Result<void> WriteSyntheticGguf(const std::string& path,
                                const SyntheticGguf& options);

}  // namespace dobby
