// Which files are headers of C and C++, by their names.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace dobby {

inline constexpr std::array<std::string_view, 4> kHeaderEndings = {
    ".h", ".hh", ".hpp", ".hxx"};

inline bool IsHeader(std::string_view path) {
  return std::any_of(kHeaderEndings.begin(), kHeaderEndings.end(),
                     [path](auto ending) { return path.ends_with(ending); });
}

}  // namespace dobby
