// Chunks of any text in any language hold every byte once, and their outlines
// lie within them.
#include <algorithm>
#include <string>
#include <string_view>

#include "base/fuzz_target.h"
#include "base/utf8.h"
#include "chunks/fuzz_languages.h"
#include "dobby/chunk.h"

namespace dobby {
namespace {

void RequireChunk(const Chunk& chunk, const ChunkOptions& options,
                  std::size_t lines) {
  Require(!chunk.text.empty() && IsUtf8(chunk.text),
          "a chunk is UTF-8 and not empty");
  Require(chunk.text.size() <= options.max_bytes, "a chunk is small enough");
  Require(chunk.hash == HashOf(chunk.text), "the hash is that of the text");
  Require(chunk.first_line >= 1 && chunk.first_line <= chunk.last_line &&
              chunk.last_line <= lines,
          "a chunk is in lines of the file");
  Require(chunk.last_line - chunk.first_line < options.max_lines,
          "a chunk has few enough lines");
  for (const Symbol& symbol : chunk.outline) {
    RequireSymbol(symbol, lines);
    Require(symbol.line >= chunk.first_line && symbol.line <= chunk.last_line,
            "what a chunk defines begins in it");
  }
  for (const Symbol& symbol : chunk.enclosing) {
    RequireSymbol(symbol, lines);
    Require(symbol.line <= chunk.first_line,
            "what encloses a chunk begins before it");
  }
}

}  // namespace

/// A byte for the language, one for the limits, and the text.
DOBBY_FUZZ_TARGET(split_file) {
  const std::string_view path = TakeFile(input);
  static constexpr ChunkOptions kLimits[] = {
      {}, kWholeFile, {1, 24u << 10}, {7, 100}, {20, 4}};
  const ChunkOptions& options = kLimits[TakeChoice(input, std::size(kLimits))];
  SourceFile file;
  file.path = path;
  file.text = ReplaceInvalidUtf8(input);
  file.language = DetectLanguage(path, file.text.substr(0, 256));
  file.hash = HashOf(file.text);
  const auto chunks = SplitFile(file, options);
  Require(chunks.has_value(), "a small text can be split");
  const auto lines = static_cast<std::size_t>(
      std::count(file.text.begin(), file.text.end(), '\n') + 1);
  std::string joined;
  for (const Chunk& chunk : *chunks) {
    Require(chunk.bytes.begin == joined.size(), "chunks follow each other");
    joined += chunk.text;
    Require(chunk.bytes.end == joined.size(), "a chunk's bytes are its text");
    RequireChunk(chunk, options, lines);
  }
  Require(joined == file.text, "chunks hold every byte once");
}

}  // namespace dobby
