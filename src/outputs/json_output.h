// JSON and JSON Lines of a snapshot.
#pragma once

#include <string>

#include "dobby/summary.h"

namespace dobby {

/// Returns one document, indented, with a newline at the end.
std::string WriteJson(const IndexSnapshot& snapshot);

/// Returns one object a line: begin, summary, skip, error, end.
std::string WriteJsonLines(const IndexSnapshot& snapshot);

}  // namespace dobby
