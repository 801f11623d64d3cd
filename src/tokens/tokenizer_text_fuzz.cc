// Any text, given to good tokenizers of both kinds: it comes back as it was,
// and never as a control token.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fuzz_target.h"
#include "base/utf8.h"
#include "dobby/tokenizer.h"
#include "tokens/vocabulary.h"

namespace dobby {
namespace {

using Loaded = std::shared_ptr<const Tokenizer>;

Loaded LoadedFrom(const Vocabulary& vocabulary) {
  const FuzzFolder folder;
  const auto json = TokenizerJsonOf(vocabulary);
  Require(json.has_value(), "a vocabulary becomes a tokenizer.json");
  auto tokenizer = LoadTokenizer(folder.Write("tokenizer.json", *json));
  Require(tokenizer.has_value(), "a tokenizer.json can be read");
  return *tokenizer;
}

std::string Utf8Of(std::uint32_t code) {
  std::string text;
  if (code < 0x80) return {static_cast<char>(code)};
  text += static_cast<char>(0xC0 | code >> 6);
  text += static_cast<char>(0x80 | (code & 0x3F));
  return text;
}

/// The 256 bytes as GPT-2 writes them, three control tokens, some merges.
Loaded ByteLevel(const std::string& pre_tokenizer) {
  Vocabulary vocabulary;
  vocabulary.pre_tokenizer = pre_tokenizer;
  vocabulary.tokens = {"<|endoftext|>", "<|im_start|>", "<|im_end|>"};
  vocabulary.types.assign(3, TokenType::kControl);
  std::uint32_t hidden = 256;
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    const bool shown =
        (byte >= 33 && byte <= 126) || (byte >= 161 && byte != 173);
    vocabulary.tokens.push_back(Utf8Of(shown ? byte : hidden++));
  }
  for (const char* merge : {"\xC4\xA0 t", "h e", "i n", "1 2", "\xC3 \xA9"}) {
    const std::string pair = merge;
    vocabulary.merges.push_back(pair);
    std::string both = pair;
    both.erase(both.find(' '), 1);
    vocabulary.tokens.push_back(both);
    if (vocabulary.merges.size() == 4) break;  // The last is no UTF-8.
  }
  vocabulary.types.resize(vocabulary.tokens.size(), TokenType::kNormal);
  return LoadedFrom(vocabulary);
}

Loaded SentencePiece() {
  Vocabulary vocabulary;
  vocabulary.kind = VocabularyKind::kSentencePieceBpe;
  vocabulary.tokens = {"<unk>", "<s>", "</s>"};
  vocabulary.types = {TokenType::kUnknown, TokenType::kControl,
                      TokenType::kControl};
  for (int byte = 0; byte < 256; ++byte) {
    char name[8];
    std::snprintf(name, sizeof name, "<0x%02X>", byte);
    vocabulary.tokens.emplace_back(name);
    vocabulary.types.push_back(TokenType::kByte);
  }
  for (const char* piece :
       {"\xE2\x96\x81", "t", "h", "e", "th", "the", "\xE2\x96\x81the", "n"}) {
    vocabulary.tokens.emplace_back(piece);
    vocabulary.types.push_back(TokenType::kNormal);
  }
  for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i) {
    vocabulary.scores.push_back(-static_cast<float>(i));
  }
  return LoadedFrom(vocabulary);
}

void Check(const Tokenizer& tokenizer, const std::string& text,
           const std::string& normal) {
  const auto ids = tokenizer.Encode(text);
  Require(ids.has_value(), "UTF-8 can be encoded");
  for (const TokenId id : *ids) {
    Require(id >= 0 && static_cast<std::size_t>(id) < tokenizer.vocab_size() &&
                !tokenizer.IsControl(id),
            "plain text gives tokens of the vocabulary, none of control");
  }
  const auto decoded = tokenizer.Decode(*ids);
  Require(decoded.has_value() && *decoded == normal,
          "decoded text is what was encoded");
  Require(tokenizer.EncodeTrusted(text).has_value(),
          "trusted UTF-8 can be encoded");
}

}  // namespace

/// A byte for the tokenizer, and the text.
DOBBY_FUZZ_TARGET(tokenizer_text) {
  static const Loaded tokenizers[] = {
      ByteLevel("smollm"), ByteLevel("llama-bpe"), ByteLevel("deepseek-coder"),
      ByteLevel("gpt-2"),  ByteLevel("default"),   SentencePiece()};
  const std::size_t which = TakeChoice(input, std::size(tokenizers));
  const Tokenizer& tokenizer = *tokenizers[which];
  if (!IsUtf8(input)) {
    Require(!tokenizer.Encode(input).has_value(),
            "what isn't UTF-8 is refused");
  }
  const std::string text = ReplaceInvalidUtf8(input);
  // SentencePiece writes a blank as this character: it comes back as one.
  if (text.find("\xE2\x96\x81") != std::string::npos) return;
  Check(tokenizer, text, text);
}

}  // namespace dobby
