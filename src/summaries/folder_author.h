// What the author of a folder says of it, in one of its files.
#pragma once

#include <map>
#include <string>

#include "dobby/summary.h"

namespace dobby {

/// Returns the sentence of the file that speaks for its folder by custom: its
/// README, the package's `__init__.py`, `doc.go`, `lib.rs`, `mod.rs` or
/// `package-info.java`, or the Go file that begins "Package ...". Where none
/// does, what several of its files speak of, and the sentence of the file that
/// has most of it: "About attention, heads and tiles, as in attention.h: ...".
/// Empty where no author wrote anything. `children`: by name.
std::string FolderAuthorsSentence(
    const std::map<std::string, SummaryNode>& children);

}  // namespace dobby
