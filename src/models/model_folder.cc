// The public functions on models: find, open, list, import, verify.
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/files.h"
#include "dobby/model.h"
#include "models/gguf_import.h"
#include "models/manifest.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDefaultModel = "SmolLM2-135M-Instruct";

bool IsFolder(const std::string& path) {
  std::error_code code;
  return fs::is_directory(path, code);
}

bool IsGguf(const std::string& path) {
  std::error_code code;
  return path.ends_with(".gguf") && fs::is_regular_file(path, code);
}

/// A name that stays inside the folder of models, and is not hidden there.
bool IsModelName(const std::string& name) {
  return !name.empty() && name.front() != '.' &&
         name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

Error NoSuchModel(const std::string& name) {
  std::string installed;
  for (const ModelFolder& model : ListModels(nullptr)) {
    installed += (installed.empty() ? "" : ", ") + model.name;
  }
  return {ErrorCode::kModel,
          "no such model. Installed in " + ModelsDir() + ": " +
              (installed.empty() ? "none" : installed) +
              ". Get the default one with `make model`, or bring your own "
              "with `dobby model import FILE.gguf`",
          name};
}

/// Imports into the cache, unless that was done before.
Result<ModelFolder> OpenGguf(const std::string& path) {
  const auto hash = HashFile(path);
  if (!hash) return hash.error();
  auto report =
      ImportGgufTo({.gguf_path = path,
                    .folder = CacheDir() + "/imported/" + hash->ToHex(),
                    .name = fs::path(path).stem().string(),
                    .existing = GgufImport::Existing::kUse});
  if (!report) return report.error();
  return std::move(report->model);
}

}  // namespace

std::string ModelsDir() {
  if (const char* set = std::getenv("DOBBY_MODELS"); set && *set) return set;
  return XdgDir("DATA") + "/models";
}

std::string CacheDir() {
  const char* set = std::getenv("DOBBY_CACHE");
  return set && *set ? std::string(set) : XdgDir("CACHE");
}

Result<ModelFolder> OpenModel(const std::string& name_or_path) {
  const std::string name = name_or_path.empty() ? kDefaultModel : name_or_path;
  const std::string installed = ModelsDir() + "/" + name;
  if (IsModelName(name) && IsFolder(installed)) {
    return ReadModelFolder(installed, FileCheck::kChecksums);
  }
  if (IsGguf(name)) return OpenGguf(name);
  if (IsFolder(name)) return ReadModelFolder(name, FileCheck::kChecksums);
  return NoSuchModel(name);
}

std::vector<ModelFolder> ListModels(std::vector<Error>* problems) {
  std::vector<ModelFolder> models;
  std::error_code code;
  fs::directory_iterator at(ModelsDir(), code), end;
  for (; !code && at != end; at.increment(code)) {
    const std::string path = at->path().string();
    if (!IsModelName(at->path().filename().string()) || !IsFolder(path)) {
      continue;
    }
    auto model = ReadModelFolder(path, FileCheck::kSizes);
    if (model) {
      models.push_back(*std::move(model));
    } else if (problems != nullptr) {
      problems->push_back(model.error());
    }
  }
  std::sort(models.begin(), models.end(),
            [](const ModelFolder& a, const ModelFolder& b) {
              return a.name < b.name;
            });
  return models;
}

Result<ImportReport> ImportGguf(const std::string& gguf_path,
                                const ImportOptions& options) {
  if (options.requantise_bits != 4 && options.requantise_bits != 8) {
    return Error{ErrorCode::kUsage,
                 "weights are kept in 4 or 8 bits, not " +
                     std::to_string(options.requantise_bits),
                 {}};
  }
  const std::string name =
      options.name.empty() ? fs::path(gguf_path).stem().string() : options.name;
  if (!IsModelName(name)) {
    return Error{ErrorCode::kUsage,
                 "a model's name has no '/' and does not begin with '.'", name};
  }
  const std::string dir =
      options.out_dir.empty() ? ModelsDir() : options.out_dir;
  return ImportGgufTo({.gguf_path = gguf_path,
                       .folder = dir + "/" + name,
                       .name = name,
                       .requantise_bits = options.requantise_bits,
                       .writes = options.writes,
                       .existing = options.replace
                                       ? GgufImport::Existing::kReplace
                                       : GgufImport::Existing::kRefuse});
}

Result<ModelFolder> VerifyModel(const std::string& folder) {
  auto model = ReadModelFolder(folder, FileCheck::kChecksums);
  if (!model) return model;
  if (auto listed = CheckAllListed(*model); !listed) return listed.error();
  return model;
}

}  // namespace dobby
