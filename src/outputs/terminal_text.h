// Text made safe to show, measured and wrapped in terminal columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// Returns the columns that `text` (as ForTerminal gives it) takes: two for a
/// wide character, none for a combining one.
int ColumnsOf(std::string_view text);

/// Returns `text` in lines of at most `columns`, broken at spaces; a word
/// that is longer has a line of its own. At least one line.
std::vector<std::string> WrapWords(std::string_view text, int columns);

}  // namespace dobby
