// The words that a name is made of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// Returns the words of an identifier as they are written: "HTTP", "Server",
/// "2" of HTTPServer_2.
std::vector<std::string> PartsOfName(std::string_view name);

/// Returns them in lower case.
std::vector<std::string> WordsOfName(std::string_view name);

}  // namespace dobby
