// What a document says to its reader: titles and paragraphs, without markup.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/repo.h"

namespace dobby {

/// The title of a section.
struct Heading {
  int level = 1;
  std::string text;        ///< On one line, without markup.
  std::uint32_t line = 1;  ///< Counted from 1.
  std::size_t begin = 0;   ///< Byte where its line begins.
};

/// A paragraph of running text: none of a list, a table or a quotation.
struct Paragraph {
  std::string text;  ///< On one line; code in backticks, no other markup.
  std::uint32_t line = 1;
  int heading = -1;  ///< Index of the heading it stands under; -1: none.
};

/// What ReadDocument finds.
struct Document {
  std::string title;        ///< Of the front matter, else the first heading's.
  std::string description;  ///< Of the front matter.
  std::string tagline;      ///< A quotation right under the title.
  std::vector<Heading> headings;
  std::vector<Paragraph> paragraphs;
};

/// Reads Markdown with the HTML in it, reStructuredText, AsciiDoc, and of any
/// other language plain text. Reads 256 KB in linear time.
Document ReadDocument(std::string_view text, const Language& language);

}  // namespace dobby
