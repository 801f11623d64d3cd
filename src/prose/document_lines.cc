#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "prose/document_parts.h"

namespace dobby {
namespace {

/// Of a link, in bytes.
constexpr std::size_t kMostTarget = 500;

std::size_t CountCharacters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Whether a line is one mark again and again, as below a title.
bool IsRule(std::string_view line) {
  return line.size() > 1 && std::ispunct(static_cast<unsigned char>(line[0])) &&
         line.find_first_not_of(line[0]) == line.npos;
}

/// Whether a line begins what is no running text: a list, a table, a directive,
/// a field.
bool IsNoProse(std::string_view line, LineMarkup markup) {
  if (line.size() > 1 && line[1] == ' ' &&
      std::string_view("-*+#|>").find(line[0]) != line.npos) {
    return true;
  }
  const std::size_t number =
      std::min(line.find_first_not_of("0123456789"), line.size() - 1);
  if (number > 0 && (line[number] == '.' || line[number] == ')')) return true;
  if (line[0] == '|' || line.starts_with("+-") || line.starts_with("+=")) {
    return true;
  }
  if (markup == LineMarkup::kPlain) return false;
  const bool is_field =
      line[0] == ':' && line.find(':', 1) != line.npos && line[1] != '`';
  const bool is_field_of_rst = is_field && !line.starts_with("::") &&
                               line.substr(0, line.find('`')) == line;
  if (markup == LineMarkup::kRestructuredText) {
    return is_field_of_rst || line.starts_with("..");
  }
  return is_field || line[0] == '[' || line[0] == '.' ||
         line.starts_with("//") || line.starts_with("**") ||
         line.find("::") != line.npos;
}

/// Returns AsciiDoc's "https://example.com[text]" and "link:x[text]" as "text",
/// without pictures.
std::string RenderAsciiDoc(std::string_view text) {
  std::string plain;
  std::size_t word = 0;  // Where the word of `plain` begins.
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view name = std::string_view(plain).substr(word);
    const bool is_macro = text[i] == '[' && name.size() < kMostTarget &&
                          name.find(':') != name.npos;
    if (is_macro) {
      const bool is_picture = name.starts_with("image:");
      plain.resize(word);
      const std::size_t end = std::min(text.find(']', i), text.size());
      if (!is_picture) plain += text.substr(i + 1, end - i - 1);
      i = end;
      word = plain.size();
      continue;
    }
    if (text[i] == '*') continue;
    plain += text[i];
    if (text[i] == ' ' || text[i] == '(') word = plain.size();
  }
  return plain;
}

/// Whether a mark of stress is at `at`, and no star between blanks.
bool IsStress(std::string_view text, std::size_t at) {
  if (text[at] != '*') return false;
  const bool after_blank = at == 0 || text[at - 1] == ' ';
  const bool before_blank = at + 1 >= text.size() || text[at + 1] == ' ';
  return !(after_blank && before_blank);
}

/// Returns what is shown of interpreted text: "post" of "post <https://x>".
std::string_view ShownOf(std::string_view text) {
  const std::size_t target = text.rfind(" <");
  return text.ends_with('>') && target != text.npos ? text.substr(0, target)
                                                    : text;
}

/// Returns reStructuredText without stress, targets of links and roles.
std::string RenderRst(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '`') {
      if (!IsStress(text, i)) plain += text[i];
      continue;
    }
    const bool is_code = text.substr(i).starts_with("``");
    const std::string_view mark = is_code ? "``" : "`";
    const std::size_t begin = i + mark.size();
    const std::size_t end = text.find(mark, begin);
    // No mark like this one comes: what is left has none to be shown.
    if (end == text.npos) return plain + std::string(text.substr(i));
    const std::string_view inside = text.substr(begin, end - begin);
    const std::size_t role =
        plain.ends_with(':') ? plain.rfind(':', plain.size() - 2) : plain.npos;
    if (!is_code && role != plain.npos && plain.size() - role < 24 &&
        plain.find(' ', role) == plain.npos) {
      plain.resize(role);
    }
    plain += is_code ? "`" + std::string(inside) + "`"
                     : std::string(ShownOf(inside));
    i = end + mark.size() - 1;
    while (!is_code && i + 1 < text.size() && text[i + 1] == '_') ++i;
  }
  if (plain.ends_with("::")) plain.pop_back();
  return plain;
}

