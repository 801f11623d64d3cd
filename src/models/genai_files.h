// The files beside the graph that onnxruntime-genai reads.
#pragma once

#include <string>

#include "models/decoder_config.h"
#include "models/gguf_vocabulary.h"

namespace dobby {

/// Returns genai_config.json. Source: onnxruntime-genai 0.18, docs.
std::string GenaiConfigJson(const DecoderConfig& config, const ModelText& text);

/// Returns tokenizer_config.json and special_tokens_map.json as the Hugging
/// Face libraries lay them out.
std::string TokenizerConfigJson(const DecoderConfig& config,
                                const ModelText& text);
std::string SpecialTokensJson(const ModelText& text);

}  // namespace dobby
