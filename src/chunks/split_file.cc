#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "chunks/author_words.h"
#include "chunks/comments.h"
#include "chunks/cuts.h"
#include "chunks/headings.h"
#include "chunks/line_names.h"
#include "chunks/syntax.h"
#include "dobby/chunk.h"

namespace dobby {
namespace {

constexpr std::uint64_t kMaxFileBytes = 64u << 20;

// Of what a chunk is in the middle of, the innermost definitions are kept.
constexpr std::ptrdiff_t kMostEnclosing = 16;

// How white space makes a cut cost: a little, so that it decides between
// places that are equal to syntax.
constexpr std::uint32_t kNoBlankLineBefore = 10;
constexpr std::uint32_t kAtBlankLine = 10;
constexpr std::uint32_t kIndented = 10;

/// Adds the costs of the lines to their units.
void PriceLines(std::string_view text, const std::optional<Syntax>& syntax,
                std::vector<Unit>& units) {
  bool after_blank = false;
  for (std::size_t i = 0; i < units.size(); ++i) {
    Unit& unit = units[i];
    const std::uint64_t end =
        i + 1 < units.size() ? units[i + 1].begin : text.size();
    const std::string_view line = text.substr(unit.begin, end - unit.begin);
    const bool blank = IsBlank(line);
    if (!after_blank) unit.cut_cost += kNoBlankLineBefore;
    if (blank) unit.cut_cost += kAtBlankLine;
    if (syntax) {
      unit.cut_cost += syntax->cut_costs[unit.line];
    } else if (line.front() == ' ' || line.front() == '\t') {
      unit.cut_cost += kIndented;
    }
    after_blank = blank;
  }
}

Chunk MakeChunk(std::string_view text, ByteRange bytes) {
  Chunk chunk;
  chunk.bytes = bytes;
  chunk.text = text.substr(bytes.begin, bytes.end - bytes.begin);
  chunk.hash = HashOf(chunk.text);
  return chunk;
}

/// Returns the sentence of the comment above a definition with all that stands
/// in front of its name; in Python first of the docstring below the name.
std::string DocOf(const Lines& lines, const Definition& definition,
                  const Language& language) {
  const Symbol& symbol = definition.symbol;
  const std::uint32_t head =
      definition.head_line > 0 ? definition.head_line : symbol.line;
  const bool is_below = language.id == "python";
  std::string doc = SentenceOnDefinition(
      lines, (is_below ? symbol.line : head) - 1, symbol.name, language);
  if (doc.empty() && head != symbol.line) {
    doc = SentenceOnDefinition(lines, (is_below ? head : symbol.line) - 1,
                               symbol.name, language);
  }
  return doc;
}

/// A comment is on the first definition of a line, not on those beside it. A
/// route that attributes make shares that of its function.
void AddDocs(const SourceFile& file, const std::stop_token& stop,
             std::vector<Definition>& definitions) {
  if (definitions.empty()) return;
  const auto lines = TrimmedLines(file.text, file.text.size());
  std::uint32_t line_before = 0;
  Symbol* route = nullptr;
  for (Definition& definition : definitions) {
    if (stop.stop_requested()) return;
    Symbol& symbol = definition.symbol;
    if (symbol.kind == "route" && !symbol.value.empty()) {
      route = &symbol;
      continue;
    }
    if (std::exchange(line_before, symbol.line) == symbol.line) continue;
    symbol.doc = DocOf(lines, definition, file.language);
    if (route != nullptr && route->value == symbol.name) {
      route->doc = symbol.doc;
    }
    route = nullptr;
  }
}

/// Returns what the file defines, each with what its author says of it.
std::vector<Definition> DefinitionsOf(const SourceFile& file,
                                      std::optional<Syntax> syntax,
                                      const std::stop_token& stop) {
  if (file.language.id == "markdown") return HeadingsOf(file.text);
  std::vector<Definition> definitions =
      syntax ? std::move(syntax->definitions)
             : LineNamesOf(file.text, file.language.id, stop);
  AddDocs(file, stop, definitions);
  return definitions;
}

/// Tells each chunk what it is in the middle of.
void AddEnclosing(const std::vector<Definition>& definitions,
                  std::vector<Chunk>& chunks) {
  std::vector<const Definition*> open;
  auto next = definitions.begin();
  for (Chunk& chunk : chunks) {
    for (; next != definitions.end() && next->begin < chunk.bytes.begin;
         ++next) {
      open.push_back(&*next);
    }
    std::erase_if(open, [&](const Definition* definition) {
      return definition->end <= chunk.bytes.begin;
    });
    std::vector<Symbol>& enclosing = chunk.enclosing;
    for (const Definition* definition : open) {
      const std::uint64_t held =
          std::min(definition->end, chunk.bytes.end) - chunk.bytes.begin;
      if (2 * held >= chunk.text.size()) {
        enclosing.push_back(definition->symbol);
      }
    }
    if (std::ssize(enclosing) > kMostEnclosing) {
      enclosing.erase(enclosing.begin(), enclosing.end() - kMostEnclosing);
    }
  }
}

/// Moves each definition to the chunk that its name begins in.
void AddOutlines(std::vector<Definition> definitions,
                 std::vector<Chunk>& chunks) {
  auto chunk = chunks.begin();
  for (Definition& definition : definitions) {
    while (definition.begin >= chunk->bytes.end) ++chunk;
    chunk->outline.push_back(std::move(definition.symbol));
  }
}

/// Returns the chunks that begin at those units.
std::vector<Chunk> ChunksAt(const std::vector<std::size_t>& begins,
                            const std::vector<Unit>& units,
                            std::string_view text, SyntaxKind kind) {
  std::vector<Chunk> chunks;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    const bool last = i + 1 == begins.size();
    const std::size_t end = last ? units.size() : begins[i + 1];
    const std::uint64_t end_byte = last ? text.size() : units[end].begin;
    chunks.push_back(MakeChunk(text, {units[begins[i]].begin, end_byte}));
    chunks.back().first_line = units[begins[i]].line + 1;
    chunks.back().last_line = units[end - 1].line + 1;
    chunks.back().kind = kind;
  }
  return chunks;
}

Error Cancelled(const std::string& path) {
  return {ErrorCode::kCancelled, "was not cut: a stop was asked for", path};
}

}  // namespace

