#include "facts/manifest.h"

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "base/utf8.h"
#include "chunks/settings.h"
#include "facts/code_settings.h"
#include "facts/manifest_kinds.h"

namespace dobby {
namespace {

constexpr std::size_t kMostParts = 20;

/// Calls `take` with each word of a list that blanks separate, until it returns
/// true; returns whether it did.
bool AnyOf(std::string_view list,
           const std::function<bool(std::string_view)>& take) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    if (take(list.substr(0, end))) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

bool FitsName(const ManifestKind& kind, std::string_view lower_name) {
  return AnyOf(kind.files, [&](std::string_view pattern) {
    if (!pattern.starts_with('*')) return pattern == lower_name;
    return lower_name.size() >= pattern.size() &&
           lower_name.ends_with(pattern.substr(1));
  });
}

std::vector<Setting> SettingsOf(const ManifestKind& kind,
                                std::string_view text) {
  using enum ManifestFormat;
  switch (kind.format) {
    case kJson:
      return ReadSettings(text, SettingsFormat::kJson);
    case kToml:
      return ReadSettings(text, SettingsFormat::kToml);
    case kYaml:
      return ReadSettings(text, SettingsFormat::kYaml);
    case kXml:
      return ReadSettings(text, SettingsFormat::kXml);
    case kIni:
      return ReadSettings(text, SettingsFormat::kIni);
    case kFields:
      return ReadSettings(text, SettingsFormat::kFields);
    case kCode:
      return ReadCodeSettings(text, BareWords::kNone);
    case kCMake:
      return ReadCodeSettings(text, BareWords::kAfterCalls);
    case kGoMod:
      break;
  }
  return {};
}

/// Whether a value is filled in by a tool.
bool IsFilledIn(std::string_view value) {
  return value.find("${") != value.npos || value.find("#{") != value.npos ||
         value.find("{{") != value.npos || value.find("$(") != value.npos ||
         (value.starts_with("@") && value.ends_with("@")) ||
         value.starts_with("file:") || value.starts_with("attr:");
}

/// The settings of a manifest with their paths in lower case.
class Lookup {
 public:
  explicit Lookup(std::vector<Setting> settings)
      : settings_(std::move(settings)) {
    for (Setting& setting : settings_) setting.path = Lower(setting.path);
  }

  bool Has(std::string_view paths) const {
    return AnyOf(paths, [&](std::string_view path) {
      return std::any_of(
          settings_.begin(), settings_.end(),
          [&](const Setting& setting) { return Fits(setting.path, path); });
    });
  }

  /// Returns the first value at one of those paths that is not empty.
  std::string ValueOf(std::string_view paths) const {
    std::string value;
    AnyOf(paths, [&](std::string_view path) {
      for (const Setting& setting : settings_) {
        if (!Fits(setting.path, path) || setting.value.empty()) continue;
        value = setting.value;
        return true;
      }
      return false;
    });
    return value;
  }

  /// Returns the values at those paths, or names of keys below them.
  std::vector<std::string> ValuesOf(std::string_view paths) const {
    std::vector<std::string> values;
    AnyOf(paths, [&](std::string_view path) {
      for (const Setting& setting : settings_) {
        const std::string value = PartOf(setting, path);
        const bool is_part =
            !value.empty() && !IsFilledIn(value) && values.size() < kMostParts;
        if (!is_part) continue;
        if (std::find(values.begin(), values.end(), value) == values.end()) {
          values.push_back(value);
        }
      }
      return false;
    });
    return values;
  }

 private:
  static bool Fits(std::string_view path, std::string_view wanted) {
    if (!wanted.starts_with('*')) return path == wanted;
    wanted.remove_prefix(wanted.starts_with("*.") ? 2 : 1);
    return path == wanted ||
           (path.size() > wanted.size() && path.ends_with(wanted) &&
            path[path.size() - wanted.size() - 1] == '.');
  }

