#include "cli/confinement.h"

#include <filesystem>

#include "base/files.h"
#include "base/folder.h"
#include "dobby/model.h"
#include "dobby/repo.h"

namespace dobby::cli {
namespace {

namespace fs = std::filesystem;

/// Returns the path without links, as the kernel will see it; "" for what is
/// not there.
std::string RealPath(const std::string& path) {
  std::error_code code;
  const fs::path real = fs::canonical(path, code);
  return code ? "" : real.string();
}

}  // namespace

void AllowReading(const std::string& path, SandboxRules* rules) {
  std::string real = RealPath(path);
  if (!real.empty()) rules->read.push_back(std::move(real));
}

void AllowFolder(const std::string& folder, SandboxRules* rules) {
  if (folder.empty()) return;
  // A folder that cannot be made is the command's to complain of.
  [[maybe_unused]] const auto made = MakeDirs(folder);
  std::string real = RealPath(folder);
  if (!real.empty()) rules->write.push_back(std::move(real));
}

void AllowIndex(const IndexPlace& place, SandboxRules* rules) {
  // The folder that is open, whatever its path leads to by now.
  rules->write.push_back("/proc/self/fd/" + std::to_string(place.folder->fd()));
}

void AllowOutput(const std::string& file, SandboxRules* rules) {
  if (file.empty()) return;
  const std::string folder = fs::path(file).parent_path().string();
  std::string real = RealPath(folder.empty() ? "." : folder);
  if (!real.empty()) rules->write.push_back(std::move(real));
}

void AllowModel(const std::string& name, SandboxRules* rules) {
  AllowReading(ModelsDir(), rules);
  if (name.empty()) return;
  AllowReading(name, rules);
  // An installed model may be a link to a folder elsewhere.
  AllowReading(ModelsDir() + "/" + name, rules);
}

void AllowModels(const Settings& settings, SandboxRules* rules) {
  AllowModel("", rules);
  for (const std::string& name : settings.Texts(FlagId::kModel)) {
    AllowModel(name, rules);
  }
  AllowFolder(CacheDir(), rules);
}

void AllowTree(const std::string& path, SandboxRules* rules) {
  std::string root = RealPath(path);
  std::error_code code;
  if (!fs::is_directory(root, code)) {
    root = fs::path(root).parent_path().string();
  }
  if (root.empty()) return;
  rules->read.push_back(root);
  for (const std::string& file : OuterRuleFiles(root)) {
    AllowReading(file, rules);
  }
}

Result<void> Confine(const SandboxRules& rules, const Settings& settings,
                     Io& io) {
  if (io.enter_sandbox && !settings.On(FlagId::kNoSandbox)) {
    const auto entered = io.enter_sandbox(rules);
    if (!entered) {
      Error error = entered.error();
      error.message += "; --no-sandbox goes without";
      return error;
    }
    io.confined = true;
  }
  if (io.catch_interrupts) io.catch_interrupts();
  return {};
}

}  // namespace dobby::cli
