#include "tokens/vocabulary.h"

#include <dobby_text_strings.h>

#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace dobby {
namespace {

// The patterns that cut a text into words before merging. A pattern is part
// of its model: another one gives other tokens. Source: the tokenizer.json
// files of the models named beside each.
constexpr std::string_view kLlama3Words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kQwen2Words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kGpt2Words =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|)"
    R"(\s+(?!\S)|\s+)";

constexpr std::array<std::string_view, 1> kLlama3Splits = {kLlama3Words};
constexpr std::array<std::string_view, 1> kQwen2Splits = {kQwen2Words};
constexpr std::array<std::string_view, 4> kDeepSeekCoderSplits = {
    R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)", "[一-龥ࠀ-一가-퟿]+"};
// What llama.cpp does for files whose converter did not know the model.
constexpr std::array<std::string_view, 4> kDefaultSplits = {
    R"([\p{P}\$\+<=>\^~\|]+)", kGpt2Words, R"(\p{N}+)", "[0-9][0-9][0-9]"};

struct PreTokenizer {
  std::string_view name;                     ///< GGUF's.
  std::span<const std::string_view> splits;  ///< Empty: GPT-2's own.
  bool single_digits = false;
  bool ignore_merges = false;
  bool nfc = false;
};

constexpr PreTokenizer kPreTokenizers[] = {
    {"gpt-2", {}},
    {"olmo", {}},  // GPT-NeoX and Pythia
    {"smollm", {}, true},
    {"starcoder", {}, true},
    {"codeshell", {}, true},
    {"refact", {}, true},
    {"llama-bpe", kLlama3Splits, false, true},
    {"qwen2", kQwen2Splits, false, false, true},
    // Other names of the same: llama-vocab.cpp of llama.cpp reads them so.
    {"deepseek-r1-qwen", kQwen2Splits, false, false, true},
    {"megrez", kQwen2Splits, false, false, true},
    {"llama3", kLlama3Splits, false, true},
    {"llama-v3", kLlama3Splits, false, true},
    {"stablelm2", kQwen2Splits},
    {"deepseek-coder", kDeepSeekCoderSplits, true},
    {"default", kDefaultSplits},
};

Result<PreTokenizer> PreTokenizerNamed(std::string_view name) {
  std::string known;
  for (const PreTokenizer& row : kPreTokenizers) {
    if (row.name == name) return row;
    known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  return Error{ErrorCode::kUnsupported,
               "the pre-tokenizer \"" + std::string(name) +
                   "\" is not known; this build knows " + known,
               "tokenizer.ggml.pre"};
}

Result<void> CheckSizes(const Vocabulary& vocabulary) {
  const auto corrupt = [](std::string message) {
    return Error{ErrorCode::kCorrupt, std::move(message), "vocabulary"};
  };
  const std::size_t tokens = vocabulary.tokens.size();
  if (tokens == 0) return corrupt("it has no tokens");
  if (!vocabulary.types.empty() && vocabulary.types.size() != tokens) {
    return corrupt("it has " + std::to_string(tokens) + " tokens but " +
                   std::to_string(vocabulary.types.size()) + " token types");
  }
  if (vocabulary.kind == VocabularyKind::kSentencePieceBpe &&
      vocabulary.scores.size() != tokens) {
    return corrupt("it has " + std::to_string(tokens) + " tokens but " +
                   std::to_string(vocabulary.scores.size()) + " scores");
  }
  return {};
}

template <class Strings>
std::vector<DtText> AllBorrowed(const Strings& strings) {
  std::vector<DtText> texts;
  texts.reserve(strings.size());
  for (const auto& text : strings) texts.push_back(Borrowed(text));
  return texts;
}

std::vector<std::int32_t> TypeNumbers(const Vocabulary& vocabulary) {
  std::vector<std::int32_t> numbers;
  numbers.reserve(vocabulary.tokens.size());
  for (const TokenType type : vocabulary.types) {
    numbers.push_back(static_cast<std::int32_t>(type));
  }
  numbers.resize(vocabulary.tokens.size(),
                 static_cast<std::int32_t>(TokenType::kNormal));
  return numbers;
}

}  // namespace

std::vector<std::string_view> KnownSplits() {
  std::vector<std::string_view> splits;
  for (const PreTokenizer& row : kPreTokenizers) {
    splits.insert(splits.end(), row.splits.begin(), row.splits.end());
  }
  return splits;
}

Result<std::string> TokenizerJsonOf(const Vocabulary& vocabulary) {
  if (auto sizes = CheckSizes(vocabulary); !sizes) return sizes.error();
  const bool byte_level = vocabulary.kind == VocabularyKind::kByteLevelBpe;
  PreTokenizer pre;
  if (byte_level) {
    auto named = PreTokenizerNamed(vocabulary.pre_tokenizer);
    if (!named) return named.error();
    pre = *named;
  }
  const auto tokens = AllBorrowed(vocabulary.tokens);
  const auto types = TypeNumbers(vocabulary);
  const auto merges = AllBorrowed(vocabulary.merges);
  const auto splits = AllBorrowed(pre.splits);
  const DtVocabulary description = {
      .kind = byte_level ? DT_BYTE_LEVEL_BPE : DT_SENTENCE_PIECE_BPE,
      .tokens = tokens.data(),
      .types = types.data(),
      .scores = vocabulary.scores.data(),
      .n_tokens = tokens.size(),
      .merges = merges.data(),
      .n_merges = merges.size(),
      .splits = splits.data(),
      .n_splits = splits.size(),
      .single_digits = pre.single_digits,
      .ignore_merges = pre.ignore_merges,
      .nfc = pre.nfc,
      .add_space_prefix = vocabulary.add_space_prefix,
  };
  DtBuffer json = {};
  DtBuffer error = {};
  if (!dt_vocabulary_to_json(&description, &json, &error)) {
    return Error{ErrorCode::kCorrupt, Taken(error), "vocabulary"};
  }
  return Taken(json);
}

}  // namespace dobby
