// The second line of a summary: what a text holds, read off its outline.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/chunk.h"

namespace dobby {

/// Returns a line that names what the outline defines: types with some of their
/// members, other definitions by kind: "Defines class Ring (push, pop);
/// functions main, usage." Private names are listed only if there are no
/// others, and names that do not fit are counted: "and 3 more". If definitions
/// have comments, the one whose name is nearest the file's comes first, in its
/// author's words: "Ring (push, pop): “A queue of bytes.” Also defines
/// functions main, usage." Names of sections are quoted too. Empty for an
/// outline without names.
std::string HoldsLine(std::span<const Symbol> outline, std::string_view path);

/// Returns how much an outline defines: "2 classes and 11 functions", or the
/// name of a single definition: "class Ring". Empty for an outline without
/// names.
std::string CountsOf(std::span<const Symbol> outline);

/// Both lines of a file.
struct FileLines {
  std::string first, second;
};

/// Returns the lines of a file that is named after one of its definitions, if
/// that has a comment: "This header defines Ring: A queue of bytes." and
/// "Defines class Ring (push, pop); function main." `opening`: FileOpening();
/// if empty, the line begins "This file". Nothing for other files.
std::optional<FileLines> LinesOfMain(std::span<const Symbol> outline,
                                     std::string_view path,
                                     std::string_view opening);

/// Returns the lines of a later part of a file, about its longest function or
/// type that has a comment: "Defines Ring: A queue of bytes." and a second line
/// as above; with an opening, "This header defines Ring: A queue of bytes."
/// Nothing if no definition has a comment.
std::optional<FileLines> LinesOfPart(std::span<const Symbol> outline,
                                     std::string_view path,
                                     std::string_view opening = "");

/// Returns a sentence that names the parts of a folder: "Holds base/, main.cc
/// and 3 more." Characters in names that would break the line become U+FFFD.
std::string HoldsLine(std::span<const std::string> names);

}  // namespace dobby
