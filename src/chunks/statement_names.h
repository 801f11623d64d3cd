// What the statements of a text without definitions set and call.
#pragma once

#include <string_view>
#include <vector>

#include "dobby/chunk.h"
#include "dobby/repo.h"

namespace dobby {

/// Returns the names that lines assign to or give a value ("setting": "a = 1",
/// "'a' => 1", "a: 1,"), with that value where it is short, and those that
/// lines call ("call": "module(", "gem 'x'"), in order, without comments. It
/// reads lines and not syntax, so it is for texts of which nothing else is
/// known. Empty for documents and data. At most 1,000 names.
std::vector<Symbol> StatementNames(std::string_view text,
                                   const Language& language);

}  // namespace dobby
