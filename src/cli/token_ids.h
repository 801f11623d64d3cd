// Token ids as text.
#pragma once

#include <string_view>
#include <vector>

#include "dobby/result.h"
#include "dobby/tokenizer.h"

namespace dobby::cli {

/// Reads a JSON array of ids, or ids with white space or commas between.
/// Errors: kUsage for anything else, and for no id at all.
Result<std::vector<TokenId>> ParseTokenIds(std::string_view text);

}  // namespace dobby::cli
