// Tells prose from what else stands in comments.
#pragma once

#include <string_view>

namespace dobby {

/// Whether a line of a comment is written for a tool: "coding: utf-8",
/// "shellcheck disable=SC2034", "eslint-disable no-console". Told by its form:
/// a name with a value, and no sentence.
bool IsDirective(std::string_view line);

/// Whether a paragraph is prose in any language, and not code that was taken
/// out, names with values, or a date.
bool IsProse(std::string_view paragraph);

}  // namespace dobby
