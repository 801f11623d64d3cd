// Cuts a source file into chunks of about 300 lines, where the syntax allows
// it.
#pragma once

#include <cstdint>
#include <limits>
#include <stop_token>
#include <string>
#include <vector>

#include "dobby/hash.h"
#include "dobby/repo.h"
#include "dobby/result.h"

namespace dobby {

/// Half-open range of bytes, from the start of the file.
struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  bool operator==(const ByteRange&) const = default;
};

/// How the boundaries of a chunk were found.
enum class SyntaxKind {
  kText,    ///< By lines: there is no grammar, or the syntax tree has no place
            ///< to cut.
  kParsed,  ///< At boundaries of a tree-sitter syntax tree.
};

/// A definition found in the syntax tree.
struct Symbol {
  /// "function", "class", "method", "type", "constant", "test", "suite" (holds
  /// tests), "route", ...
  std::string kind;
  std::string name;         ///< As written in the source; of a test its text,
                            ///< of a route "GET /orders/{id}".
  std::uint32_t line = 0;   ///< 1-based line of the file.
  std::uint32_t depth = 0;  ///< 0 at the top level of the file.
  std::string doc;  ///< First sentence of the comment on it; may be empty.
  std::uint32_t lines = 1;  ///< Length of the whole definition, if it was
                            ///< parsed.
  std::string owner;  ///< The type of a method that is defined outside of it,
                      ///< as in Go; otherwise empty.
  /// Visible outside of its file or package, by the rules of its language.
  /// False if it was not parsed.
  bool exported = false;
  /// Base classes, interfaces and traits of a type, as in this file; at most 8,
  /// without parameters.
  std::vector<std::string> bases;
  /// Decorators, annotations and attributes as written, at most 8 of at most
  /// 100 bytes.
  std::vector<std::string> attributes;
  /// Its head on one line, without its body: "int Push(Ring* ring, int item)".
  /// At most 200 bytes; "..." at the end says that it was cut. Empty of
  /// constants, routes, and tests that are calls.
  std::string signature;
  /// Of a constant its value, if that is a literal of at most 60 bytes. Of a
  /// route the name of what handles it. Of a key of a configuration its value,
  /// on one line, at most 100 bytes. Otherwise empty.
  std::string value;
};

/// A run of source text, cut where the syntax tree allows it.
struct Chunk {
  ContentHash hash;              ///< Of `text` alone.
  ByteRange bytes;               ///< UTF-8 bytes of the file.
  std::uint32_t first_line = 0;  ///< 1-based, as editors count.
  std::uint32_t last_line = 0;   ///< Inclusive.
  SyntaxKind kind = SyntaxKind::kText;
  std::string text;             ///< Owned, never empty.
  std::vector<Symbol> outline;  ///< Definitions that begin in it, in order.
  /// Definitions that begin before it and contain at least half of its bytes,
  /// outermost first, without namespaces; at most the innermost 16.
  std::vector<Symbol> enclosing;
};

/// Limits of a chunk.
struct ChunkOptions {
  std::uint32_t max_lines = 300;       ///< The size of a chunk.
  std::uint32_t max_bytes = 24 << 10;  ///< Longer lines are cut too, between
                                       ///< characters.
};

/// Makes one chunk of a file.
inline constexpr ChunkOptions kWholeFile = {
    std::numeric_limits<std::uint32_t>::max(),
    std::numeric_limits<std::uint32_t>::max()};

/// Returns chunks in file order. Together they cover every byte once. Takes at
/// most 2 s for the syntax tree, and for the rest time and memory linear in the
/// text; a stop ends it within a second. Errors: kTooLarge above 64 MiB,
/// kCancelled after a stop.
Result<std::vector<Chunk>> SplitFile(const SourceFile& file,
                                     const ChunkOptions& options,
                                     const std::stop_token& stop = {});

}  // namespace dobby
