// Words of code and of questions about it, for the full-text index.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// A run of letters and digits, with the words it is made of. Views into the
/// text it was found in.
struct Identifier {
  std::string_view whole;               ///< "parseHTTPRequest".
  std::vector<std::string_view> parts;  ///< "parse", "HTTP", "Request".
};

/// Returns the identifiers of `text`, in order. Underscores and punctuation
/// separate; a change of case within one begins a part.
std::vector<Identifier> FindIdentifiers(std::string_view text);

/// Returns the parts of all identifiers that have several, spaces between:
/// what the index needs besides the text itself.
std::string SplitIdentifiers(std::string_view text);

/// Returns the FTS5 expression that finds texts with every word of `query` as
/// a prefix, written whole or as the parts of an identifier; empty when
/// `query` has no word. Holds no character that FTS5 could trip over.
std::string MatchExpression(std::string_view query);

/// Returns `text` with '[' and ']' around the words that `query` finds; equal
/// to `text` when there are none.
std::string Highlight(std::string_view text, std::string_view query);

}  // namespace dobby
