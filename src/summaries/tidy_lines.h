// From what the model said to what is shown.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace dobby {

/// Returns one line of model text as it is kept: without list markers
/// ("1.", "-", "Line 2:"), code fences, surrounding quotes, control characters
/// and runs of blanks. With `cut` the text ended in the middle: it is taken
/// back to the last whole sentence, or else word with "…". Empty only when
/// nothing readable is left.
std::string TidyLine(std::string_view line, bool cut);

/// Returns two tidy lines of a completion's text. A line with nothing to read
/// becomes `fallback`, so neither is ever empty.
std::array<std::string, 2> TidyLines(std::string_view text, bool cut,
                                     std::string_view fallback);

}  // namespace dobby
