// The second line of a summary: what a text holds, true by construction.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "dobby/chunk.h"

namespace dobby {

/// Returns a sentence that names what the outline defines, in its order: types
/// with some of their members, and what stands alone by kind: "Defines class
/// Ring (push, pop); functions main, usage." Overloads count once, namespaces
/// not at all, and what is too much is counted: "and 3 more". Empty for an
/// outline without names.
std::string HoldsLine(std::span<const Symbol> outline);

/// Returns a sentence that names the parts of a folder: "Holds base/, main.cc
/// and 3 more." What would break a line in a name becomes U+FFFD.
std::string HoldsLine(std::span<const std::string> names);

}  // namespace dobby
