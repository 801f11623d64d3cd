// The definitions in an evaluation row's code.
#pragma once

#include <vector>

#include "dobby/chunk.h"
#include "dobby/evaluation.h"

namespace dobby {

/// Returns the definitions of a row's code in source order.
std::vector<Symbol> OutlineOf(const EvalRow& row);

}  // namespace dobby
