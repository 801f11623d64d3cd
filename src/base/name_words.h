// Splits identifiers into words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// Returns the words of an identifier as they are written: "HTTP", "Server" and
/// "2" for HTTPServer_2.
std::vector<std::string> PartsOfName(std::string_view name);

/// Returns the same words in lower case.
std::vector<std::string> WordsOfName(std::string_view name);

}  // namespace dobby
