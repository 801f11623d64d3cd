// The second line of a summary: what a text holds, true by construction.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/chunk.h"

namespace dobby {

/// Returns a line that names what the outline defines: types with some of their
/// members, and what stands alone by kind: "Defines class Ring (push, pop);
/// functions main, usage." Private names are there only where no others are,
/// and what is too much is counted: "and 3 more". Where the author describes a
/// definition, the one whose name is nearest that of the file comes first, in
/// his words: "Ring (push, pop): A queue of bytes. Also defines functions main,
/// usage." Empty for an outline without names.
std::string HoldsLine(std::span<const Symbol> outline, std::string_view path);

/// Returns what an outline defines in numbers: "2 classes and 11 functions";
/// one thing by name: "class Ring". Empty for an outline without names.
std::string CountsOf(std::span<const Symbol> outline);

/// Both lines of a file.
struct FileLines {
  std::string first, second;
};

/// Returns the lines of a file that is named as what it defines, where the
/// author describes that: "This header defines Ring: A queue of bytes." and
/// "Defines class Ring (push, pop); function main." `opening`: FileOpening();
/// "This file" where it is empty. Nothing for other files.
std::optional<FileLines> LinesOfMain(std::span<const Symbol> outline,
                                     std::string_view path,
                                     std::string_view opening);

/// Returns the lines of a later part of a file, where the author describes
/// what it defines, of the longest such function or type: "Defines Ring: A
/// queue of bytes." and as above; behind an opening, "This header defines Ring:
/// A queue of bytes." Nothing where none is described.
std::optional<FileLines> LinesOfPart(std::span<const Symbol> outline,
                                     std::string_view path,
                                     std::string_view opening = "");

/// Returns a sentence that names the parts of a folder: "Holds base/, main.cc
/// and 3 more." What would break a line in a name becomes U+FFFD.
std::string HoldsLine(std::span<const std::string> names);

}  // namespace dobby
