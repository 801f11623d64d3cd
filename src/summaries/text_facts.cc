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

FileFacts ReadFileFacts(const SourceFile& file, std::span<const Symbol> outline,
                        const FactReaders& readers,
                        const std::stop_token& stop) {
  FileFacts facts;
  facts.path = file.path;
  facts.language = file.language;
  facts.bytes = file.text.size();
  std::string sentence = HeadSentence(file.text, file.language, outline);
  if (IsDocument(file.language)) {
    facts.description = std::move(sentence);
  } else if (!readers.repo.IsBanner(sentence)) {
    facts.head = std::move(sentence);
  }
  if (readers.counterparts) {
    facts.counterpart = readers.counterparts->FactsFor(file.path, stop);
  }
  return facts;
}

}  // namespace dobby
