#include "summaries/counterpart.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "chunks/author_words.h"
#include "dobby/chunk.h"
#include "summaries/header_files.h"
#include "summaries/holds_line.h"

namespace dobby {
namespace {

bool IsImplementation(std::string_view ending) {
  static constexpr std::array<std::string_view, 6> kEndings = {
      ".c", ".cc", ".cpp", ".cxx", ".m", ".mm"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

/// Returns the stem of the code that a test is named for: "ring" for
/// "ring_test", "test_ring", "ring.spec"; nothing for other stems.
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

std::string_view FolderOf(std::string_view path) {
  return path.substr(0, path.size() - BaseNameOf(path).size());
}

}  // namespace

std::vector<Counterpart> CounterpartsOf(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  const std::string_view stem = name.substr(0, dot), ending = name.substr(dot);
  const auto tested = TestedStem(stem);
  std::vector<Counterpart> found;
  if (IsImplementation(ending)) {
    for (const std::string_view header : kHeaderEndings) {
      found.push_back({std::string(tested.value_or(stem)) + std::string(header),
                       tested.has_value()});
    }
  }
  if (tested) {
    found.push_back({std::string(*tested) + std::string(ending), true});
  }
  return found;
}

CounterpartFinder::CounterpartFinder(const Repo& repo) {
  for (const FileEntry& entry : repo.entries) {
    if (entry.selected()) by_name_[BaseNameOf(entry.path)].push_back(&entry);
  }
}

std::optional<CounterpartFinder::Found> CounterpartFinder::Find(
    std::string_view path) const {
  std::optional<Found> only;
  for (const Counterpart& wanted : CounterpartsOf(BaseNameOf(path))) {
    const auto named = by_name_.find(wanted.name);
    if (named == by_name_.end()) continue;
    for (const FileEntry* entry : named->second) {
      if (FolderOf(entry->path) == FolderOf(path)) {
        return Found{entry, wanted.is_tested};
      }
    }
    if (!only && named->second.size() == 1) {
      only = Found{named->second.front(), wanted.is_tested};
    }
  }
  return only;
}

std::string SentenceByCounterpart(const SourceFile& counterpart,
                                  bool is_tested) {
  const std::string start = (is_tested ? "Tests " : "Implements ") +
                            std::string(BaseNameOf(counterpart.path));
  const std::string author =
      AuthorsSentence(counterpart.text, counterpart.language);
  if (!author.empty()) return OneLine(start + ": " + author);
  const auto whole = SplitFile(counterpart, kWholeFile);
  if (!whole) return "";
  const auto main =
      LinesOfMain(whole->front().outline, counterpart.path, start + ", which");
  return main ? main->first : "";
}

}  // namespace dobby
