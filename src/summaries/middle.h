// What is known of a chunk that begins in the middle of a definition.
#pragma once

#include <span>
#include <string>

#include "dobby/chunk.h"

namespace dobby {

/// Returns how a summary of the chunk begins: "This part of Ring". `enclosing`:
/// Chunk::enclosing. Empty for a chunk in the middle of nothing, or of what
/// has no name to show.
std::string MiddleOpening(std::span<const Symbol> enclosing);

/// Returns a sentence on the chunk in the author's words on the innermost
/// definition that has some: "Continues method push of class Ring: Adds an
/// item." Empty where none has.
std::string MiddleSentence(std::span<const Symbol> enclosing);

}  // namespace dobby
