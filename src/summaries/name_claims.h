// Sentences that say no more than a name does.
#pragma once

#include <string>
#include <string_view>

namespace dobby {

/// Whether a sentence has a word beside articles, words such as "class", and
/// those of `name`: "The Class Item." has none for item.h.
bool SaysMoreThan(std::string_view name, std::string_view sentence);

}  // namespace dobby
