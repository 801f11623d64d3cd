// Model folders: what dobby runs, and how a GGUF file becomes one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/hash.h"
#include "dobby/result.h"
#include "dobby/tokenizer.h"

namespace dobby {

/// The sizes of a decoder; names from the algebra of attention.
struct ModelShape {
  std::int64_t layers = 0;
  std::int64_t width = 0;      ///< D, of the residual stream.
  std::int64_t ffn_width = 0;  ///< F, of the feed-forward block.
  std::int64_t heads = 0;      ///< H, query heads.
  std::int64_t kv_heads = 0;   ///< Key and value heads; divides `heads`.
  std::int64_t head_size = 0;
  std::int64_t vocab = 0;    ///< V, rows of the embedding.
  std::int64_t context = 0;  ///< Longest sequence, in tokens.
};

/// One file of a model folder, as its manifest states it.
struct ModelFile {
  std::string name;
  std::uint64_t bytes = 0;
  ContentHash hash;
};

/// A model folder whose manifest (`dobby.json`) was read and agrees with the
/// files' sizes and, unless said otherwise, their checksums.
struct ModelFolder {
  std::string path;          ///< Absolute folder.
  std::string name;          ///< For people: "SmolLM2-135M-Instruct".
  std::string architecture;  ///< "llama".
  std::string quantisation;  ///< "q8", "q4", or "q4+q8": bits of the weights.
  ModelShape shape;
  TokenId bos = -1;                  ///< -1: none is put in front.
  std::vector<TokenId> eos;          ///< Any of them ends a text.
  std::string bos_token, eos_token;  ///< Their texts; may be empty.
  std::string chat_template;         ///< Jinja; empty when the model has none.
  /// The lines that the model is known to write better than dobby does without
  /// it: "chunk", "file", "dir", "repo".
  std::vector<std::string> writes;
  std::vector<ModelFile> files;
  ContentHash id;  ///< Of the manifest's file hashes: the weights' identity.

  bool Writes(std::string_view level) const {
    return std::find(writes.begin(), writes.end(), level) != writes.end();
  }

  std::string FilePath(const std::string& file) const {
    return path + "/" + file;
  }
};

/// Opens a model by name (looked up among the installed ones), by folder or
/// by GGUF file; a GGUF is imported into the cache first, once. An empty name
/// is the default model.
/// Errors: kModel: not there (the message lists what is, and how to get one),
/// incompatible, or a file that is corrupt, by name.
Result<ModelFolder> OpenModel(const std::string& name_or_path);

/// The folder where models are installed: $DOBBY_MODELS, else
/// $XDG_DATA_HOME/dobby/models.
std::string ModelsDir();

/// The folder of what can be made again, such as packed weights: $DOBBY_CACHE,
/// else $XDG_CACHE_HOME/dobby.
std::string CacheDir();

/// Returns the installed models whose files have the right sizes, by name.
/// The others are left out and reported in `problems` (may be null).
std::vector<ModelFolder> ListModels(std::vector<Error>* problems);

/// How a tensor of the source went into the folder.
struct TensorImport {
  std::string name;
  std::string source_type;  ///< "Q4_1".
  std::string stored_as;    ///< "int4 block 32", "int8 block 32", "f32".
  bool exact = false;       ///< The dequantised values are the same.
  double rms_error = 0;     ///< Root mean square error over that of the values.
};

/// How to import.
struct ImportOptions {
  std::string name;         ///< Of the folder; empty: from the file's name.
  std::string out_dir;      ///< Where the folder is made; empty: ModelsDir().
  int requantise_bits = 8;  ///< 4 or 8, for blocks that can't be carried over.
  bool replace = false;     ///< Overwrite a folder of that name.
  std::vector<std::string> writes;  ///< As ModelFolder::writes.
};

/// What an import did.
struct ImportReport {
  ModelFolder model;
  std::vector<TensorImport> tensors;
};

/// Turns a GGUF file into a model folder: model.onnx of stock operators only,
/// its external data (page-aligned), tokenizer.json, genai_config.json and
/// the manifest. The folder appears under its name only when it is complete.
/// Errors: kModel (the file is not there, is corrupt: what and at which byte,
/// or has an unsupported architecture or tensor type, by name), kIo, kUsage.
Result<ImportReport> ImportGguf(const std::string& gguf_path,
                                const ImportOptions& options);

/// Checks every file of a model folder against its checksum.
/// Errors: kModel that names each file that is missing, altered or not listed.
Result<ModelFolder> VerifyModel(const std::string& folder);

}  // namespace dobby
