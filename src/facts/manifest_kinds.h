// The manifests that dobby reads, as data.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace dobby {

/// How a manifest is read: by a format of chunks/settings.h, or as code.
enum class ManifestFormat : std::uint8_t {
  kJson,
  kToml,
  kYaml,
  kXml,
  kIni,
  kFields,
  kCode,   ///< facts/code_settings.h
  kCMake,  ///< The same with bare words.
  kGoMod,  ///< "module example.org/name"
};

/// One kind of manifest. Names are in lower case with at most one "*". Paths of
/// settings (lower case, separated by blanks) stand in the order in which they
/// are tried; "*.x" is any path that ends in ".x" or is "x"; "x.*" means the
/// names of the keys below x.
struct ManifestKind {
  std::string_view files;  ///< Names of files, separated by blanks.
  std::string_view kind;
  ManifestFormat format;
  std::string_view name, version, description, parts;
  std::string_view needs = {};  ///< Without one of these it is another file.
};

/// Returns all kinds. The first that fits a file and is not empty counts.
std::span<const ManifestKind> ManifestKinds();

}  // namespace dobby
