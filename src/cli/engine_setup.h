// From settings to an engine.
#pragma once

#include <memory>

#include "cli/settings.h"
#include "dobby/engine.h"
#include "dobby/model.h"
#include "dobby/result.h"
#include "dobby/summary.h"

namespace dobby::cli {

EngineOptions EngineOptionsOf(const Settings& settings);
SummariserOptions SummariserOptionsOf(const Settings& settings);

/// Opens the model of --model and loads it. Errors: as OpenModel, MakeEngine.
Result<std::unique_ptr<Engine>> OpenEngine(const Settings& settings);

/// Returns "stock" or "fast", as in --engine.
const char* NameOf(ExecutorKind kind);

}  // namespace dobby::cli
