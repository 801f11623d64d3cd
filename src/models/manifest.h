// dobby.json: what a model folder holds, and the checksums of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dobby/model.h"
#include "dobby/result.h"

namespace dobby {

/// Version of the folder's layout. A folder of another version is refused; a
/// cached import of one is made anew.
inline constexpr int kModelFormat = 1;

inline constexpr const char* kManifestFile = "dobby.json";
inline constexpr const char* kChatTemplateFile = "chat_template.jinja";
inline constexpr const char* kTokenizerFile = "tokenizer.json";

/// The file that a folder was made from.
struct ModelSource {
  std::string file;  ///< Its name, without folders.
  std::uint64_t bytes = 0;
  ContentHash hash;
};

/// How thoroughly the files of a folder are compared with its manifest.
enum class FileCheck { kSizes, kChecksums };

/// Writes the manifest into `model.path`, with the sizes and checksums of
/// the files whose names are in `model.files`, and fills these in.
/// Errors: kIo.
Result<void> WriteManifest(ModelFolder& model, const ModelSource& source,
                           const std::vector<TensorImport>& tensors);

/// Reads the manifest of `folder` and checks the files.
/// Errors: kModel that names the manifest (which lists model.onnx, its data
/// and tokenizer.json, each file once, and no size that no model has), or each
/// file that is missing, no regular file, short or altered.
Result<ModelFolder> ReadModelFolder(const std::string& folder, FileCheck check);

/// Errors: kModel that names each file of the folder that its manifest does
/// not list.
Result<void> CheckAllListed(const ModelFolder& model);

}  // namespace dobby
