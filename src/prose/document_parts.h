// The readers that ReadDocument is made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "prose/document.h"

namespace dobby {

/// Counts the lines before bytes of a text, asked for in rising order.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}

  /// Returns the line, counted from 1, of a byte not before the last one's.
  std::uint32_t LineOf(std::size_t at);

 private:
  std::string_view text_;
  std::size_t counted_ = 0;
  std::uint32_t line_ = 1;
};

/// Adds a heading, unless it has no text.
void AddHeading(Document& document, Heading heading);

/// Adds a paragraph under the last heading, unless it has no letter.
void AddParagraph(Document& document, std::string text, std::uint32_t line);

/// Returns `text` with each run of white space as one blank, none at its ends.
std::string WithSingleBlanks(std::string_view text);

/// Returns the character that an entity stands for: "&amp;", "&#65;"; the
/// entity itself where there is none.
std::string CharacterOf(std::string_view entity);

/// Reads Markdown from byte `begin` on.
void ReadMarkdown(std::string_view text, std::size_t begin, Document& document);

/// Reads the headings and paragraphs of HTML that stands in a document at
/// `line`. Lists, tables, code and what is folded are left out. Where the
/// headings' lines begin is left to the caller.
void ReadHtml(const std::string& html, std::uint32_t line, Document& document);

/// How titles are marked in documents that are read line by line.
enum class LineMarkup { kPlain, kRestructuredText, kAsciiDoc };

/// Reads a document line by line, from byte `begin` on.
void ReadLines(std::string_view text, std::size_t begin, LineMarkup markup,
               Document& document);

}  // namespace dobby
