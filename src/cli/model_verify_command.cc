#include <nlohmann/json.hpp>
#include <ostream>

#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/confinement.h"
#include "dobby/model.h"
#include "dobby/output.h"

namespace dobby::cli {

int RunModelVerify(const Invocation& invocation, Io& io) {
  SandboxRules rules;
  AllowModels(invocation.settings, &rules);
  AllowModel(invocation.Path(""), &rules);
  if (auto confined = Confine(rules, invocation.settings, io); !confined) {
    return Fail(io, confined.error());
  }
  auto model = OpenModel(invocation.Path(""));
  if (!model) return Fail(io, model.error());
  auto verified = VerifyModel(model->path);
  if (!verified) return Fail(io, verified.error());
  if (io.json) {
    const nlohmann::ordered_json object = {
        {"schema_version", kOutputSchemaVersion},
        {"name", ReplaceInvalidUtf8(verified->name)},
        {"path", ReplaceInvalidUtf8(verified->path)},
        {"files", verified->files.size()},
        {"sound", true}};
    io.out << object.dump() << "\n";
  } else {
    io.out << ForTerminal(verified->name) << ": " << verified->files.size()
           << " files as they should be, in " << ForTerminal(verified->path)
           << "\n";
  }
  return kOk;
}

}  // namespace dobby::cli
