// Text to token ids and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/result.h"

namespace dobby {

using TokenId = std::int32_t;

/// A Hugging Face tokenizer. Immutable: any number of threads may use one.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// Returns the ids of `text` as plain text: no text ever becomes a control
  /// token. Runs of white space over 1,000 characters are encoded piece by
  /// piece. Bytes that no token of the vocabulary covers (for SmolLM2 six ASCII
  /// control characters) are left out. Errors: kCorrupt when `text` is not
  /// UTF-8.
  virtual Result<std::vector<TokenId>> Encode(std::string_view text) const = 0;

  /// Like Encode, but names of control tokens in `text` become those tokens.
  /// Only for text that dobby or the model's template wrote.
  virtual Result<std::vector<TokenId>> EncodeTrusted(
      std::string_view text) const = 0;

  /// Returns the text of `ids` without control tokens; bytes that are not UTF-8
  /// become U+FFFD. Errors: kUsage for an unknown id.
  virtual Result<std::string> Decode(std::span<const TokenId> ids) const = 0;

  /// Returns the number of ids, added tokens included.
  virtual std::size_t vocab_size() const = 0;

  /// Returns the id of the control or ordinary token written `name`, or -1.
  virtual TokenId IdOf(std::string_view name) const = 0;

  virtual bool IsControl(TokenId id) const = 0;
};

/// Loads a `tokenizer.json` (BPE models only).
/// Errors: kNotFound, kIo, kCorrupt, kTooLarge above 256 MiB.
Result<std::shared_ptr<const Tokenizer>> LoadTokenizer(
    const std::string& tokenizer_json_path);

}  // namespace dobby
