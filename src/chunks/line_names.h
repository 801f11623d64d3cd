// The definitions of texts without a grammar, read line by line.
#pragma once

#include <string_view>
#include <vector>

#include "chunks/syntax.h"

namespace dobby {

/// Returns the names that a text of that language defines, in order, without
/// their comments: targets of a Makefile, sections of INI and TOML, the keys of
/// JSON and YAML (two levels of objects), what CMake builds, tables of SQL,
/// messages of Protocol Buffers, functions of Lua and Perl. Empty for other
/// languages, and where there are over kMostDefinitions. If a text is
/// malformed, returns the names that its lines seem to define.
std::vector<Definition> LineNamesOf(std::string_view text,
                                    std::string_view language);

}  // namespace dobby
