#include <istream>
#include <iterator>
#include <ostream>

#include "base/files.h"
#include "cli/commands.h"
#include "cli/confinement.h"
#include "cli/engine_setup.h"
#include "cli/npy_file.h"
#include "cli/token_ids.h"
#include "dobby/output.h"

namespace dobby::cli {
namespace {

Result<std::vector<TokenId>> ReadIds(const std::string& path, Io& io) {
  Result<std::string> text =
      path == "-" ? std::string(std::istreambuf_iterator<char>(io.in), {})
                  : ReadWholeFile(path);
  if (!text) return text.error();
  auto ids = ParseTokenIds(*text);
  if (!ids) return Error{ids.error().code, ids.error().message, path};
  return ids;
}

}  // namespace

int RunLogits(const Invocation& invocation, Io& io) {
  const Settings& settings = invocation.settings;
  const std::string out = settings.Text(FlagId::kOut);
  for (const FlagId needed : {FlagId::kIds, FlagId::kOut}) {
    if (settings.Text(needed).empty()) {
      return Fail(io, {ErrorCode::kUsage, "is needed",
                       "--" + std::string(FlagOf(needed).name)});
    }
  }
  SandboxRules rules;
  AllowModels(settings, &rules);
  AllowReading(settings.Text(FlagId::kIds), &rules);
  AllowOutput(out, &rules);
  if (auto confined = Confine(rules, settings, io); !confined) {
    return Fail(io, confined.error());
  }
  auto ids = ReadIds(settings.Text(FlagId::kIds), io);
  if (!ids) return Fail(io, ids.error());
  auto model = OpenModel(settings.Text(FlagId::kModel));
  if (!model) return Fail(io, model.error());
  WarnOfKernels(settings, io);
  auto logits = ComputeLogits(*model, EngineOptionsOf(settings), *ids,
                              settings.On(FlagId::kLast));
  if (!logits) return Fail(io, logits.error());
  auto written = WriteNpy(out, logits->values, logits->rows, logits->vocab);
  if (!written) return Fail(io, written.error());
  if (!io.quiet) {
    io.err << "dobby: [" << logits->rows << ", " << logits->vocab << "] in "
           << ForTerminal(out) << "\n";
  }
  return kOk;
}

}  // namespace dobby::cli
