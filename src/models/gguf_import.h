// GGUF file to model folder, with the folder's place chosen by the caller.
#pragma once

#include <string>
#include <vector>

#include "dobby/model.h"
#include "dobby/result.h"

namespace dobby {

inline constexpr const char* kGraphFile = "model.onnx";
inline constexpr const char* kDataFile = "model.onnx.data";

/// What to make of which file.
struct GgufImport {
  std::string gguf_path;
  std::string folder;  ///< Full path of the folder to make.
  std::string name;    ///< Of the model, for people.
  int requantise_bits = 8;
  std::vector<std::string> writes;  ///< As ModelFolder::writes.
  /// What to do when a sound folder is there already.
  enum class Existing { kRefuse, kReplace, kUse } existing = Existing::kRefuse;
};

/// Errors: as ImportGguf. With Existing::kUse and a sound folder there, the
/// report's list of tensors is empty.
Result<ImportReport> ImportGgufTo(const GgufImport& import);

}  // namespace dobby
