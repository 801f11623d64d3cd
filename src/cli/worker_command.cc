#include "cli/commands.h"
#include "cli/engine_setup.h"
#include "cli/worker.h"

namespace dobby::cli {

int RunWorker(const Invocation& invocation, Io& io) {
  const Settings& settings = invocation.settings;
  auto engine = OpenEngine(settings, io);
  if (!engine) return Fail(io, engine.error());
  auto summariser = MakeSummariser(**engine, SummariserOptionsOf(settings));
  if (!summariser) return Fail(io, summariser.error());
  Worker worker(**summariser, io, 2 * settings.Amount(FlagId::kAgents));
  worker.Run();
  return io.stop.stop_requested() ? kInterrupted : kOk;
}

}  // namespace dobby::cli
