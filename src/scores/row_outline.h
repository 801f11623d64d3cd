// What an evaluation row's code defines.
#pragma once

#include <vector>

#include "dobby/chunk.h"
#include "dobby/evaluation.h"

namespace dobby {

/// Returns the definitions of a row's code in their order.
std::vector<Symbol> OutlineOf(const EvalRow& row);

}  // namespace dobby
