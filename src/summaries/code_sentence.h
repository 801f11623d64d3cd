// What code does, told by the names in it: for texts whose authors say nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "summaries/outline_items.h"

namespace dobby {

/// Returns a sentence from the names of definitions, best known first: what is
/// tested, which routes are served, what a main type is and does, what
/// functions do, which types, constants or keys there are. For example "Class
/// OwnerController (a Controller) with methods to find owner and add pet.",
/// "Functions to parse header, read lines and 3 more." Empty without items.
/// `items`: those of ItemsOf().
std::string CodeSentence(const std::vector<Item>& items, std::string_view path);

/// Returns "“Ring”: push and pop, wraps around" for tests, without a verb;
/// empty for other code, even if it has tests beside it.
std::string TestedThings(const std::vector<Item>& items, std::string_view path);

}  // namespace dobby
