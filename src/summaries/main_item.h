// Finds the definition that a file is about.
#pragma once

#include <string_view>
#include <vector>

#include "summaries/outline_items.h"

namespace dobby {

/// Whether an item has a comment with a sentence that fits on a line.
bool IsDescribed(const Item& item);

/// Returns the item with a comment that the file at `path` is most likely
/// about; the end if there is none.
std::vector<Item>::iterator FindMain(std::vector<Item>& items,
                                     std::string_view path);

/// Whether an item tells what the file at `path` is for: the file, or its
/// folder if that is a package, is named after the item, and the item is
/// neither a part of another one nor an entry point.
bool IsSubjectOf(const Item& item, std::string_view path);

}  // namespace dobby
