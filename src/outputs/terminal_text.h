// Measures and wraps text in terminal columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// Returns the columns of `text`, which comes from ForTerminal: two for a wide
/// character, none for a combining one.
int ColumnsOf(std::string_view text);

/// Returns `text` in lines of at most `columns`, broken at spaces. A longer
/// word gets a line of its own. Returns at least one line.
std::vector<std::string> WrapWords(std::string_view text, int columns);

}  // namespace dobby
