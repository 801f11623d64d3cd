// How deep a TOML text is nested, before a parser sees it.
#pragma once

#include <cstddef>
#include <string_view>

namespace dobby::cli {

/// The most brackets inside each other, and the most dots of one key. toml++
/// and its destructors recurse: at these limits there are 1,024 levels at
/// most.
inline constexpr std::size_t kMaxTomlDepth = 32;

/// Returns the line (from 1) where a TOML text goes deeper than kMaxTomlDepth,
/// or 0. Strings and comments do not count. Time is linear.
/// Source: TOML 1.0.0, "Comment", "Keys" and "String".
std::size_t LineOfTomlDepth(std::string_view text);

}  // namespace dobby::cli
