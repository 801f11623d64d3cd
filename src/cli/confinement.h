// The sandbox of each command: what it reads and what it may write.
#pragma once

#include <string>

#include "cli/io.h"
#include "cli/settings.h"
#include "dobby/index_place.h"
#include "dobby/sandbox.h"

namespace dobby::cli {

/// Adds the models that `settings` name and those that are installed, to be
/// read, and the cache, to be written.
void AllowModels(const Settings& settings, SandboxRules* rules);

/// Adds the installed models and the one of this name or path, to be read.
void AllowModel(const std::string& name, SandboxRules* rules);

/// Adds a tree that is to be read, and the files of git that its walk asks.
/// `path` is a folder, or a file in it.
void AllowTree(const std::string& path, SandboxRules* rules);

/// Adds the folder of an index, to be written: SQLite keeps files of its own
/// beside it, for readers too.
void AllowIndex(const IndexPlace& place, SandboxRules* rules);

/// Adds a file or folder to be read; nothing for "".
void AllowReading(const std::string& path, SandboxRules* rules);

/// Adds a folder to be written, making it where it is missing; nothing for "".
void AllowFolder(const std::string& folder, SandboxRules* rules);

/// Adds the folder of a file to be written; nothing for "".
void AllowOutput(const std::string& file, SandboxRules* rules);

/// Shuts the program in the sandbox of `rules`, unless --no-sandbox says not
/// to, and takes interrupts as stop requests from here on where the command
/// keeps work. To be called before the command starts a thread, and before it
/// reads what may be a stranger's.
/// Errors: where the kernel refuses; they say that --no-sandbox goes without.
Result<void> Confine(const SandboxRules& rules, const Settings& settings,
                     Io& io);

}  // namespace dobby::cli
