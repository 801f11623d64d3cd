// What only the content of a file tells: text or not, written by hand or not.
#pragma once

#include <optional>
#include <string_view>

#include "dobby/repo.h"

namespace dobby {

/// Returns why a file with this content is left out, if it is: binary, empty,
/// generated or minified, asked in this order.
std::optional<SkipReason> SkipByContent(std::string_view text,
                                        const Language& language);

/// Returns whether `path` names a file that a package manager writes.
bool IsLockFile(std::string_view path);

}  // namespace dobby
