// What a text defines, as the second line of a summary tells it, and the
// sentences of authors on its definitions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "summaries/outline_items.h"

namespace dobby {

/// An author's sentence on a definition, as a line that names it.
struct DefinitionLine {
  std::string text;  ///< "Defines class Ring: “A queue of bytes.”"
  std::string name;  ///< "Ring".
};

/// Returns "Ring: “A queue of bytes.”", or "Ring, which “buffers bytes.”" where
/// the comment goes on behind the name that it began with.
std::string QuoteOn(const std::string& subject, const std::string& doc);

/// Returns the line on the definition that a file is named after, if that has
/// a comment. `items`: those of ItemsOf(), here and below.
std::optional<DefinitionLine> LineOnMain(std::vector<Item> items,
                                         std::string_view path);

/// Returns the line on the largest definition that has a comment, if it takes
/// at least `least_share` of the lines of all.
std::optional<DefinitionLine> LineOnLargest(const std::vector<Item>& items,
                                            std::string_view path,
                                            double least_share);

/// Returns a line that names what is defined, types with some of their members:
/// "Defines class Ring (push, pop); functions main, usage." Names that do not
/// fit are counted. If definitions have comments, the one whose name is nearest
/// the file's comes first, with its author's sentence, unless `told`, the
/// definition of the first line, is it: "Ring (push, pop): “A queue of bytes.”
/// Also defines functions main, usage." Empty without items.
std::string HoldsLine(std::vector<Item> items, std::string_view path,
                      const std::string& told);

}  // namespace dobby
