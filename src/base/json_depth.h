// A limit on nesting, checked before a parser of JSON sees the text.
#pragma once

#include <string_view>

#include "dobby/result.h"

namespace dobby {

/// Deeper JSON is no input of dobby's: its own formats and those of models
/// nest less than twenty levels.
inline constexpr int kMaxJsonDepth = 64;

/// Returns success when `json` nests arrays and objects at most `max_depth`
/// levels deep. Brackets in strings do not count. Reads the text once, without
/// recursion, and does not check that it is JSON. Parsers, and what walks or
/// frees their result, use a stack frame a level: call this first on every text
/// that dobby did not write itself.
/// Errors: kTooLarge, without a context.
Result<void> CheckJsonDepth(std::string_view json,
                            int max_depth = kMaxJsonDepth);

}  // namespace dobby
