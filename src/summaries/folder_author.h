// What the author of a folder says about it in one of its files.
#pragma once

#include <map>
#include <string>

#include "dobby/summary.h"

namespace dobby {

/// Returns the sentence of the file that speaks for its folder by convention:
/// its README, the package's `__init__.py`, `doc.go`, `lib.rs`, `mod.rs` or
/// `package-info.java`, or the Go file that begins "Package ...". If there is
/// none, returns the topics that several files share and the sentence of the
/// file with most of them: "About attention, heads and tiles, as in
/// attention.h: ...". Empty if no author wrote anything. `children`: by name.
std::string FolderAuthorsSentence(
    const std::map<std::string, SummaryNode>& children);

}  // namespace dobby
