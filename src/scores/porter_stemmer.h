// Stems of English words.
#pragma once

#include <string>
#include <string_view>

namespace dobby {

/// Returns the stem of a lower-case word by Porter's algorithm with the
/// changes of NLTK, which rouge-score uses. Sources: An algorithm for suffix
/// stripping (Porter, 1980); the documentation of nltk.stem.porter.
std::string PorterStem(std::string_view word);

}  // namespace dobby
