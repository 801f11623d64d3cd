// The tokenizer and the special tokens in a GGUF file.
#pragma once

#include <string>
#include <vector>

#include "dobby/result.h"
#include "dobby/tokenizer.h"
#include "models/gguf.h"
#include "tokens/vocabulary.h"

namespace dobby {

/// All metadata of a model that is about text.
struct ModelText {
  Vocabulary vocabulary;
  bool add_bos = false;  ///< Put `bos` in front of every text.
  TokenId bos = -1;      ///< -1: there is none.
  std::vector<TokenId>
      eos;  ///< Any of them ends a text; the model's own first.
  TokenId pad = -1;
  std::string chat_template;  ///< Jinja; empty: none.

  /// Returns the text of a token; empty for -1.
  std::string TextOf(TokenId id) const;
};

/// Reads `tokenizer.*`. `vocab` is the number of rows of the embedding.
/// Errors: kCorrupt (more tokens than rows, ids outside, text that is not
/// UTF-8), kUnsupported (a tokenizer of another kind).
Result<ModelText> ReadModelText(const GgufFile& file, std::int64_t vocab);

}  // namespace dobby
