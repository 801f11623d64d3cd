// The lines of a text that defines nothing by name.
#pragma once

#include <string>
#include <string_view>

#include "dobby/repo.h"

namespace dobby {

/// Returns a first line in the words of the text. It has the comments before
/// the longest parts: "Comments: Installs the library. Runs all tests." Without
/// comments it has the beginning of the text, "Begins: "version": 6,", or a
/// sentence of prose.
std::string TextSentence(std::string_view text, const Language& language);

/// Whether a line was made by TextSentence.
bool IsTextSentence(std::string_view line);

/// Returns a line with the length of the text and its most frequent words that
/// are not plain English: "Has 60 lines of JSON; frequent words: inherits,
/// cacheVariables." Words that differ only in capitals are shown in their first
/// spelling.
std::string TextLine(std::string_view text, const Language& language);

}  // namespace dobby
