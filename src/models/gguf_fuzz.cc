// GGUF files of strangers: refused, or every view of them lies in the file.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fuzz_target.h"
#include "models/decoder_config.h"
#include "models/dequantise.h"
#include "models/gguf.h"
#include "models/gguf_vocabulary.h"
#include "models/quantised_matrix.h"
#include "tokens/vocabulary.h"

namespace dobby {
namespace {

/// More values than a fuzzer has the time to convert.
constexpr std::int64_t kMostValues = 1 << 16;

void RequireWithin(std::string_view whole, std::string_view part) {
  Require(part.empty() ||
              (part.data() >= whole.data() &&
               part.data() + part.size() <= whole.data() + whole.size()),
          "a view lies in the file");
}

void CheckTensor(const GgufFile& file, const GgufTensor& tensor) {
  RequireWithin(file.bytes(), tensor.name);
  RequireWithin(file.bytes(), tensor.data);
  Require(tensor.rows >= 0 && tensor.columns >= 0, "no size is negative");
  Require(file.Find(tensor.name) != nullptr, "a tensor is found by name");
  if (tensor.rows > 0 && tensor.columns > kMostValues / tensor.rows) return;
  std::vector<float> values(
      static_cast<std::size_t>(tensor.rows * tensor.columns));
  Dequantise(tensor.type, tensor.data, values);
  for (const int bits : {4, 8}) {
    for (const RowOrder order : {RowOrder::kAsIs, RowOrder::kPairsToHalves}) {
      // The importer asks for this order only where rows are whole heads.
      if (order == RowOrder::kPairsToHalves && tensor.rows % 16 != 0) continue;
      const auto matrix = QuantiseMatrix(tensor, bits, order, 16);
      if (!matrix) continue;
      Require(matrix->codes.size() * 8 ==
                  values.size() * static_cast<std::size_t>(matrix->bits),
              "there is a code for each value");
    }
  }
}

void CheckText(const GgufFile& file, std::int64_t vocab) {
  const auto text = ReadModelText(file, vocab);
  if (!text) return;
  Require(text->vocabulary.tokens.size() <= static_cast<std::size_t>(vocab),
          "no more tokens than rows");
  Require(text->bos < vocab && text->pad < vocab &&
              std::all_of(
                  text->eos.begin(), text->eos.end(),
                  [&](TokenId id) { return id >= 0 && id < vocab; }),
          "special tokens are in the vocabulary");
  (void)text->TextOf(text->bos);
  const auto json = TokenizerJsonOf(text->vocabulary);
  Require(!json || IsUtf8(*json), "a tokenizer.json is UTF-8");
}

}  // namespace

DOBBY_FUZZ_TARGET(gguf) {
  static const FuzzFolder folder;
  const auto file = GgufFile::Open(folder.Write("model.gguf", input));
  if (!file) return;
  for (const GgufTensor& tensor : file->tensors()) CheckTensor(*file, tensor);
  for (const char* key :
       {"tokenizer.ggml.tokens", "general.architecture", "general.alignment"}) {
    for (const auto text : file->Strings(key)) {
      RequireWithin(file->bytes(), text);
    }
    (void)file->Ints(key);
    (void)file->Floats(key);
    (void)file->Uint(key);
    (void)file->Bool(key);
    RequireWithin(file->bytes(), file->String(key).value_or(""));
  }
  const auto config = ReadDecoderConfig(*file);
  if (config) {
    const ModelShape& shape = config->shape;
    Require(shape.layers > 0 && shape.heads > 0 && shape.kv_heads > 0 &&
                shape.heads % shape.kv_heads == 0 && shape.context > 0,
            "a shape is sound");
  }
  CheckText(*file, config ? config->shape.vocab : 300);
}

}  // namespace dobby