/// Reads a document line by line.
class LineReader {
 public:
  LineReader(LineMarkup markup, Document& document)
      : markup_(markup), document_(document) {}

  /// Takes a line that begins at byte `at`.
  void Take(std::string_view whole, std::size_t at) {
    ++number_;
    const std::string_view line = Trim(whole);
    if (line.empty()) return EndParagraph();
    if (IsUnderline(line)) return EndTitle(line[0]);
    if (IsRule(line)) return Rule(line);
    if (!fence_.empty()) return;
    if (markup_ == LineMarkup::kAsciiDoc && line[0] == '=') {
      if (TakeMarkedTitle(line, at)) return;
    }
    if (count_ == 0) {
      is_prose_ = IsOutside(whole) && !IsNoProse(line, markup_);
      first_ = number_;
    }
    begin_ = at;
    ++count_;
    if (is_prose_) words_ += (words_.empty() ? "" : " ") + std::string(line);
  }

  void EndParagraph() {
    const bool is_title = count_ == 1 && markup_ == LineMarkup::kPlain &&
                          is_prose_ && document_.headings.empty() &&
                          document_.paragraphs.empty() && words_.size() < 60 &&
                          words_.find_last_of(".:!?,;") != words_.size() - 1;
    if (is_title) return AddTitle(1);
    if (is_prose_ && count_ > 0 && fence_.empty()) {
      AddParagraph(document_, Rendered(), first_);
      has_overline_ = false;
    }
    Begin();
  }

 private:
  void Begin() {
    words_.clear();
    count_ = 0;
  }

  std::string Rendered() const {
    if (markup_ == LineMarkup::kAsciiDoc) return RenderAsciiDoc(words_);
    return markup_ == LineMarkup::kPlain ? words_ : RenderRst(words_);
  }

  /// Whether a line is no part of a block that is indented.
  static bool IsOutside(std::string_view whole) {
    return !whole.starts_with("  ") && whole[0] != '\t';
  }

  bool IsUnderline(std::string_view line) const {
    return IsRule(line) && count_ == 1 && is_prose_ && fence_.empty() &&
           CountCharacters(words_) <= line.size() + 1;
  }

  void AddTitle(int level) {
    AddHeading(document_, {level, Rendered(), first_, begin_});
    Begin();
  }

  void EndTitle(char mark) {
    const std::pair<char, bool> style{mark, has_overline_};
    auto known = std::find(styles_.begin(), styles_.end(), style);
    if (known == styles_.end()) {
      // Punctuation is finite: so is this list.
      known = styles_.insert(styles_.end(), style);
    }
    has_overline_ = false;
    AddTitle(static_cast<int>(known - styles_.begin()) + 1);
  }

  void Rule(std::string_view line) {
    const bool is_fence = markup_ == LineMarkup::kAsciiDoc && line.size() > 3;
    if (is_fence && (fence_.empty() || fence_ == line)) {
      EndParagraph();
      fence_ = fence_.empty() ? line : "";
      return;
    }
    EndParagraph();
    has_overline_ = markup_ == LineMarkup::kRestructuredText;
  }

  bool TakeMarkedTitle(std::string_view line, std::size_t at) {
    const std::size_t level = line.find_first_not_of('=');
    if (level == line.npos || level > 6 || line[level] != ' ') return false;
    EndParagraph();
    words_ = std::string(Trim(line.substr(level)));
    first_ = number_;
    begin_ = at;
    AddTitle(static_cast<int>(level));
    return true;
  }

  LineMarkup markup_;
  Document& document_;
  std::uint32_t number_ = 0;
  std::string words_;
  std::size_t count_ = 0;  ///< Lines of the paragraph that is read.
  bool is_prose_ = false;  ///< Whether that is running text.
  std::uint32_t first_ = 1;
  std::size_t begin_ = 0;
  std::string_view fence_;  ///< What ends the block that is open.
  bool has_overline_ = false;
  std::vector<std::pair<char, bool>> styles_;  ///< Of titles, by level.
};

}  // namespace

void ReadLines(std::string_view text, std::size_t begin, LineMarkup markup,
               Document& document) {
  LineReader reader(markup, document);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    reader.Take(at < begin ? "" : text.substr(at, end - at), at);
    at = end + 1;
  }
  reader.EndParagraph();
}

}  // namespace dobby
