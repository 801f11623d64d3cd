// Which definition a file is about.
#pragma once

#include <string_view>
#include <vector>

#include "summaries/outline_items.h"

namespace dobby {

/// Whether the comment on an item says what it is, in a sentence fit for a
/// line.
bool IsDescribed(const Item& item);

/// Returns the described item that the file at `path` is likeliest about; the
/// end where none is described.
std::vector<Item>::iterator FindMain(std::vector<Item>& items,
                                     std::string_view path);

/// Whether an item tells what the file at `path` is for: the file is named as
/// it, or its folder where that is a package, and it is no part of another one
/// and no entry point.
bool IsSubjectOf(const Item& item, std::string_view path);

/// Puts the item that is named as the file, if there is one, first.
void PutNamesakeFirst(std::vector<Item>& items, std::string_view path);

}  // namespace dobby
