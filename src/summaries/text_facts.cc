#include "summaries/text_facts.h"

#include <algorithm>
#include <array>

#include "chunks/author_words.h"

namespace dobby {
namespace {

bool IsDocument(const Language& language) {
  static constexpr std::array<std::string_view, 3> kIds = {"asciidoc",
                                                           "markdown", "rst"};
  return std::find(kIds.begin(), kIds.end(), language.id) != kIds.end();
}

}  // namespace

FileFacts ReadFileFacts(const SourceFile& file, const RepoFacts& repo,
                        CounterpartReader* counterparts,
                        const std::stop_token& stop) {
  FileFacts facts;
  facts.path = file.path;
  facts.language = file.language;
  facts.bytes = file.text.size();
  std::string sentence = AuthorsSentence(file.text, file.language);
  if (IsDocument(file.language)) {
    facts.description = std::move(sentence);
  } else if (!repo.IsBanner(sentence)) {
    facts.head = std::move(sentence);
  }
  if (counterparts) facts.counterpart = counterparts->FactsFor(file.path, stop);
  return facts;
}

}  // namespace dobby
