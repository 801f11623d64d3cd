#include "models/genai_files.h"

#include <nlohmann/json.hpp>

namespace dobby {
namespace {

using nlohmann::json;

TokenId PadOf(const ModelText& text) {
  if (text.pad >= 0) return text.pad;
  return text.eos.empty() ? 0 : text.eos.front();
}

std::string EosText(const ModelText& text) {
  return text.eos.empty() ? "" : text.TextOf(text.eos.front());
}

json DecoderJson(const DecoderConfig& config) {
  const ModelShape& shape = config.shape;
  return {{"session_options", {{"provider_options", json::array()}}},
          {"filename", "model.onnx"},
          {"head_size", shape.head_size},
          {"hidden_size", shape.width},
          {"num_attention_heads", shape.heads},
          {"num_hidden_layers", shape.layers},
          {"num_key_value_heads", shape.kv_heads},
          {"inputs",
           {{"input_ids", "input_ids"},
            {"attention_mask", "attention_mask"},
            {"past_key_names", "past_key_values.%d.key"},
            {"past_value_names", "past_key_values.%d.value"}}},
          {"outputs",
           {{"logits", "logits"},
            {"present_key_names", "present.%d.key"},
            {"present_value_names", "present.%d.value"}}}};
}

}  // namespace

std::string GenaiConfigJson(const DecoderConfig& config,
                            const ModelText& text) {
  const json model = {{"type", config.architecture->name},
                      {"bos_token_id", text.bos < 0 ? PadOf(text) : text.bos},
                      {"eos_token_id", text.eos},
                      {"pad_token_id", PadOf(text)},
                      {"context_length", config.shape.context},
                      {"vocab_size", config.shape.vocab},
                      {"decoder", DecoderJson(config)}};
  const json search = {{"do_sample", false},
                       {"max_length", config.shape.context},
                       {"past_present_share_buffer", true}};
  return json{{"model", model}, {"search", search}}.dump(2) + "\n";
}

std::string TokenizerConfigJson(const DecoderConfig& config,
                                const ModelText& text) {
  const bool byte_level = text.vocabulary.kind == VocabularyKind::kByteLevelBpe;
  json out = {
      {"tokenizer_class", byte_level ? "GPT2Tokenizer" : "LlamaTokenizer"},
      {"add_bos_token", text.add_bos},
      {"add_prefix_space", text.vocabulary.add_space_prefix},
      {"clean_up_tokenization_spaces", false},
      {"model_max_length", config.shape.context}};
  if (text.bos >= 0) out["bos_token"] = text.TextOf(text.bos);
  if (!text.eos.empty()) out["eos_token"] = EosText(text);
  out["pad_token"] = text.TextOf(PadOf(text));
  if (!text.chat_template.empty()) out["chat_template"] = text.chat_template;
  return out.dump(2) + "\n";
}

std::string SpecialTokensJson(const ModelText& text) {
  json out = json::object();
  if (text.bos >= 0) out["bos_token"] = text.TextOf(text.bos);
  if (!text.eos.empty()) out["eos_token"] = EosText(text);
  out["pad_token"] = text.TextOf(PadOf(text));
  return out.dump(2) + "\n";
}

}  // namespace dobby
