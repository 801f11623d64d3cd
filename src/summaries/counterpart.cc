#include "summaries/counterpart.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "chunks/author_words.h"
#include "dobby/chunk.h"
#include "summaries/header_files.h"
#include "summaries/main_item.h"
#include "summaries/outline_items.h"
#include "summaries/test_names.h"

namespace dobby {
namespace {

bool IsImplementation(std::string_view ending) {
  static constexpr std::array<std::string_view, 6> kEndings = {
      ".c", ".cc", ".cpp", ".cxx", ".m", ".mm"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
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
    if (!entry.selected()) continue;
    Namesakes& namesakes = by_name_[BaseNameOf(entry.path)];
    namesakes.entry = &entry;
    ++namesakes.count;
    by_path_[entry.path] = &entry;
  }
}

std::optional<CounterpartFinder::Found> CounterpartFinder::Find(
    std::string_view path) const {
  const std::string folder(path.substr(0, path.rfind('/') + 1));
  std::optional<Found> only;
  for (const Counterpart& wanted : CounterpartsOf(BaseNameOf(path))) {
    const auto beside = by_path_.find(folder + wanted.name);
    if (beside != by_path_.end()) {
      return Found{beside->second, wanted.is_tested};
    }
    const auto named = by_name_.find(wanted.name);
    if (!only && named != by_name_.end() && named->second.count == 1) {
      only = Found{named->second.entry, wanted.is_tested};
    }
  }
  return only;
}

CounterpartFacts ReadCounterpart(const SourceFile& counterpart, bool is_tested,
                                 const RepoFacts& facts,
                                 const std::stop_token& stop) {
  CounterpartFacts read;
  read.name = BaseNameOf(counterpart.path);
  read.is_tested = is_tested;
  const auto whole = SplitFile(counterpart, kWholeFile, stop);
  if (!whole || whole->empty()) return read;
  const std::vector<Symbol>& outline = whole->front().outline;
  read.sentence = HeadSentence(counterpart.text, counterpart.language, outline);
  if (facts.IsBanner(read.sentence)) read.sentence.clear();
  if (!read.sentence.empty()) return read;
  std::vector<Item> items = ItemsOf(outline, counterpart.path);
  const auto main = FindMain(items, counterpart.path);
  if (main != items.end() && IsSubjectOf(*main, counterpart.path)) {
    read.sentence = main->doc;
    read.definition = main->name;
  }
  return read;
}

CounterpartFacts CounterpartReader::FactsFor(std::string_view path,
                                             const std::stop_token& stop) {
  const auto found = finder_.Find(path);
  if (!found) return {};
  const auto [read, is_new] =
      read_.try_emplace({found->entry, found->is_tested});
  if (!is_new) return read->second;
  const auto content = ReadFile(repo_, *found->entry, options_);
  if (content && content->file) {
    read->second =
        ReadCounterpart(*content->file, found->is_tested, facts_, stop);
  }
  return read->second;
}

}  // namespace dobby
