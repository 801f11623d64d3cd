// Measures how deep a TOML text is nested, before a parser sees it.
#pragma once

#include <cstddef>
#include <string_view>

namespace dobby::cli {

/// The most nested brackets, and the most dots in one key. toml++ and its
/// destructors recurse; with these limits there are at most 1,024 levels.
inline constexpr std::size_t kMaxTomlDepth = 32;

/// Returns the line (from 1) where a TOML text exceeds kMaxTomlDepth, or 0.
/// Strings and comments do not count. Takes linear time. Source: TOML 1.0.0,
/// "Comment", "Keys" and "String".
std::size_t LineOfTomlDepth(std::string_view text);

}  // namespace dobby::cli
