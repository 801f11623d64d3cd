// Markdown as code: its sections are what it defines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chunks/syntax.h"

namespace dobby {

/// Returns the sections of a Markdown text, each with its first sentence; the
/// title, where there is one, is left out. Headings begin with "#"; those in
/// code fences are none. Empty where there are over kMostDefinitions.
std::vector<Definition> HeadingsOf(std::string_view text);

/// Returns the first paragraph of prose on one line, without marks of Markdown:
/// no heading, list, table, picture, HTML or code. Empty where there is none.
std::string FirstProse(std::string_view text);

}  // namespace dobby
