// From settings to an engine.
#pragma once

#include <memory>

#include "cli/io.h"
#include "cli/settings.h"
#include "dobby/engine.h"
#include "dobby/model.h"
#include "dobby/result.h"
#include "dobby/summary.h"

namespace dobby::cli {

EngineOptions EngineOptionsOf(const Settings& settings);
SummariserOptions SummariserOptionsOf(const Settings& settings);

/// Opens a model (empty: the default one) and loads it; warns where slower
/// operators must stand in for dobby's, and as WarnOfKernels does. Errors: as
/// OpenModel, MakeEngine.
Result<std::unique_ptr<Engine>> OpenEngine(const Settings& settings,
                                           const std::string& model, Io& io);

/// The same with the model of --model.
Result<std::unique_ptr<Engine>> OpenEngine(const Settings& settings, Io& io);

/// Warns if dobby's operators, where they are used, run on another instruction
/// set than DOBBY_SIMD or the CPU let expect.
void WarnOfKernels(const Settings& settings, Io& io);

/// Returns "stock" or "fast", as in --engine.
const char* NameOf(ExecutorKind kind);

}  // namespace dobby::cli
