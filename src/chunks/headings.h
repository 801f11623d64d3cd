// Treats the sections of a Markdown text as its definitions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chunks/syntax.h"

namespace dobby {

/// Returns the sections of a Markdown text, each with its first sentence,
/// without the title; of the part that ReadDocument reads. Empty where there
/// are over kMostDefinitions.
std::vector<Definition> HeadingsOf(std::string_view text);

/// Returns the first paragraph of prose on one line, without Markdown marks.
/// Headings, lists, tables, pictures, HTML and code are no prose. Empty if
/// there is none.
std::string FirstProse(std::string_view text);

}  // namespace dobby
