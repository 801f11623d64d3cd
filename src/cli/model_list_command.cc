#include <cstdio>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/confinement.h"
#include "dobby/model.h"
#include "dobby/output.h"

namespace dobby::cli {
namespace {

std::uint64_t BytesOf(const ModelFolder& model) {
  std::uint64_t bytes = 0;
  for (const ModelFile& file : model.files) bytes += file.bytes;
  return bytes;
}

void PrintJson(const std::vector<ModelFolder>& models, Io& io) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const ModelFolder& model : models) {
    list.push_back({{"name", ReplaceInvalidUtf8(model.name)},
                    {"path", ReplaceInvalidUtf8(model.path)},
                    {"architecture", model.architecture},
                    {"quantisation", model.quantisation},
                    {"context", model.shape.context},
                    {"bytes", BytesOf(model)},
                    {"id", model.id.ToHex()}});
  }
  const nlohmann::ordered_json object = {
      {"schema_version", kOutputSchemaVersion},
      {"dir", ReplaceInvalidUtf8(ModelsDir())},
      {"models", list}};
  io.out << object.dump() << "\n";
}

void PrintText(const std::vector<ModelFolder>& models, Io& io) {
  for (const ModelFolder& model : models) {
    char size[32];
    std::snprintf(size, sizeof size, "%.0f MB",
                  static_cast<double>(BytesOf(model)) / 1e6);
    io.out << ForTerminal(model.name) << "  " << model.architecture << " "
           << model.quantisation << ", context " << model.shape.context << ", "
           << size << "\n";
  }
}

}  // namespace

int RunModelList(const Invocation& invocation, Io& io) {
  SandboxRules rules;
  AllowModel("", &rules);
  if (auto confined = Confine(rules, invocation.settings, io); !confined) {
    return Fail(io, confined.error());
  }
  std::vector<Error> problems;
  const std::vector<ModelFolder> models = ListModels(&problems);
  for (const Error& problem : problems) Warn(io, problem.ToString());
  if (io.json) {
    PrintJson(models, io);
  } else {
    PrintText(models, io);
  }
  if (models.empty() && !io.json && !io.quiet) {
    io.err << "dobby: no model in " << ForTerminal(ModelsDir())
           << "; `dobby model import FILE.gguf` makes one\n";
  }
  return models.empty() ? kNothing : kOk;
}

}  // namespace dobby::cli
