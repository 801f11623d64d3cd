// Named parts of texts that are built, styled or served, read off their syntax
// trees.
#pragma once

#include <stop_token>
#include <string_view>
#include <vector>

#include "chunks/syntax.h"

namespace dobby {

/// Whether NamedNodesOf knows the language ("cmake", "css", ...).
bool HasNamedNodes(std::string_view language_id);

/// Returns the parts of a text that have a name, in order: what CMake builds
/// and its commands, stages and entry points of a Dockerfile, messages and
/// services of Protocol Buffers with their members, selectors of CSS (each
/// once), title and headings of HTML. Empty where a limit of chunks/parse.h is
/// passed or a stop came.
std::vector<Definition> NamedNodesOf(std::string_view text,
                                     std::string_view language_id,
                                     const std::stop_token& stop);

}  // namespace dobby
