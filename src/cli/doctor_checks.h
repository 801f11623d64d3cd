// What `dobby doctor` looks at.
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
  std::string detail;     ///< What was found, and what to do when it is bad.
  int exit_status = kOk;  ///< That a bad finding leads to.
};

/// Looks at everything, the model's inference last.
std::vector<Finding> Diagnose(const Settings& settings, Io& io);

}  // namespace dobby::cli