  static std::string PartOf(const Setting& setting, std::string_view path) {
    if (!path.ends_with(".*")) {
      return Fits(setting.path, path) ? OneLine(JoinedWords(setting.value))
                                      : "";
    }
    path.remove_suffix(2);
    if (setting.path.size() == path.size() + 1 + Lower(setting.name).size() &&
        setting.path.starts_with(path) && !setting.name.empty()) {
      return setting.path[path.size()] == '.' ? setting.name : "";
    }
    // "executable ring" heads a stanza of Cabal.
    const bool is_stanza = setting.is_group && setting.path.starts_with(path) &&
                           setting.path.size() > path.size() + 1 &&
                           setting.path[path.size()] == ' ';
    return is_stanza ? setting.name.substr(path.size() + 1) : "";
  }

  std::vector<Setting> settings_;
};

std::string NameOf(std::string value) {
  value = OneLine(JoinedWords(value));
  return IsFilledIn(value) || value.size() > 100 ? "" : value;
}

/// Names of such files are names of what they describe.
std::string StemOf(const ManifestKind& kind, std::string_view file_name) {
  std::string stem;
  AnyOf(kind.files, [&](std::string_view pattern) {
    const std::string_view ending = pattern.substr(1);
    if (!pattern.starts_with('*') || !Lower(file_name).ends_with(ending)) {
      return false;
    }
    stem = OneLine(file_name.substr(0, file_name.size() - ending.size()));
    return true;
  });
  return stem;
}

/// "module example.org/ring/v2" is ring.
std::optional<Manifest> ReadGoModule(const ManifestKind& kind,
                                     std::string_view text) {
  constexpr std::string_view kModule = "module ";
  for (std::string_view line : TrimmedLines(text, 1000)) {
    if (!line.starts_with(kModule)) continue;
    line = Trim(line.substr(kModule.size(), line.find("//") - kModule.size()));
    if (line.size() > 1 && line.front() == '"') {
      line = line.substr(1, line.size() - 2);
    }
    std::string_view name = BaseNameOf(line);
    const bool is_version =
        name.size() > 1 && name[0] == 'v' &&
        name.find_first_not_of("0123456789", 1) == name.npos;
    if (is_version) name = BaseNameOf(FolderOf(line));
    return Manifest{
        std::string(kind.kind), NameOf(std::string(name)), "", "", {}};
  }
  return std::nullopt;
}

std::optional<Manifest> ReadAs(const ManifestKind& kind,
                               std::string_view file_name,
                               std::string_view text) {
  if (kind.format == ManifestFormat::kGoMod) return ReadGoModule(kind, text);
  const Lookup found(SettingsOf(kind, text));
  if (!kind.needs.empty() && !found.Has(kind.needs)) return std::nullopt;
  Manifest manifest;
  manifest.kind = kind.kind;
  manifest.name = NameOf(found.ValueOf(kind.name));
  manifest.version = NameOf(found.ValueOf(kind.version));
  AnyOf(kind.description, [&](std::string_view path) {
    std::string description = found.ValueOf(path);
    // Debian's long description follows its summary.
    if (kind.kind == "Debian package") {
      description = description.substr(0, description.find('\n'));
    }
    manifest.description = PlainDescription(description, manifest.name);
    return !manifest.description.empty();
  });
  manifest.parts = found.ValuesOf(kind.parts);
  const bool is_empty = manifest.name.empty() && manifest.parts.empty() &&
                        manifest.description.empty();
  if (manifest.name.empty()) manifest.name = StemOf(kind, file_name);
  if (is_empty && manifest.name.empty()) return std::nullopt;
  return manifest;
}

}  // namespace

bool IsManifest(std::string_view file_name) {
  const std::string lower = Lower(file_name);
  const auto kinds = ManifestKinds();
  return std::any_of(kinds.begin(), kinds.end(), [&](const ManifestKind& kind) {
    return FitsName(kind, lower);
  });
}

std::optional<Manifest> ReadManifest(std::string_view file_name,
                                     std::string_view text) {
  const std::string lower = Lower(file_name);
  for (const ManifestKind& kind : ManifestKinds()) {
    if (!FitsName(kind, lower)) continue;
    if (auto manifest = ReadAs(kind, file_name, text)) return manifest;
  }
  return std::nullopt;
}

}  // namespace dobby
