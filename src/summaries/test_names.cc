#include "summaries/test_names.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace dobby {
namespace {

bool IsTestFolder(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "test",     "tests",     "spec", "specs",     "testing",
      "testdata", "__tests__", "e2e",  "unit_tests"};
  return std::find(kNames.begin(), kNames.end(), Lower(name)) != kNames.end();
}

}  // namespace

std::optional<std::string_view> TestedStem(std::string_view stem) {
  static constexpr std::array<std::string_view, 9> kSuffixes = {
      "_unittest", "_tests", "_test", "_spec", "-test",
      ".test",     ".spec",  "Tests", "Test"};
  for (const std::string_view suffix : kSuffixes) {
    if (stem.size() > suffix.size() && stem.ends_with(suffix)) {
      return stem.substr(0, stem.size() - suffix.size());
    }
  }
  constexpr std::string_view kPrefix = "test_";
  if (stem.size() > kPrefix.size() && stem.starts_with(kPrefix)) {
    return stem.substr(kPrefix.size());
  }
  return std::nullopt;
}

bool IsTestPath(std::string_view path) {
  const std::string_view name = BaseNameOf(path);
  if (TestedStem(name.substr(0, name.rfind('.')))) return true;
  std::string_view folder = FolderOf(path);
  while (!folder.empty()) {
    if (IsTestFolder(BaseNameOf(folder))) return true;
    folder = FolderOf(folder);
  }
  return false;
}

}  // namespace dobby
