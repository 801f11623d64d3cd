// Converts the vocabulary of a GGUF file to a tokenizer.json.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/result.h"

namespace dobby {

/// How text becomes tokens; GGUF's `tokenizer.ggml.model` in brackets.
enum class VocabularyKind {
  kByteLevelBpe,      ///< Merges over bytes ("gpt2").
  kSentencePieceBpe,  ///< Scores over characters ("llama").
};

/// What a token is for. Source: GGUF, `tokenizer.ggml.token_type`.
enum class TokenType : std::int32_t {
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,      ///< Never made from plain text.
  kUserDefined = 4,  ///< Matched in plain text before anything else.
  kUnused = 5,
  kByte = 6,  ///< "<0x0A>": stands in for a byte no token covers.
};

/// A vocabulary as GGUF metadata describes it (`tokenizer.ggml.*`).
struct Vocabulary {
  VocabularyKind kind = VocabularyKind::kByteLevelBpe;
  std::vector<std::string> tokens;  ///< The index is the id.
  std::vector<TokenType> types;     ///< One per token; empty: all kNormal.

  std::vector<float> scores;      ///< One a token; kSentencePieceBpe only.
  bool add_space_prefix = false;  ///< kSentencePieceBpe only.

  std::vector<std::string> merges;  ///< "left right", best first;
                                    ///< kByteLevelBpe only.
  std::string pre_tokenizer;  ///< `tokenizer.ggml.pre`, for example "smollm";
                              ///< kByteLevelBpe only.
};

/// Returns every pattern that cuts words of some pre-tokenizer: no other one is
/// in a tokenizer.json that TokenizerJsonOf wrote.
std::vector<std::string_view> KnownSplits();

/// Returns the text of a tokenizer.json that encodes as `vocabulary` says.
/// Errors: kUnsupported names an unknown pre-tokenizer; kCorrupt if the parts
/// do not fit together.
Result<std::string> TokenizerJsonOf(const Vocabulary& vocabulary);

}  // namespace dobby
