#include <istream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands.h"
#include "cli/confinement.h"
#include "dobby/model.h"
#include "dobby/tokenizer.h"

namespace dobby::cli {

int RunTokens(const Invocation& invocation, Io& io) {
  const Settings& settings = invocation.settings;
  SandboxRules rules;
  AllowModels(settings, &rules);
  if (auto confined = Confine(rules, settings, io); !confined) {
    return Fail(io, confined.error());
  }
  auto model = OpenModel(settings.Text(FlagId::kModel));
  if (!model) return Fail(io, model.error());
  auto tokenizer = LoadTokenizer(model->FilePath("tokenizer.json"));
  if (!tokenizer) return Fail(io, tokenizer.error());
  const std::string text{std::istreambuf_iterator<char>(io.in), {}};
  auto ids = settings.On(FlagId::kTrusted) ? (*tokenizer)->EncodeTrusted(text)
                                           : (*tokenizer)->Encode(text);
  if (!ids) return Fail(io, ids.error());
  io.out << nlohmann::json(*ids).dump() << "\n";
  return kOk;
}

}  // namespace dobby::cli
