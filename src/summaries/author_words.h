// What the author of a file says that it is for.
#pragma once

#include <string>
#include <string_view>

#include "dobby/repo.h"

namespace dobby {

/// Returns the first sentence of the comment or docstring at the head of a
/// file, without comment marks, tags and white space to spare; empty where
/// there is none, or where it says nothing in words: a licence, a file name, a
/// row of dashes. `language` says how comments look.
std::string AuthorsSentence(std::string_view text, const Language& language);

}  // namespace dobby
