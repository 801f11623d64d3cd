#include "chunks/config_outline.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"

namespace dobby {
namespace {

constexpr std::size_t kMostSymbolValueBytes = 100;

/// The keys below a key with that path are parts of that kind.
struct GroupRow {
  std::string_view path, kind;
};

// Source: workflow syntax of GitHub Actions, the Compose specification, the
// Serverless and npm formats, OpenAPI 2 and 3.
constexpr GroupRow kGroups[] = {
    {"jobs", "job"},           {"services", "service"},
    {"functions", "function"}, {"scripts", "script"},
    {"tasks", "task"},         {"volumes", "volume"},
    {"definitions", "schema"}, {"components.schemas", "schema"},
};

constexpr std::string_view kVerbs[] = {"get",  "put",     "post",  "delete",
                                       "head", "options", "patch", "trace"};

std::string_view ParentOf(const Setting& setting) {
  const std::string_view path = setting.path;
  if (path.size() <= setting.name.size()) return "";
  return path.substr(0, path.size() - setting.name.size() - 1);
}

class Outliner {
 public:
  Outliner(std::string_view text, SettingsFormat format)
      : text_(text), format_(format) {}

  std::vector<Definition> Read(const std::vector<Setting>& settings) {
    for (const Setting& setting : settings) Take(setting);
    std::stable_sort(
        parts_.begin(), parts_.end(),
        [](const auto& a, const auto& b) { return a.begin < b.begin; });
    return std::move(parts_);
  }

 private:
  void Take(const Setting& setting);
  bool TakePart(const Setting& setting);
  bool TakeElement(const Setting& setting);

  void Add(std::string_view kind, std::string_view name,
           const Setting& setting) {
    if (IsBlank(name)) return;
    Definition part;
    part.symbol.kind = OneLine(kind);
    part.symbol.name = Shortened(OneLine(name), kMostSymbolValueBytes);
    part.symbol.line = setting.line;
    part.symbol.depth = setting.depth;
    if (!setting.is_group && name == setting.name) {
      part.symbol.value =
          Shortened(JoinedWords(setting.value), kMostSymbolValueBytes);
    }
    part.begin = setting.begin;
    parts_.push_back(std::move(part));
  }

  std::string_view text_;
  SettingsFormat format_;
  std::vector<Definition> parts_;
  std::unordered_set<std::string> elements_;  ///< Paths of XML seen.
  std::string resource_;                      ///< Kubernetes: the last `kind`.
};

/// Parts that a format with a meaning defines.
bool Outliner::TakePart(const Setting& setting) {
  const std::string_view parent = ParentOf(setting);
  if (setting.path == "kind") resource_ = Lower(setting.value);
  if (setting.path == "metadata.name" && !resource_.empty()) {
    Add(resource_, setting.value, setting);
    resource_.clear();
    return true;
  }
  if (setting.name == "name" && setting.in_list && !setting.value.empty() &&
      parent.ends_with(".steps")) {
    Add("step", setting.value, setting);
    return true;
  }
  if (setting.in_list) return false;
  for (const GroupRow& row : kGroups) {
    if (parent == row.path) {
      Add(row.kind, setting.name, setting);
      return true;
    }
  }
  if (parent.starts_with("paths./")) {
    const auto* verb =
        std::find(std::begin(kVerbs), std::end(kVerbs), setting.name);
    if (verb == std::end(kVerbs)) return false;
    std::string route = setting.name;
    std::transform(route.begin(), route.end(), route.begin(),
                   [](char c) { return static_cast<char>(c - 32); });
    Add("route", route + " " + std::string(parent.substr(6)), setting);
    return true;
  }
  return false;
}

/// An element or attribute of XML.
bool Outliner::TakeElement(const Setting& setting) {
  if (format_ != SettingsFormat::kXml) return false;
  const std::string name = Lower(setting.name);
  const bool names = name == "name" || name == "id" || name == "android:id" ||
                     name == "x:name" || name == "key";
  const std::string_view parent = ParentOf(setting);
  const bool is_attribute =
      setting.begin > 0 && text_[setting.begin - 1] != '<';
  if (is_attribute) {
    if (names && setting.depth >= 2) {
      Add(parent.substr(parent.rfind('.') + 1), setting.value, setting);
    }
    return true;
  }
  if (setting.depth <= 1 && elements_.insert(setting.path).second) {
    Add("key", setting.name, setting);
  }
  return true;
}

void Outliner::Take(const Setting& setting) {
  if (setting.name.empty() || TakeElement(setting) || TakePart(setting)) return;
  if (setting.in_list || setting.depth > 1) return;
  const bool is_section =
      setting.is_group && setting.begin > 0 &&
      text_[setting.begin - 1] == '[' &&
      (format_ == SettingsFormat::kToml || format_ == SettingsFormat::kIni);
  if (is_section) {
    Add("section", setting.path, setting);
  } else {
    Add("key", setting.name, setting);
  }
}

}  // namespace

std::vector<Definition> ConfigOutline(std::string_view text,
                                      SettingsFormat format,
                                      const std::stop_token& stop) {
  return Outliner(text, format).Read(ReadSettings(text, format, stop));
}

}  // namespace dobby
