// Makes an engine from settings.
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

/// `model`: the one that may be asked; null: none.
SummariserOptions SummariserOptionsOf(const Settings& settings,
                                      const ModelFolder* model = nullptr);

/// Opens and loads a model (empty: the default one). Warns if slower operators
/// replace dobby's, and as WarnOfKernels does. Errors: those of OpenModel and
/// MakeEngine.
Result<std::unique_ptr<Engine>> OpenEngine(const Settings& settings,
                                           const std::string& model, Io& io);

/// The same with the model of --model.
Result<std::unique_ptr<Engine>> OpenEngine(const Settings& settings, Io& io);

/// Warns if dobby's operators are used and run on another instruction set than
/// DOBBY_SIMD or the CPU would suggest.
void WarnOfKernels(const Settings& settings, Io& io);

/// Returns "stock" or "fast", as in --engine.
const char* NameOf(ExecutorKind kind);

}  // namespace dobby::cli
