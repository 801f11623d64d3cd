// Suggestions for misspelt words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dobby::cli {

/// Returns "; did you mean PREFIXword?" for the nearest of `known`, or "" if
/// none is near.
std::string DidYouMean(std::string_view word,
                       const std::vector<std::string>& known,
                       std::string_view prefix);

}  // namespace dobby::cli
