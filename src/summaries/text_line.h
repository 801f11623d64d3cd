// The lines of a text that defines nothing by name.
#pragma once

#include <string>
#include <string_view>

#include "dobby/repo.h"

namespace dobby {

/// Returns a first line in the words of the text: "Comments: Installs the
/// library. Runs all tests." of the comments before its longest parts. Without
/// comments, how it begins: "Begins: "version": 6," or with a sentence of
/// prose.
std::string TextSentence(std::string_view text, const Language& language);

/// Whether a line is one of TextSentence.
bool IsTextSentence(std::string_view line);

/// Returns a line that is true by construction: how long the text is, and the
/// words that it has most often and plain English has not: "Has 60 lines of
/// JSON; frequent words: inherits, cacheVariables." Of words that differ in
/// capitals alone, the first spelling is shown.
std::string TextLine(std::string_view text, const Language& language);

}  // namespace dobby
