#include "models/gguf_import.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "base/files.h"
#include "models/decoder_config.h"
#include "models/decoder_graph.h"
#include "models/genai_files.h"
#include "models/gguf.h"
#include "models/gguf_vocabulary.h"
#include "models/manifest.h"
#include "models/staged_folder.h"
#include "models/tensor_importer.h"
#include "tokens/vocabulary.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

/// Writes the graph and its data into `folder`.
Result<std::vector<TensorImport>> WriteGraph(const GgufFile& file,
                                             const DecoderConfig& config,
                                             int requantise_bits,
                                             const std::string& folder) {
  auto data = ExternalData::Create(folder + "/" + kDataFile);
  if (!data) return data.error();
  OnnxGraph graph(config.architecture->name, kDataFile);
  TensorImporter tensors(file, config.shape.head_size, requantise_bits, *data,
                         graph);
  BuildDecoder(config, tensors, graph);
  auto report = tensors.Finish();
  if (!report) return report;
  if (auto closed = data->Close(); !closed) return closed.error();
  const auto bytes = graph.Serialise();
  if (!bytes) return bytes.error();
  auto written = WriteFileAtomically(folder + "/" + kGraphFile, *bytes);
  if (!written) return written.error();
  return report;
}

/// Writes the files about text and returns their names.
Result<std::vector<std::string>> WriteTextFiles(const DecoderConfig& config,
                                                const ModelText& text,
                                                const std::string& folder) {
  auto tokenizer = TokenizerJsonOf(text.vocabulary);
  if (!tokenizer) return tokenizer.error();
  std::vector<std::pair<std::string, std::string>> files = {
      {kTokenizerFile, *std::move(tokenizer)},
      {"tokenizer_config.json", TokenizerConfigJson(config, text)},
      {"special_tokens_map.json", SpecialTokensJson(text)},
      {"genai_config.json", GenaiConfigJson(config, text)}};
  if (!text.chat_template.empty()) {
    files.emplace_back(kChatTemplateFile, text.chat_template);
  }
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files) {
    auto written = WriteFileAtomically(folder + "/" + name, bytes);
    if (!written) return written.error();
    names.push_back(name);
  }
  return names;
}

/// Returns the bits of the matrices: "q4", "q8" or "q4+q8".
std::string QuantisationOf(const std::vector<TensorImport>& tensors) {
  std::set<std::string> bits;
  for (const TensorImport& tensor : tensors) {
    if (tensor.stored_as.starts_with("int")) {
      bits.insert("q" + tensor.stored_as.substr(3, 1));
    }
  }
  std::string joined;
  for (const std::string& one : bits) {
    joined += (joined.empty() ? "" : "+") + one;
  }
  return joined;
}

ModelFolder DescribeModel(const DecoderConfig& config, const ModelText& text,
                          const std::vector<TensorImport>& tensors) {
  ModelFolder model;
  model.architecture = std::string(config.architecture->name);
  model.quantisation = QuantisationOf(tensors);
  model.shape = config.shape;
  model.bos = text.add_bos ? text.bos : -1;
  model.eos = text.eos;
  model.bos_token = text.TextOf(text.bos);
  model.eos_token = text.eos.empty() ? "" : text.TextOf(text.eos.front());
  model.chat_template = text.chat_template;
  return model;
}

/// Fills `folder` from the file. The model's path is that folder.
Result<ImportReport> Fill(const GgufImport& import, const std::string& folder) {
  auto file = GgufFile::Open(import.gguf_path);
  if (!file) return file.error();
  const auto config = ReadDecoderConfig(*file);
  if (!config) return config.error();
  const auto text = ReadModelText(*file, config->shape.vocab);
  if (!text) return text.error();
  auto tensors = WriteGraph(*file, *config, import.requantise_bits, folder);
  if (!tensors) return tensors.error();
  const auto names = WriteTextFiles(*config, *text, folder);
  if (!names) return names.error();

  ImportReport report = {DescribeModel(*config, *text, *tensors),
                         *std::move(tensors)};
  report.model.name = import.name;
  report.model.writes = import.writes;
  report.model.path = folder;
  report.model.files = {{kGraphFile}, {kDataFile}};
  for (const std::string& name : *names) report.model.files.push_back({name});
  const ModelSource source = {fs::path(import.gguf_path).filename().string(),
                              file->bytes().size(), HashOf(file->bytes())};
  auto written = WriteManifest(report.model, source, report.tensors);
  if (!written) return written.error();
  return report;
}

/// To who wants a model, a file that cannot be one is a model problem.
Error ModelProblem(Error error, const std::string& gguf_path) {
  const bool of_file = error.code == ErrorCode::kNotFound ||
                       error.code == ErrorCode::kCorrupt ||
                       error.code == ErrorCode::kUnsupported;
  if (!of_file) return error;
  if (error.context != gguf_path) {
    error.message = error.ToString();
    error.context = gguf_path;
  }
  error.code = ErrorCode::kModel;
  return error;
}

}  // namespace

Result<ImportReport> ImportGgufTo(const GgufImport& import) {
  auto staged = StagedFolder::Begin(import.folder);
  if (!staged) return staged.error();
  std::error_code code;
  if (fs::exists(import.folder, code)) {
    if (import.existing == GgufImport::Existing::kRefuse) {
      return Error{ErrorCode::kUsage,
                   "is there already; ask for its replacement, or import "
                   "under another name",
                   import.folder};
    }
    if (import.existing == GgufImport::Existing::kUse) {
      auto model = ReadModelFolder(import.folder, FileCheck::kChecksums);
      if (model) return ImportReport{*std::move(model), {}};
    }
  }
  auto report = Fill(import, staged->path());
  if (!report) return ModelProblem(report.error(), import.gguf_path);
  if (auto committed = staged->Commit(); !committed) return committed.error();
  report->model.path = fs::absolute(import.folder, code).string();
  return report;
}

}  // namespace dobby
