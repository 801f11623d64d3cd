// Whether a file is named after one of its definitions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// Returns a name without what spellings differ in: "ringbuffer" for
/// Ring_Buffer.
std::string LettersOf(std::string_view name);

/// Returns the LettersOf() of a file's own name without an ending, and of its
/// folder's name.
std::vector<std::string> NamesOfFile(std::string_view path);

/// Whether a file stands for its folder: `__init__.py`, `mod.rs`, `lib.rs`,
/// `index.ts`, `package-info.java`, and any file of Go.
bool SpeaksForFolder(std::string_view path);

/// Whether the file at `path` is named after a definition, or its folder is,
/// where the file speaks for that.
bool IsNamesake(std::string_view name, std::string_view path);

}  // namespace dobby
