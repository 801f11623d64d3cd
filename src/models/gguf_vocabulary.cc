#include "models/gguf_vocabulary.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/utf8.h"

namespace dobby {
namespace {

/// Control tokens that end a turn in the chat formats of known models, whose
/// metadata often name only one of several.
constexpr std::array<std::string_view, 8> kTurnEnds = {
    "<|im_end|>",    "<|endoftext|>",       "<|eot_id|>", "<|end_of_text|>",
    "<end_of_turn>", "<|end_of_sentence|>", "<|end|>",    "<|EOT|>"};

Error Corrupt(const GgufFile& file, std::string message) {
  return {ErrorCode::kCorrupt, std::move(message), file.path()};
}

std::vector<std::string> Owned(const std::vector<std::string_view>& views) {
  return {views.begin(), views.end()};
}

Result<Vocabulary> ReadVocabulary(const GgufFile& file) {
  Vocabulary vocabulary;
  const auto model = file.String("tokenizer.ggml.model");
  if (!model) return Corrupt(file, "no tokenizer in the metadata");
  if (*model == "gpt2") {
    vocabulary.kind = VocabularyKind::kByteLevelBpe;
  } else if (*model == "llama") {
    vocabulary.kind = VocabularyKind::kSentencePieceBpe;
  } else {
    return Error{
        ErrorCode::kUnsupported,
        "a tokenizer of kind '" + std::string(*model) + "' is not supported",
        file.path()};
  }
  vocabulary.tokens = Owned(file.Strings("tokenizer.ggml.tokens"));
  vocabulary.merges = Owned(file.Strings("tokenizer.ggml.merges"));
  vocabulary.scores = file.Floats("tokenizer.ggml.scores");
  for (const std::int32_t type : file.Ints("tokenizer.ggml.token_type")) {
    vocabulary.types.push_back(static_cast<TokenType>(type));
  }
  vocabulary.pre_tokenizer =
      file.String("tokenizer.ggml.pre").value_or("default");
  vocabulary.add_space_prefix =
      vocabulary.kind == VocabularyKind::kSentencePieceBpe &&
      file.Bool("tokenizer.ggml.add_space_prefix").value_or(true);
  return vocabulary;
}

bool AllUtf8(const std::vector<std::string>& strings) {
  return std::all_of(strings.begin(), strings.end(),
                     [](const std::string& text) { return IsUtf8(text); });
}

/// Returns the id under `key`, -1 when there is none.
Result<TokenId> ReadId(const GgufFile& file, const char* key,
                       std::size_t tokens) {
  const auto id = file.Uint(key);
  if (!id) return TokenId{-1};
  if (*id < tokens) return static_cast<TokenId>(*id);
  return Corrupt(file, "metadata key '" + std::string(key) + "' is " +
                           std::to_string(*id) + " but there are " +
                           std::to_string(tokens) + " tokens");
}

void AddOnce(std::vector<TokenId>& ids, TokenId id) {
  if (id < 0 || std::find(ids.begin(), ids.end(), id) != ids.end()) return;
  ids.push_back(id);
}

void AddTurnEnds(const Vocabulary& vocabulary, std::vector<TokenId>& eos) {
  if (vocabulary.types.size() != vocabulary.tokens.size()) return;
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    const bool control = vocabulary.types[id] == TokenType::kControl;
    if (control && std::find(kTurnEnds.begin(), kTurnEnds.end(),
                             vocabulary.tokens[id]) != kTurnEnds.end()) {
      AddOnce(eos, static_cast<TokenId>(id));
    }
  }
}

}  // namespace

std::string ModelText::TextOf(TokenId id) const {
  if (id < 0) return "";
  return vocabulary.tokens[static_cast<std::size_t>(id)];
}

Result<ModelText> ReadModelText(const GgufFile& file, std::int64_t vocab) {
  ModelText text;
  auto vocabulary = ReadVocabulary(file);
  if (!vocabulary) return vocabulary.error();
  text.vocabulary = *std::move(vocabulary);
  const std::size_t tokens = text.vocabulary.tokens.size();
  if (tokens == 0 || tokens > static_cast<std::size_t>(vocab)) {
    return Corrupt(file, std::to_string(tokens) + " tokens, but " +
                             std::to_string(vocab) + " rows of the embedding");
  }
  text.chat_template = file.String("tokenizer.chat_template").value_or("");
  if (!AllUtf8(text.vocabulary.tokens) || !AllUtf8(text.vocabulary.merges) ||
      !IsUtf8(text.chat_template)) {
    return Corrupt(file, "the tokenizer's texts are not UTF-8");
  }
  const auto bos = ReadId(file, "tokenizer.ggml.bos_token_id", tokens);
  const auto eos = ReadId(file, "tokenizer.ggml.eos_token_id", tokens);
  const auto eot = ReadId(file, "tokenizer.ggml.eot_token_id", tokens);
  const auto pad = ReadId(file, "tokenizer.ggml.padding_token_id", tokens);
  for (const auto* id : {&bos, &eos, &eot, &pad}) {
    if (!*id) return id->error();
  }
  text.bos = *bos;
  text.pad = *pad;
  AddOnce(text.eos, *eos);
  AddOnce(text.eos, *eot);
  AddTurnEnds(text.vocabulary, text.eos);
  const bool by_default =
      text.vocabulary.kind == VocabularyKind::kSentencePieceBpe;
  text.add_bos = text.bos >= 0 &&
                 file.Bool("tokenizer.ggml.add_bos_token").value_or(by_default);
  return text;
}

}  // namespace dobby
