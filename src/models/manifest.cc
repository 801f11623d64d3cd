#include "models/manifest.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/files.h"
#include "base/json_depth.h"
#include "base/utf8.h"
#include "models/gguf_import.h"

namespace dobby {
namespace {

using nlohmann::json;

/// More than the longest list of tensors needs.
constexpr std::uint64_t kMaxManifestBytes = 64u << 20;

constexpr const char* kOwnChecksum = "blake3";

json ShapeJson(const ModelShape& shape) {
  return {{"layers", shape.layers},       {"width", shape.width},
          {"ffn_width", shape.ffn_width}, {"heads", shape.heads},
          {"kv_heads", shape.kv_heads},   {"head_size", shape.head_size},
          {"vocab", shape.vocab},         {"context", shape.context}};
}

json FilesJson(const std::vector<ModelFile>& files) {
  json out = json::array();
  for (const ModelFile& file : files) {
    out.push_back({{"name", file.name},
                   {"bytes", file.bytes},
                   {"blake3", file.hash.ToHex()}});
  }
  return out;
}

json TensorsJson(const std::vector<TensorImport>& tensors) {
  json out = json::array();
  for (const TensorImport& tensor : tensors) {
    out.push_back({{"name", ReplaceInvalidUtf8(tensor.name)},
                   {"from", tensor.source_type},
                   {"as", tensor.stored_as},
                   {"exact", tensor.exact},
                   {"rms_error", tensor.rms_error}});
  }
  return out;
}

Error ModelError(const std::string& folder, std::string message) {
  return {ErrorCode::kModel, std::move(message), folder};
}

ContentHash IdOf(const std::vector<ModelFile>& files) {
  FieldHasher hasher;
  for (const ModelFile& file : files) {
    hasher.Add(file.name).Add(file.hash.ToHex());
  }
  return hasher.Finish();
}

std::optional<ContentHash> HashFromHex(const std::string& hex) {
  ContentHash hash;
  if (hex.size() != 2 * hash.bytes.size()) return std::nullopt;
  const std::string digits = "0123456789abcdef";
  for (std::size_t i = 0; i < hex.size(); ++i) {
    const std::size_t digit = digits.find(hex[i]);
    if (digit == std::string::npos) return std::nullopt;
    auto& byte = hash.bytes[i / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | digit);
  }
  return hash;
}

/// Returns the manifest's own checksum: of all the rest of it.
std::string OwnChecksum(json manifest) {
  manifest.erase(kOwnChecksum);
  return HashOf(manifest.dump()).ToHex();
}

/// Returns a whole number; throws json::exception for anything else. (`get`
/// would convert a fraction that fits no integer, which is undefined.)
std::int64_t WholeNumber(const json& value) {
  return value.get_ref<const json::number_integer_t&>();
}

/// Returns a token's id: what fits none is -1 or lies outside any vocabulary.
TokenId TokenIdIn(const json& value) {
  constexpr std::int64_t kMost = std::numeric_limits<TokenId>::max();
  return static_cast<TokenId>(
      std::clamp(WholeNumber(value), std::int64_t{-1}, kMost));
}

/// A size of the manifest, from 1 to `most`; 0 when it is none.
std::int64_t SizeIn(const json& object, const char* key, std::int64_t most) {
  const auto value = WholeNumber(object.at(key));
  return value > 0 && value <= most ? value : 0;
}

/// The ceilings are several times what the largest models in use have, and
/// their products fit into 64 bits.
ModelShape ShapeFrom(const json& object) {
  return {.layers = SizeIn(object, "layers", 1024),
          .width = SizeIn(object, "width", 1 << 17),
          .ffn_width = SizeIn(object, "ffn_width", 1 << 20),
          .heads = SizeIn(object, "heads", 1024),
          .kv_heads = SizeIn(object, "kv_heads", 1024),
          .head_size = SizeIn(object, "head_size", 1024),
          .vocab = SizeIn(object, "vocab", 1 << 22),
          .context = SizeIn(object, "context", 1 << 24)};
}

bool IsSound(const ModelShape& shape) {
  const std::int64_t sizes[] = {shape.layers, shape.width,    shape.ffn_width,
                                shape.heads,  shape.kv_heads, shape.head_size,
                                shape.vocab,  shape.context};
  return std::all_of(std::begin(sizes), std::end(sizes),
                     [](std::int64_t size) { return size > 0; }) &&
         shape.heads % shape.kv_heads == 0;
}

bool IsPlainName(const std::string& name) {
  return !name.empty() && name.front() != '.' &&
         name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

/// Fills `model` from the manifest; throws json::exception where a key is
/// missing or of another type. Returns what else is wrong, empty: nothing.
std::string FillFrom(const json& manifest, ModelFolder& model) {
  // Folders of the first builds have none.
  if (manifest.contains(kOwnChecksum) &&
      manifest.at(kOwnChecksum) != OwnChecksum(manifest)) {
    return "it does not match its own checksum";
  }
  model.name = manifest.at("name").get<std::string>();
  model.architecture = manifest.at("architecture").get<std::string>();
  model.quantisation = manifest.at("quantisation").get<std::string>();
  model.shape = ShapeFrom(manifest.at("shape"));
  const json& tokens = manifest.at("tokens");
  model.bos = TokenIdIn(tokens.at("bos"));
  for (const json& id : tokens.at("eos")) model.eos.push_back(TokenIdIn(id));
  model.bos_token = tokens.at("bos_token").get<std::string>();
  model.eos_token = tokens.at("eos_token").get<std::string>();
  if (manifest.contains("writes")) {
    model.writes = manifest.at("writes").get<std::vector<std::string>>();
  }
  std::set<std::string> names;
  for (const json& entry : manifest.at("files")) {
    ModelFile file;
    file.name = entry.at("name").get<std::string>();
    file.bytes = static_cast<std::uint64_t>(WholeNumber(entry.at("bytes")));
    const auto hash = HashFromHex(entry.at("blake3").get<std::string>());
    if (!hash || !IsPlainName(file.name)) return "a file entry is damaged";
    file.hash = *hash;
    if (!names.insert(file.name).second) return "it lists a file twice";
    model.files.push_back(file);
  }
  for (const char* needed : {kGraphFile, kDataFile, kTokenizerFile}) {
    if (!names.contains(needed)) {
      return std::string("it does not list ") + needed;
    }
  }
  const auto outside = [&](TokenId id) { return id >= model.shape.vocab; };
  if (!IsSound(model.shape)) return "the shape is damaged";
  if (outside(model.bos) ||
      std::any_of(model.eos.begin(), model.eos.end(), outside)) {
    return "a special token lies outside the vocabulary";
  }
  return "";
}

Result<ModelFolder> ParseManifest(const std::string& folder,
                                  const std::string& bytes) {
  const std::string damaged = std::string(kManifestFile) + " is damaged";
  if (const auto shallow = CheckJsonDepth(bytes); !shallow) {
    return ModelError(folder, damaged + ": " + shallow.error().message);
  }
  ModelFolder model;
  model.path = folder;
  try {
    const json manifest = json::parse(bytes);
    if (const std::int64_t format = WholeNumber(manifest.at("format"));
        format != kModelFormat) {
      return ModelError(
          folder, "the folder has format " + std::to_string(format) +
                      ", this build reads " + std::to_string(kModelFormat) +
                      "; import the model again");
    }
    const std::string wrong = FillFrom(manifest, model);
    if (!wrong.empty()) return ModelError(folder, damaged + ": " + wrong);
  } catch (const json::exception& exception) {
    return ModelError(folder, damaged + ": " + exception.what());
  }
  model.id = IdOf(model.files);
  return model;
}

/// Returns what is wrong with one file; empty: nothing.
std::string Fault(const ModelFolder& model, const ModelFile& file,
                  FileCheck check) {
  struct stat status{};
  const std::string path = model.FilePath(file.name);
  if (::lstat(path.c_str(), &status) != 0) return file.name + " is missing";
  if (!S_ISREG(status.st_mode)) return file.name + " is no regular file";
  if (static_cast<std::uint64_t>(status.st_size) != file.bytes) {
    return file.name + " has " + std::to_string(status.st_size) +
           " bytes instead of " + std::to_string(file.bytes);
  }
  if (check == FileCheck::kSizes) return "";
  const auto hash = HashFile(path);
  if (!hash) return file.name + " " + hash.error().message;
  if (*hash != file.hash) return file.name + " does not match its checksum";
  return "";
}

/// Returns which files of the folder the manifest does not list; empty: none.
std::string UnlistedFiles(const ModelFolder& model) {
  std::set<std::string> listed = {kManifestFile};
  for (const ModelFile& file : model.files) listed.insert(file.name);
  std::string unlisted;
  std::error_code code;
  std::filesystem::directory_iterator at(model.path, code), end;
  for (; !code && at != end; at.increment(code)) {
    const std::string name = at->path().filename().string();
    if (listed.contains(name)) continue;
    unlisted += (unlisted.empty() ? "" : ", ") + ReplaceInvalidUtf8(name);
  }
  if (code) return "files that cannot be listed: " + code.message();
  return unlisted;
}

}  // namespace

Result<void> CheckAllListed(const ModelFolder& model) {
  const std::string unlisted = UnlistedFiles(model);
  if (unlisted.empty()) return {};
  return ModelError(model.path, std::string(kManifestFile) + " does not list " +
                                    unlisted +
                                    ". Remove what dobby did not put there");
}

Result<void> WriteManifest(ModelFolder& model, const ModelSource& source,
                           const std::vector<TensorImport>& tensors) {
  for (ModelFile& file : model.files) {
    auto mapped = MappedFile::Open(model.FilePath(file.name));
    if (!mapped) return mapped.error();
    file.bytes = mapped->bytes().size();
    file.hash = HashOf(mapped->bytes());
  }
  model.id = IdOf(model.files);
  json manifest = {{"format", kModelFormat},
                   {"name", ReplaceInvalidUtf8(model.name)},
                   {"architecture", model.architecture},
                   {"quantisation", model.quantisation},
                   {"source",
                    {{"file", ReplaceInvalidUtf8(source.file)},
                     {"bytes", source.bytes},
                     {"blake3", source.hash.ToHex()}}},
                   {"shape", ShapeJson(model.shape)},
                   {"tokens",
                    {{"bos", model.bos},
                     {"eos", model.eos},
                     {"bos_token", model.bos_token},
                     {"eos_token", model.eos_token}}},
                   {"writes", model.writes},
                   {"files", FilesJson(model.files)},
                   {"tensors", TensorsJson(tensors)}};
  manifest[kOwnChecksum] = OwnChecksum(manifest);
  return WriteFileAtomically(model.FilePath(kManifestFile),
                             manifest.dump(1) + "\n");
}

Result<ModelFolder> ReadModelFolder(const std::string& folder,
                                    FileCheck check) {
  std::error_code code;
  const std::string absolute = std::filesystem::absolute(folder, code).string();
  const std::string& path = code ? folder : absolute;
  auto bytes = ReadWholeFile(path + "/" + kManifestFile, kMaxManifestBytes);
  if (!bytes) {
    return ModelError(path, std::string(kManifestFile) + " " +
                                bytes.error().message +
                                "; this is no model folder");
  }
  auto model = ParseManifest(path, *bytes);
  if (!model) return model;
  std::string faults;
  bool has_template = false;
  for (const ModelFile& file : model->files) {
    const std::string fault = Fault(*model, file, check);
    if (!fault.empty()) faults += (faults.empty() ? "" : "; ") + fault;
    has_template = has_template || file.name == kChatTemplateFile;
  }
  if (!faults.empty()) {
    return ModelError(path, faults + ". Import the model again");
  }
  if (!has_template) return model;
  auto chat_template = ReadWholeFile(model->FilePath(kChatTemplateFile));
  if (!chat_template) return ModelError(path, chat_template.error().message);
  model->chat_template = *std::move(chat_template);
  return model;
}

}  // namespace dobby
