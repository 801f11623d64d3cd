// What a manifest says of the project or package that its folder holds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// The facts of a manifest; each may be empty.
struct Manifest {
  std::string kind;  ///< "Rust crate", "npm package", ...
  std::string name;
  std::string version;
  std::string description;  ///< Plain text on one line, near 300 bytes at most;
                            ///< never a placeholder.
  /// Members of a workspace, modules, programs and entry points, at most 20.
  std::vector<std::string> parts;
};

/// Returns the facts of a file whose name is that of a manifest; nothing for
/// other files, and where the text has none of them.
std::optional<Manifest> ReadManifest(std::string_view file_name,
                                     std::string_view text);

/// Whether a file has the name of a manifest.
bool IsManifest(std::string_view file_name);

/// Returns a description as plain text on one line, without tags and marks, cut
/// behind a sentence to 300 bytes where it can be. Empty if it is a placeholder
/// of a template or says only `name`.
std::string PlainDescription(std::string_view description,
                             std::string_view name);

}  // namespace dobby
