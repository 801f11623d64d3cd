#include "cli/commands.h"
#include "cli/confinement.h"
#include "cli/engine_setup.h"
#include "cli/worker.h"

namespace dobby::cli {

namespace {

/// It keeps nothing, so nothing is worth more than to end within a second.
constexpr std::chrono::milliseconds kStopWithin{800};

}  // namespace

int RunWorker(const Invocation& invocation, Io& io) {
  const Settings& settings = invocation.settings;
  io.stop_within = kStopWithin;
  SandboxRules rules;
  AllowModels(settings, &rules);
  if (auto confined = Confine(rules, settings, io); !confined) {
    return Fail(io, confined.error());
  }
  auto engine = OpenEngine(settings, io);
  if (!engine) return Fail(io, engine.error());
  const SummariserOptions options =
      SummariserOptionsOf(settings, &(*engine)->model());
  auto summariser = MakeSummariser(engine->get(), options);
  if (!summariser) return Fail(io, summariser.error());
  Worker worker(**summariser, io, 2 * settings.Amount(FlagId::kAgents));
  worker.Run();
  return io.stop.stop_requested() ? kInterrupted : kOk;
}

}  // namespace dobby::cli
