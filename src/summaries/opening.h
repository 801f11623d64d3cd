// The beginning of a summary, if it is known before a model is asked.
#pragma once

#include <string>
#include <string_view>

#include "dobby/chunk.h"
#include "dobby/repo.h"

namespace dobby {

/// Returns how descriptions of files begin by the conventions of a language,
/// for the first chunk of a file: "Package zip" in Go, "This header", "This
/// module", "This crate". Empty for other chunks, and if the file is a single
/// class.
std::string FileOpening(std::string_view path, const Language& language,
                        const Chunk& chunk);

/// Returns the name of a function as the beginning of a sentence about it:
/// "Load the user settings" for loadUserSettings, "Users by name" for
/// users_by_name; in Go, where the name itself comes first, "LoadUser loads the
/// user". Empty for a name without words, or over 80 bytes.
std::string FunctionOpening(std::string_view name, const Language& language);

}  // namespace dobby
