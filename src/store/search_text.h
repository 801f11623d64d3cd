// Splits code and search words into words for the full-text index.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dobby/store.h"

namespace dobby {

/// A run of letters and digits, with the words in it. Views into the text where
/// it was found.
struct Identifier {
  std::string_view whole;               ///< "parseHTTPRequest".
  std::vector<std::string_view> parts;  ///< "parse", "HTTP", "Request".
};

/// Returns the identifiers of `text`, in order. Underscores and punctuation
/// separate them; a change of case begins a new part.
std::vector<Identifier> FindIdentifiers(std::string_view text);

/// Returns the words of `text` as they are indexed, separated by blanks;
/// scripts that have no blanks as pairs of characters. Left out are overlong
/// words, long numbers, and English's most frequent.
std::string IndexedWords(std::string_view text);

/// Returns a word with its ASCII capitals small.
std::string FoldCase(std::string_view word);

/// Returns the parts of all different identifiers that have several, separated
/// by spaces: what the index needs besides the text itself.
std::string SplitIdentifiers(std::string_view text);

/// Returns the FTS5 expression that finds texts with any word of `query`, whole
/// or as the parts of an identifier; two words that stand together count more.
/// With `begins`, a word of three letters and more is found also as the
/// beginning of others. What stands in double quotes must occur as it is. Empty
/// if `query` has no word.
std::string MatchExpression(std::string_view query, bool begins);

/// Returns `text` with '[' and ']' around the words that `query` finds.
std::string Highlight(std::string_view text, std::string_view query);

}  // namespace dobby
