// What is known about a chunk that begins in the middle of a definition.
#pragma once

#include <span>
#include <string>

#include "dobby/chunk.h"

namespace dobby {

/// Returns the beginning of a summary of the chunk: "This part of Ring".
/// `enclosing`: Chunk::enclosing. Empty if that is empty or its innermost name
/// is too long.
std::string MiddleOpening(std::span<const Symbol> enclosing);

/// Returns a sentence about the chunk, from the comment on the innermost
/// definition that has one: "Continues method push of class Ring: Adds an
/// item." Empty if none has a comment.
std::string MiddleSentence(std::span<const Symbol> enclosing);

}  // namespace dobby
