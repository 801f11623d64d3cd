#include "summaries/text_facts.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "chunks/author_words.h"
#include "chunks/instructions.h"
#include "chunks/statement_names.h"
#include "prose/document.h"
#include "prose/licences.h"
#include "prose/readme.h"
#include "summaries/name_claims.h"

namespace dobby {
namespace {

/// Whether a file lists what has changed: its first words are of one change.
bool IsChangeLog(std::string_view path) {
  static constexpr std::array<std::string_view, 6> kStarts = {
      "changelog", "changes", "history", "news", "releases", "release-notes"};
  const std::string name = Lower(BaseNameOf(path));
  return std::any_of(kStarts.begin(), kStarts.end(),
                     [&](auto start) { return name.starts_with(start); });
}

bool IsDocument(const Language& language) {
  static constexpr std::array<std::string_view, 3> kIds = {"asciidoc",
                                                           "markdown", "rst"};
  return std::find(kIds.begin(), kIds.end(), language.id) != kIds.end();
}

bool IsReadme(std::string_view path) {
  return Lower(BaseNameOf(path)).starts_with("readme");
}

/// Returns what a document says that it, or what it describes, is about.
std::string DescriptionOf(const SourceFile& file, const RepoFacts& repo) {
  if (IsChangeLog(file.path)) return "";
  const Document document = ReadDocument(file.text, file.language);
  if (!IsReadme(file.path)) return OpeningOf(document);
  const std::string folder(BaseNameOf(FolderOf(file.path)));
  const std::vector<std::string> names = {folder.empty() ? repo.name()
                                                         : folder};
  return DescriptionIn(document, names, IsInstruction);
}

/// Whether a file is named as those are that hold a licence.
bool IsLicenceFile(std::string_view path) {
  static constexpr std::array<std::string_view, 4> kStarts = {
      "license", "licence", "copying", "unlicense"};
  const std::string name = Lower(BaseNameOf(path));
  return std::any_of(kStarts.begin(), kStarts.end(),
                     [&](auto start) { return name.starts_with(start); });
}

/// Reads what a file is that is no code.
void ReadKind(const SourceFile& file, FileFacts& facts) {
  const std::string_view name = BaseNameOf(file.path);
  facts.manifest = ReadManifest(name, file.text);
  if (IsLicenceFile(file.path)) facts.licence = LicenceOf(file.text);
  const std::string_view id = file.language.id;
  if (id == "csv") facts.table = ReadDelimited(file.text);
  if (id == "json" || id == "jsonl") facts.table = ReadJsonRecords(file.text);
  if (IsListFile(name)) facts.list = ReadList(file.text);
}

}  // namespace

TextFacts::TextFacts(const FileFacts& of_file, const Chunk& of_chunk)
    : file(of_file),
      chunk(of_chunk),
      items(ItemsOf(of_chunk.outline, of_file.path)),
      is_head(of_chunk.first_line <= 1) {
  if (!items.empty()) return;
  items =
      ItemsOf(StatementNames(of_chunk.text, of_file.language), of_file.path);
  // What a text sets says more of it than what it calls.
  const auto settings =
      std::count_if(items.begin(), items.end(),
                    [](const Item& item) { return item.kind == "setting"; });
  std::erase_if(items, [settings](const Item& item) {
    return (item.kind == "setting") != (settings > 1);
  });
}

FileFacts ReadFileFacts(const SourceFile& file, std::span<const Symbol> outline,
                        const FactReaders& readers,
                        const std::stop_token& stop) {
  FileFacts facts;
  facts.path = file.path;
  facts.language = file.language;
  facts.bytes = file.text.size();
  if (IsDocument(file.language) || IsReadme(file.path)) {
    facts.description = DescriptionOf(file, readers.repo);
  } else {
    facts.head = HeadSentence(file.text, file.language, outline);
    const std::string_view name = BaseNameOf(file.path);
    const bool says_nothing =
        readers.repo.IsBanner(facts.head) || !SaysMoreThan(name, facts.head);
    if (says_nothing) facts.head.clear();
  }
  ReadKind(file, facts);
  if (readers.counterparts) {
    facts.counterpart = readers.counterparts->FactsFor(file.path, stop);
  }
  return facts;
}

}  // namespace dobby
