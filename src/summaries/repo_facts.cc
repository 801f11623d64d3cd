#include "summaries/repo_facts.h"

#include <functional>

#include "chunks/author_words.h"

namespace dobby {
namespace {

/// A header and its implementation may well begin alike; three files do not.
constexpr std::uint32_t kLeastForBanner = 3;

std::uint64_t KeyOf(std::string_view sentence) {
  return std::hash<std::string_view>()(sentence);
}

}  // namespace

RepoFacts::RepoFacts(const Repo& repo, const RepoOptions& options,
                     const std::stop_token& stop)
    : name_(repo.name) {
  for (const FileEntry& entry : repo.entries) {
    if (stop.stop_requested()) return;
    if (!entry.selected()) continue;
    const auto content = ReadFile(repo, entry, options);
    if (!content || !content->file) continue;
    const std::string sentence =
        AuthorsSentence(content->file->text, content->file->language);
    if (!sentence.empty()) ++heads_[KeyOf(sentence)];
  }
}

bool RepoFacts::IsBanner(std::string_view sentence) const {
  const auto found = heads_.find(KeyOf(sentence));
  return found != heads_.end() && found->second >= kLeastForBanner;
}

}  // namespace dobby
