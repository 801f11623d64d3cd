// Manifests of strangers: refused, or all that they say is possible.
#include <string>
#include <string_view>

#include "base/fuzz_target.h"
#include "models/manifest.h"

namespace dobby {

DOBBY_FUZZ_TARGET(manifest) {
  static const FuzzFolder folder;
  static const std::string other = folder.Write("model.onnx", "12345678");
  folder.Write(kManifestFile, input);
  const auto model = ReadModelFolder(folder.path(), FileCheck::kSizes);
  const auto verified = ReadModelFolder(folder.path(), FileCheck::kChecksums);
  Require(model.has_value() || !verified.has_value(),
          "what is verified is of the right size too");
  if (!model) {
    Require(model.error().code == ErrorCode::kModel, "an error is the model's");
    return;
  }
  const ModelShape& shape = model->shape;
  Require(shape.layers > 0 && shape.width > 0 && shape.heads > 0 &&
              shape.kv_heads > 0 && shape.head_size > 0 && shape.vocab > 0 &&
              shape.context > 0 && shape.heads % shape.kv_heads == 0,
          "a shape is sound");
  Require(model->bos >= -1 && model->bos < shape.vocab,
          "the first token is in the vocabulary");
  for (const TokenId id : model->eos) {
    Require(id >= 0 && id < shape.vocab, "an end token is in the vocabulary");
  }
  for (const ModelFile& file : model->files) {
    Require(!file.name.empty() && file.name.find('/') == std::string::npos &&
                file.name != "." && file.name != "..",
            "a file is in the folder");
  }
}

}  // namespace dobby
