// The checks of `dobby doctor`.
#pragma once

#include <string>
#include <vector>

#include "cli/io.h"
#include "cli/settings.h"

namespace dobby::cli {

/// One finding.
struct Finding {
  enum class State { kOk, kNote, kBad };

  std::string name;  ///< "cpu", "model", ...
  State state = State::kOk;
  std::string detail;     ///< What was found, and what to do if it is bad.
  int exit_status = kOk;  ///< The exit status if the finding is bad.
};

/// Runs all checks; an inference with the model comes last.
std::vector<Finding> Diagnose(const Settings& settings, Io& io);

}  // namespace dobby::cli