Result<std::vector<Chunk>> SplitFile(const SourceFile& file,
                                     const ChunkOptions& options,
                                     const std::stop_token& stop) {
  if (file.text.size() > kMaxFileBytes) {
    return Error{ErrorCode::kTooLarge, "is over 64 MiB; leave it out",
                 file.path};
  }
  // At least one line, and room for any character.
  const ChunkOptions limits{std::max(options.max_lines, 1u),
                            std::max(options.max_bytes, 4u)};
  std::vector<Unit> units = UnitsOf(file.text, limits.max_bytes);
  if (units.empty()) return std::vector<Chunk>();
  auto syntax = ReadSyntax(file, units.back().line + 1, stop);
  if (stop.stop_requested()) return Cancelled(file.path);
  PriceLines(file.text, syntax, units);
  const auto begins = ChooseCuts(units, file.text.size(), limits, stop);
  if (stop.stop_requested()) return Cancelled(file.path);
  std::vector<Chunk> chunks =
      ChunksAt(begins, units, file.text,
               syntax ? SyntaxKind::kParsed : SyntaxKind::kText);
  units = {};
  std::vector<Definition> definitions =
      DefinitionsOf(file, std::move(syntax), stop);
  if (stop.stop_requested()) return Cancelled(file.path);
  AddEnclosing(definitions, chunks);
  AddOutlines(std::move(definitions), chunks);
  return chunks;
}

}  // namespace dobby
