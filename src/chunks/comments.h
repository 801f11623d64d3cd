// Finds comments in source text and strips their marks.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace dobby {

using Lines = std::vector<std::string_view>;
using SomeLines = std::span<const std::string_view>;

/// The comment syntax of a language.
struct CommentStyle {
  std::vector<std::string_view> line;  ///< Marks, longest first.
  std::vector<std::pair<std::string_view, std::string_view>> block;
};

CommentStyle StyleOf(std::string_view language);

/// Returns the comment at `lines[at]`, if there is one, and moves `at` past it.
/// Lines are trimmed, here and below.
std::optional<Lines> TakeComment(SomeLines lines, std::size_t& at,
                                 const CommentStyle& style);

/// Returns the comment that ends right above line `at`, or above its
/// attributes, template head and the like. Nothing if it is longer than 120
/// lines.
std::optional<Lines> CommentAbove(SomeLines lines, std::size_t at,
                                  const CommentStyle& style,
                                  std::string_view language);

/// Looks for a comment within 30 lines above line `at` that has `name` on a
/// line of its own, and returns what follows the name there. Macros are often
/// described like this, with conditions and notes between.
std::optional<Lines> CommentThatNames(std::string_view name, SomeLines lines,
                                      std::size_t at,
                                      const CommentStyle& style);

/// Returns the docstring of the Python definition at line `at`.
std::optional<Lines> DocstringBelow(SomeLines lines, std::size_t at,
                                    const CommentStyle& style);

}  // namespace dobby
