// The words that a model may use about a text.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dobby/engine.h"

namespace dobby {

/// Returns the words of plain English explanations, and those of `evidence`:
/// its names as they are written, the words that names are made of, and their
/// usual endings: "parse" of parseHeader allows "parses" and "parser". With
/// it a summary cannot name what its text has not, nor speak of a thing that
/// does not occur in it. `before`: what the model goes on from. Of a text with
/// over 10,000 different words the first count; it takes 20 MB at most.
std::shared_ptr<const WordLimit> WordsAllowedBy(std::string_view evidence,
                                                std::string before);

/// Whether a word, in lower case, is one of plain English explanations: it
/// tells nothing of what a text is about.
bool IsPlainWord(std::string_view word);

}  // namespace dobby
