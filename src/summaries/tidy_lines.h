// Cleans up the model's text for display.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace dobby {

/// Returns one line of model text without list markers ("1.", "-", "Line 2:"),
/// code fences, surrounding quotes, control characters and runs of blanks.
/// `cut` says that the text ended in the middle: then it is shortened to the
/// last whole sentence, or to the last whole word with "…". Empty only if
/// nothing readable is left.
std::string TidyLine(std::string_view line, bool cut);

/// Returns two tidy lines of a completion's text; empty where there is nothing
/// to read.
std::array<std::string, 2> TidyLines(std::string_view text, bool cut);

}  // namespace dobby
