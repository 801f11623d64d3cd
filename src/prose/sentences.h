// Words and sentences of natural languages, by Unicode's rules.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dobby {

/// Returns the text up to the end of its first sentence, without blanks at the
/// ends. Abbreviations of English ("vs.", "Dr.") end none. Source: UAX #29 with
/// the suppressions of CLDR, by ICU.
std::string FirstSentence(std::string_view text);

/// Returns the number of words; in scripts without blanks between them, by a
/// dictionary.
std::size_t CountWords(std::string_view text);

}  // namespace dobby
