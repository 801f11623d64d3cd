// The definitions of texts whose language has no grammar for code.
#pragma once

#include <stop_token>
#include <string_view>
#include <vector>

#include "chunks/syntax.h"

namespace dobby {

/// Returns the names that a text of that language defines, in order, without
/// their comments: keys and parts of JSON, TOML, YAML, XML and INI
/// (chunks/config_outline.h), parts of CMake, Dockerfiles, Protocol Buffers,
/// CSS and HTML (chunks/named_nodes.h), targets of a Makefile, what SQL
/// creates, functions of Lua and Perl. Empty for other languages, and where
/// there are over kMostDefinitions. If a text is malformed, returns the names
/// that it seems to define.
std::vector<Definition> LineNamesOf(std::string_view text,
                                    std::string_view language,
                                    const std::stop_token& stop = {});

}  // namespace dobby
