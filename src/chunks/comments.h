// Comments in source text: where they are, and what they say without marks.
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

/// How comments of a language look.
struct CommentStyle {
  std::vector<std::string_view> line;  ///< Marks, longest first.
  std::vector<std::pair<std::string_view, std::string_view>> block;
};

CommentStyle StyleOf(std::string_view language);

/// Takes the comment at `lines[at]`, if there is one; moves `at` behind it.
/// Lines are trimmed, here and below.
std::optional<Lines> TakeComment(SomeLines lines, std::size_t& at,
                                 const CommentStyle& style);

/// Returns the comment that ends right above line `at`, or above attributes,
/// a template's head and the like. None where it is longer than 120 lines.
std::optional<Lines> CommentAbove(SomeLines lines, std::size_t at,
                                  const CommentStyle& style,
                                  std::string_view language);

/// Returns what follows `name` in a comment within 30 lines above line `at`
/// in which it stands on a line of its own: macros are described so, with
/// conditions and notes between.
std::optional<Lines> CommentThatNames(std::string_view name, SomeLines lines,
                                      std::size_t at,
                                      const CommentStyle& style);

/// Returns the docstring of the Python definition at line `at`.
std::optional<Lines> DocstringBelow(SomeLines lines, std::size_t at,
                                    const CommentStyle& style);

}  // namespace dobby
