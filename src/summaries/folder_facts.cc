#include "summaries/folder_facts.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "summaries/code_sentence.h"
#include "summaries/name_phrases.h"
#include "summaries/namesake.h"
#include "summaries/test_names.h"

namespace dobby {
namespace {

constexpr std::size_t kMostParts = 5;  ///< Of a folder, for the one around it.

/// Names a child after its file, or as its type is written if that is it.
void NameSubject(const std::vector<Item>& items, Child& child) {
  const std::string_view name = BaseNameOf(child.file->path);
  child.subject = name.substr(0, std::max<std::size_t>(name.rfind('.'), 1));
  for (const Item& item : items) {
    const bool is_suite = item.kind == "suite";
    if (IsType(item.kind) || is_suite) child.types.push_back(item.name);
    if (!IsType(item.kind) || child.types.size() > 1) continue;
    if (!item.bases.empty()) child.base = item.bases.front();
    if (LettersOf(item.name) == LettersOf(child.subject)) {
      child.subject = item.name;
    }
  }
}

/// Returns "class", "8 functions", "tests": of the kind that comes first.
std::string WordOf(const FileFacts& file, const std::vector<Item>& items) {
  if (file.manifest) return "manifest";
  if (!file.licence.empty()) return "licence";
  if (!file.description.empty()) return "docs";
  if (file.table) return Count(file.table->rows, "row");
  if (!TestedThings(items, file.path).empty()) return "tests";
  if (items.empty()) return std::string(file.language.display);
  const std::string kind = items.front().kind;
  if (kind == "key") return "settings";
  if (kind == "section") return "docs";
  if (kind.empty()) return "methods";
  const auto count = static_cast<std::size_t>(
      std::count_if(items.begin(), items.end(),
                    [&kind](const Item& item) { return item.kind == kind; }));
  return count == 1 ? kind : Count(count, kind);
}

}  // namespace

std::size_t Child::CountFiles() const {
  std::size_t count = 0;
  for (const auto& [language, number] : files) count += number;
  return count;
}

Child ChildOf(std::shared_ptr<const FileFacts> file,
              const std::vector<Item>& items) {
  Child child;
  child.word = WordOf(*file, items);
  child.is_test = child.word == "tests" || IsTestPath(file->path);
  child.bytes = file->bytes;
  child.files[std::string(file->language.display)] = 1;
  child.file = std::move(file);
  NameSubject(items, child);
  return child;
}

std::vector<std::string> FolderFacts::NamesByWeight() const {
  std::vector<std::string> names;
  names.reserve(children.size());
  for (const auto& [child_name, child] : children) {
    names.push_back(child_name);
  }
  const auto rank = [this](const std::string& child_name) {
    const Child& child = children.at(child_name);
    const bool is_hidden = child_name.starts_with(".");
    const bool is_code = !child.is_test && !is_hidden && child.word != "docs" &&
                         child.word != "settings" && child.word != "manifest" &&
                         child.word != "licence";
    return std::tuple(is_code, !is_hidden, child.bytes);
  };
  std::stable_sort(names.begin(), names.end(),
                   [&](const std::string& a, const std::string& b) {
                     return rank(a) > rank(b);
                   });
  return names;
}

const Manifest* FolderFacts::FindManifest() const {
  const Manifest* found = nullptr;
  for (const auto& [child_name, child] : children) {
    if (!child.file || !child.file->manifest) continue;
    const Manifest& manifest = *child.file->manifest;
    if (!manifest.description.empty()) return &manifest;
    if (!found && !manifest.name.empty()) found = &manifest;
  }
  return found;
}

Child FolderFacts::ToChild() const {
  Child folder;
  folder.subject = name;
  std::size_t tests = 0, docs = 0;
  folder.parts = NamesByWeight();
  folder.parts.resize(std::min(folder.parts.size(), kMostParts));
  for (const auto& [child_name, child] : children) {
    folder.bytes += child.bytes;
    for (const auto& [language, count] : child.files) {
      folder.files[language] += count;
    }
    tests += child.is_test ? 1 : 0;
    docs += child.word == "docs" ? 1 : 0;
  }
  folder.is_test = 2 * tests > children.size() || IsTestPath(path + "/.");
  folder.word = folder.is_test ? "tests"
                : 2 * docs > children.size()
                    ? "docs"
                    : Count(folder.CountFiles(), "file");
  return folder;
}

}  // namespace dobby
