#include "cli/engine_setup.h"

#include <chrono>

namespace dobby::cli {

EngineOptions EngineOptionsOf(const Settings& settings) {
  EngineOptions options;
  const std::string engine = settings.Text(FlagId::kEngine);
  if (engine == "fast") options.executor = ExecutorKind::kFast;
  if (engine == "stock") options.executor = ExecutorKind::kStock;
  options.threads = static_cast<int>(settings.Amount(FlagId::kThreads));
  options.agents = settings.Amount(FlagId::kAgents);
  options.adaptive = !settings.On(FlagId::kFixedAgents);
  options.drafts = !settings.On(FlagId::kNoDrafts);
  options.memory_budget_bytes = settings.Amount(FlagId::kMemoryBudget);
  const std::string level = settings.Text(FlagId::kAccuracyLevel);
  if (level != "model") options.accuracy_level = level == "4" ? 4 : 0;
  options.ort_profile_prefix = settings.Text(FlagId::kOrtProfile);
  return options;
}

SummariserOptions SummariserOptionsOf(const Settings& settings,
                                      const ModelFolder* model) {
  using std::chrono::milliseconds;
  SummariserOptions options;
  options.repo = settings.RepositoryOptions();
  options.timeout = milliseconds(settings.Amount(FlagId::kTimeout));
  options.time_budget = milliseconds(settings.Amount(FlagId::kTimeBudget));
  options.max_prompt_tokens = settings.Amount(FlagId::kMaxTokens);
  options.prompts.compression = CompressionOf(settings.Text(FlagId::kCompress));
  options.only_model = settings.On(FlagId::kOnlyModel);
  for (const Level level :
       {Level::kChunk, Level::kFile, Level::kDir, Level::kRepo}) {
    if (model && model->Writes(NameOf(level))) {
      options.model_writes.push_back(level);
    }
  }
  return options;
}

Result<std::unique_ptr<Engine>> OpenEngine(const Settings& settings, Io& io) {
  return OpenEngine(settings, settings.Text(FlagId::kModel), io);
}

Result<std::unique_ptr<Engine>> OpenEngine(const Settings& settings,
                                           const std::string& name, Io& io) {
  auto model = OpenModel(name);
  if (!model) return model.error();
  auto engine = MakeEngine(*model, EngineOptionsOf(settings));
  if (engine && !(*engine)->options().stock_reason.empty()) {
    Warn(io, "the slower operators of ONNX Runtime are used: " +
                 (*engine)->options().stock_reason);
  }
  if (engine) WarnOfKernels(settings, io);
  return engine;
}

void WarnOfKernels(const Settings& settings, Io& io) {
  if (settings.Text(FlagId::kEngine) == "stock") return;
  const std::string warning = KernelWarning();
  if (!warning.empty()) Warn(io, warning);
}

const char* NameOf(ExecutorKind kind) {
  return kind == ExecutorKind::kFast ? "fast" : "stock";
}

}  // namespace dobby::cli
