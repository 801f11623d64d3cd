// The words that a model may use in a summary of a text.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dobby/engine.h"

namespace dobby {

/// Returns the words of plain English explanations and those of `evidence`: its
/// names as they are written, the words in the names, and their usual endings.
/// "parse" in parseHeader allows "parses" and "parser". So a summary cannot
/// name or mention a thing that does not occur in its text. `before`: the text
/// that the model continues. Of a text with over 10,000 different words the
/// first count; it takes 20 MB at most.
std::shared_ptr<const WordLimit> WordsAllowedBy(std::string_view evidence,
                                                std::string before);

/// Whether a lower-case word is one of plain English explanations, so that it
/// does not tell what a text is about.
bool IsPlainWord(std::string_view word);

}  // namespace dobby
