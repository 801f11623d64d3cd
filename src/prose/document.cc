#include "prose/document.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "prose/document_parts.h"

namespace dobby {
namespace {

constexpr std::size_t kMostBytes = 256u << 10;
constexpr std::size_t kMostFrontMatter = 16u << 10;

bool IsLetter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0;
}

std::string_view WithoutQuotes(std::string_view value) {
  if (value.size() < 2 || value.front() != value.back()) return value;
  const bool is_quoted = value.front() == '"' || value.front() == '\'';
  return is_quoted ? value.substr(1, value.size() - 2) : value;
}

/// Takes what "title: x" and "description = 'x'" say; a value that is on the
/// lines below, indented, is read to its end.
class FrontMatter {
 public:
  explicit FrontMatter(Document& document) : document_(document) {}

  void Take(std::string_view line) {
    const bool is_indented =
        !line.empty() && (line[0] == ' ' || line[0] == '\t');
    if (is_indented) {
      if (open_) *open_ = WithSingleBlanks(*open_ + " " + std::string(line));
      return;
    }
    open_ = nullptr;
    const std::size_t colon = line.find_first_of(":=");
    if (colon == line.npos) return;
    const std::string key = Lower(WithoutQuotes(Trim(line.substr(0, colon))));
    if (key == "title") open_ = &document_.title;
    if (key == "description") open_ = &document_.description;
    if (!open_) return;
    const std::string_view value = Trim(line.substr(colon + 1));
    const bool is_below =
        !value.empty() && (value[0] == '>' || value[0] == '|');
    *open_ = is_below ? "" : WithSingleBlanks(WithoutQuotes(value));
  }

 private:
  Document& document_;
  std::string* open_ = nullptr;
};

/// Returns where the text behind the front matter begins; 0 if it has none.
std::size_t ReadFrontMatter(std::string_view text, Document& document) {
  const std::string_view fence = text.substr(0, 3);
  const std::size_t first = std::min(text.find('\n'), text.size());
  if ((fence != "---" && fence != "+++") ||
      Trim(text.substr(0, first)) != fence) {
    return 0;
  }
  const std::string_view head = text.substr(0, kMostFrontMatter);
  Document read;
  FrontMatter matter(read);
  for (std::size_t at = first + 1; at < head.size();) {
    const std::size_t end = std::min(head.find('\n', at), head.size());
    const std::string_view line = head.substr(at, end - at);
    if (Trim(line) == fence) {
      document = std::move(read);
      return end;
    }
    matter.Take(line);
    at = end + 1;
  }
  return 0;
}

}  // namespace

std::uint32_t LineCounter::LineOf(std::size_t at) {
  const std::size_t end = std::min(std::max(at, counted_), text_.size());
  line_ += static_cast<std::uint32_t>(
      std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                 text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
  counted_ = end;
  return line_;
}

void AddHeading(Document& document, Heading heading) {
  heading.text = WithSingleBlanks(heading.text);
  if (!std::any_of(heading.text.begin(), heading.text.end(), IsLetter)) return;
  document.headings.push_back(std::move(heading));
}

void AddParagraph(Document& document, std::string text, std::uint32_t line) {
  text = WithSingleBlanks(text);
  if (!std::any_of(text.begin(), text.end(), IsLetter)) return;
  const int heading = static_cast<int>(document.headings.size()) - 1;
  document.paragraphs.push_back({std::move(text), line, heading});
}

std::string WithSingleBlanks(std::string_view text) {
  std::string single;
  for (const char c : Trim(text)) {
    const bool is_blank = kBlanks.find(c) != kBlanks.npos;
    if (!is_blank) {
      single += c;
    } else if (single.back() != ' ') {
      single += ' ';
    }
  }
  return single;
}

Document ReadDocument(std::string_view text, const Language& language) {
  Document document;
  text = text.substr(0, Utf8CutAt(text, kMostBytes));
  const std::size_t begin = ReadFrontMatter(text, document);
  if (language.id == "markdown") {
    ReadMarkdown(text, begin, document);
  } else if (language.id == "rst") {
    ReadLines(text, begin, LineMarkup::kRestructuredText, document);
  } else if (language.id == "asciidoc") {
    ReadLines(text, begin, LineMarkup::kAsciiDoc, document);
  } else {
    ReadLines(text, begin, LineMarkup::kPlain, document);
  }
  if (document.title.empty() && !document.headings.empty()) {
    const Heading& first = document.headings.front();
    const bool is_on_top = document.paragraphs.empty() ||
                           document.paragraphs.front().line > first.line;
    const auto tops = std::count_if(
        document.headings.begin(), document.headings.end(),
        [](const Heading& heading) { return heading.level == 1; });
    const bool is_only_one = first.level == 1 && tops == 1;
    if (is_on_top || is_only_one) document.title = first.text;
  }
  return document;
}

}  // namespace dobby
