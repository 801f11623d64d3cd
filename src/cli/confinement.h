// Sets up the sandbox of a command: what it may read and write.
#pragma once

#include <string>

#include "cli/io.h"
#include "cli/settings.h"
#include "dobby/index_place.h"
#include "dobby/sandbox.h"

namespace dobby::cli {

/// Allows reading the installed models and those that `settings` name, and
/// writing to the cache.
void AllowModels(const Settings& settings, SandboxRules* rules);

/// Allows reading the installed models and the one of this name or path.
void AllowModel(const std::string& name, SandboxRules* rules);

/// Allows reading a tree and the files of git that its walk needs. `path`: a
/// folder, or a file in it.
void AllowTree(const std::string& path, SandboxRules* rules);

/// Allows writing to the folder of an index. SQLite keeps its own files beside
/// the index, even for readers.
void AllowIndex(const IndexPlace& place, SandboxRules* rules);

/// Allows reading a file or folder; ignores "".
void AllowReading(const std::string& path, SandboxRules* rules);

/// Allows writing to a folder and makes it if it is missing; ignores "".
void AllowFolder(const std::string& folder, SandboxRules* rules);

/// Allows writing to the folder of a file; ignores "".
void AllowOutput(const std::string& file, SandboxRules* rules);

/// Enters the sandbox of `rules`, unless --no-sandbox is set. From then on,
/// interrupts are stop requests if the command keeps work. Call it before the
/// command starts a thread and before it reads anything that may be a
/// stranger's. Errors: if the kernel refuses; the message mentions
/// --no-sandbox.
Result<void> Confine(const SandboxRules& rules, const Settings& settings,
                     Io& io);

}  // namespace dobby::cli
