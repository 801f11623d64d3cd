// The sources of what is said of files and chunks.
#include <algorithm>
#include <array>
#include <numeric>

#include "base/text.h"
#include "base/utf8.h"
#include "chunks/author_words.h"
#include "chunks/comments.h"
#include "summaries/code_sentence.h"
#include "summaries/definition_lines.h"
#include "summaries/name_phrases.h"
#include "summaries/sources.h"

namespace dobby {
namespace {

using Said = std::optional<Line>;

constexpr std::size_t kMostQuotedBytes = 160;
constexpr std::size_t kMostColumnsShown = 12;
constexpr std::size_t kMostSettings = 7;
/// A definition of so many of a chunk's lines is what the chunk is about.
constexpr double kMostOfChunk = 0.4;
/// A definition of so many of a file's lines is what the file is about.
constexpr double kMostOfFile = 0.6;

Said SayIf(std::string text) {
  if (text.empty()) return std::nullopt;
  return Line{std::move(text)};
}

Said SayLicence(const TextFacts& facts) {
  const std::string& id = facts.file.licence;
  if (!facts.is_head || id.empty()) return std::nullopt;
  return Line{"The text of the " + id + " licence."};
}

Said SayManifest(const TextFacts& facts) {
  if (!facts.is_head || !facts.file.manifest) return std::nullopt;
  const Manifest& manifest = *facts.file.manifest;
  std::string text = "Manifest of the " + manifest.kind;
  if (!manifest.name.empty()) text += " " + manifest.name;
  if (!manifest.version.empty()) text += " " + manifest.version;
  return Line{OneLine(text + (manifest.description.empty()
                                  ? "."
                                  : ": " + Quoted(manifest.description)))};
}

Said SayTable(const TextFacts& facts) {
  if (!facts.is_head || !facts.file.table) return std::nullopt;
  const TableFacts& table = *facts.file.table;
  if (table.columns.empty()) {
    return Line{"Table of " + Count(table.rows, "row") + " and " +
                Count(table.column_count, "column") + "."};
  }
  return Line{OneLine("Table of " + Count(table.rows, "row") + ": " +
                      JoinNames(table.columns, kMostColumnsShown) + ".")};
}

Said SayList(const TextFacts& facts) {
  if (!facts.is_head || !facts.file.list) return std::nullopt;
  const ListFacts& list = *facts.file.list;
  if (list.first.empty()) return std::nullopt;
  return Line{OneLine("Begins: " + JoinNames(list.first, list.first.size()) +
                      "; a list of " + Count(list.entries, "entry") + ".")};
}

Said SayDescription(const TextFacts& facts) {
  return facts.is_head ? SayIf(facts.file.description) : std::nullopt;
}

Said SayHeader(const TextFacts& facts) {
  return facts.is_head ? SayIf(facts.file.head) : std::nullopt;
}

Said SayCounterpart(const TextFacts& facts) {
  const CounterpartFacts& other = facts.file.counterpart;
  if (!facts.is_head || other.sentence.empty()) return std::nullopt;
  const std::string of =
      other.definition.empty() ? "" : other.definition + " of ";
  return Line{OneLine((other.is_tested ? "Tests " : "Implements ") +
                      QuoteOn(of + other.name, other.sentence))};
}

Said SayDefinition(const std::optional<DefinitionLine>& line) {
  if (!line) return std::nullopt;
  return Line{line->text, Voice::kFallback, line->name};
}

Said SayNamesake(const TextFacts& facts) {
  return SayDefinition(LineOnMain(facts.items, facts.file.path));
}

Said SayBulk(const TextFacts& facts) {
  return SayDefinition(
      LineOnLargest(facts.items, facts.file.path, kMostOfFile));
}

Said SayLargest(const TextFacts& facts) {
  return SayDefinition(
      LineOnLargest(facts.items, facts.file.path, kMostOfChunk));
}

/// What a chunk is in the middle of: "Continues method push of class Ring".
std::string Continued(std::span<const Symbol> enclosing) {
  std::string text;
  for (auto symbol = enclosing.rbegin(); symbol != enclosing.rend(); ++symbol) {
    if (symbol->name.size() > kLongestName) break;
    text += (text.empty() ? "" : " of ") + symbol->kind + " " + symbol->name;
    if (!symbol->owner.empty()) text += " of " + symbol->owner;
  }
  return text;
}

Said SayContinued(const TextFacts& facts) {
  std::span<const Symbol> enclosing = facts.chunk.enclosing;
  // The innermost definition with a comment tells most of the chunk.
  for (std::size_t count = enclosing.size(); count > 0; --count) {
    const Symbol& symbol = enclosing[count - 1];
    if (SentenceAbout(symbol.name, symbol.doc).empty()) continue;
    const std::string inner = Continued(enclosing.subspan(count - 1));
    return Line{OneLine("Continues " + QuoteOn(inner, symbol.doc))};
  }
  return std::nullopt;
}

/// Says what a text without definitions sets, if that is more than one thing.
Said SayStatements(const TextFacts& facts) {
  const auto settings =
      std::count_if(facts.items.begin(), facts.items.end(),
                    [](const Item& item) { return item.kind == "setting"; });
  if (settings < 2 || !facts.chunk.enclosing.empty()) return std::nullopt;
  std::vector<std::string> names;
  for (const Item& item : facts.items) {
    if (item.kind == "setting") names.push_back(item.name);
  }
  return Line{OneLine("Settings " + JoinNames(names, kMostSettings) + ".")};
}

bool HasStatementsOnly(const TextFacts& facts) {
  return std::all_of(facts.items.begin(), facts.items.end(),
                     [](const Item& item) {
                       return item.kind == "setting" || item.kind == "call";
                     });
}

Said SayNames(const TextFacts& facts) {
  const bool says_nothing =
      HasStatementsOnly(facts) && facts.chunk.enclosing.empty();
  if (says_nothing) return std::nullopt;
  std::string sentence = CodeSentence(facts.items, facts.file.path);
  const std::string continued = Continued(facts.chunk.enclosing);
  if (continued.empty()) return SayIf(std::move(sentence));
  if (sentence.empty()) return Line{OneLine("Continues " + continued + ".")};
  sentence[0] =
      static_cast<char>(std::tolower(static_cast<unsigned char>(sentence[0])));
  return Line{OneLine("Continues " + continued + ": " + sentence)};
}

/// The comments before the longest parts of a text; those at the margin, where
/// there are some.
std::vector<std::string> MainComments(std::vector<CommentSentence> comments) {
  const bool some_at_margin =
      std::any_of(comments.begin(), comments.end(),
                  [](const auto& comment) { return !comment.is_indented; });
  if (some_at_margin) {
    std::erase_if(comments,
                  [](const auto& comment) { return comment.is_indented; });
  }
  std::vector<std::size_t> order(comments.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
    return comments[a].lines > comments[b].lines;
  });
  std::size_t shown = 0, bytes = 0;
  while (shown < order.size()) {
    bytes += comments[order[shown]].text.size();
    if (shown > 0 && bytes > kMostQuotedBytes) break;
    ++shown;
  }
  order.resize(shown);
  std::sort(order.begin(), order.end());
  std::vector<std::string> sentences;
  sentences.reserve(order.size());
  for (const std::size_t i : order) sentences.push_back(comments[i].text);
  return sentences;
}

Said SayComments(const TextFacts& facts) {
  std::string line;
  for (const std::string& sentence :
       MainComments(CommentSentences(facts.chunk.text, facts.file.language))) {
    line += " " + Quoted(sentence);
  }
  return line.empty() ? std::nullopt : Said(Line{OneLine("Comments:" + line)});
}

/// Whether a line has words, and is not as short as "try:" or a declaration of
/// XML and its like.
bool SaysSomething(std::string_view line) {
  constexpr std::size_t kShortest = 4;
  return line.size() >= kShortest && !line.starts_with("<?") &&
         !line.starts_with("<!") &&
         std::any_of(line.begin(), line.end(), [](char c) {
           return std::isalpha(static_cast<unsigned char>(c)) != 0 ||
                  static_cast<unsigned char>(c) >= 0x80;
         });
}

Said SayBeginning(const TextFacts& facts) {
  const Lines lines = TrimmedLines(facts.chunk.text, facts.chunk.text.size());
  const CommentStyle style = StyleOf(facts.file.language.id);
  // A comment that says something has been quoted as one.
  for (std::size_t at = 0; at < lines.size();) {
    if (TakeComment(lines, at, style)) continue;
    if (SaysSomething(lines[at])) {
      return Line{"Begins: " +
                  Quoted(Shortened(OneLine(lines[at]), kMostQuotedBytes))};
    }
    ++at;
  }
  return std::nullopt;
}

Said SayPlace(const TextFacts& facts) {
  const std::string& path = facts.file.path;
  return Line{path.empty() ? "A text without a summary."
                           : OneLine("A part of " + path + ".")};
}

// --- The tables.

constexpr std::array kFileSources = {
    TextSource{Voice::kStructure, SayLicence},
    TextSource{Voice::kStructure, SayManifest},
    TextSource{Voice::kReadme, SayDescription},
    TextSource{Voice::kHeader, SayHeader},
    TextSource{Voice::kCounterpart, SayCounterpart},
    TextSource{Voice::kDefinition, SayNamesake},
    TextSource{Voice::kDefinition, SayBulk},
    TextSource{Voice::kStructure, SayTable},
    TextSource{Voice::kQuote, SayList},
    TextSource{Voice::kModel, nullptr},
    TextSource{Voice::kStructure, SayNames},
    TextSource{Voice::kStructure, SayStatements},
    TextSource{Voice::kQuote, SayComments},
    TextSource{Voice::kQuote, SayBeginning},
    TextSource{Voice::kFallback, SayPlace},
};

constexpr std::array kChunkSources = {
    TextSource{Voice::kDefinition, SayContinued},
    TextSource{Voice::kDefinition, SayLargest},
    TextSource{Voice::kModel, nullptr},
    TextSource{Voice::kStructure, SayNames},
    TextSource{Voice::kStructure, SayStatements},
    TextSource{Voice::kQuote, SayComments},
    TextSource{Voice::kQuote, SayBeginning},
    TextSource{Voice::kFallback, SayPlace},
};

/// The second line: what the text holds.
Line HoldsLineOf(const TextFacts& facts, const Line& first) {
  std::string told = first.subject;
  for (const Item& item : facts.items) {
    // The comment of a file with one definition may be on that.
    const bool is_section = item.kind == "section";
    if (told.empty() && !is_section && item.doc == first.text) told = item.name;
  }
  std::string names = HoldsLine(facts.items, facts.file.path, told);
  if (!names.empty()) return {std::move(names), Voice::kStructure, ""};
  const std::size_t lines = facts.chunk.last_line - facts.chunk.first_line + 1;
  return {OneLine("Has " + Count(lines, "line") + " of " +
                  std::string(facts.file.language.display) + "."),
          Voice::kStructure, ""};
}

}  // namespace

std::span<const TextSource> FileSources() { return kFileSources; }
std::span<const TextSource> ChunkSources() { return kChunkSources; }

Draft DraftOf(const TextFacts& facts, bool trusts_model) {
  Draft draft;
  const auto sources = facts.is_head ? FileSources() : ChunkSources();
  draft.lines[0] = FirstSaid(sources, facts, trusts_model, &draft.asks_model);
  draft.lines[1] = HoldsLineOf(facts, draft.lines[0]);
  return draft;
}

}  // namespace dobby
