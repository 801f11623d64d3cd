// Decides from a file's content whether it is text and written by hand.
#pragma once

#include <optional>
#include <string_view>

#include "dobby/repo.h"

namespace dobby {

/// Returns why a file with this decoded text is left out, if it is. A template
/// is not taken for generated: the marker at its head is for what it makes. The
/// reasons are checked in this order: empty, LFS pointer, own export,
/// generated, minified.
std::optional<SkipReason> SkipByContent(std::string_view path,
                                        std::string_view text,
                                        const Language& language);

/// Returns whether `path` names a file that a package manager writes.
bool IsLockFile(std::string_view path);

}  // namespace dobby
