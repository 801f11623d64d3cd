#include <md4c.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "prose/document_parts.h"

namespace dobby {
namespace {

/// More stand in no document that is written for people.
constexpr int kMostHtmlBlocks = 1000;

/// Collects what md4c reports. It says no line numbers, but the texts that it
/// passes lie in its input.
class Reader {
 public:
  Reader(std::string_view text, Document& document)
      : text_(text), lines_(text), document_(document) {}

  void EnterBlock(MD_BLOCKTYPE type, void* detail);
  void LeaveBlock(MD_BLOCKTYPE type);
  void ChangeSpan(MD_SPANTYPE type, int by);
  void Take(MD_TEXTTYPE type, std::string_view piece);

 private:
  void Begin();
  void TakeTag(std::string_view tag);
  void Append(std::string_view piece);
  void EndParagraph();
  void TakeTagline();
  void EndHeading();
  void EndHtml();
  std::size_t BeginOfLine(std::size_t at) const;

  std::string_view text_;
  LineCounter lines_;
  Document& document_;
  int level_ = 0;       ///< Of the heading that is read.
  int quotes_ = 0;      ///< How many quotations are open.
  int containers_ = 0;  ///< How many lists and tables are open.
  int html_blocks_ = 0;
  int links_ = 0;
  int images_ = 0;
  std::string words_;           ///< Of the block that is read.
  bool has_own_words_ = false;  ///< Outside of links.
  std::size_t at_ = 0;          ///< Where the block's first text lies.
  bool has_begun_ = false;
  bool is_html_ = false;  ///< Whether the block is one of HTML.
};

void Reader::Begin() {
  words_.clear();
  links_ = images_ = 0;
  has_own_words_ = has_begun_ = false;
}

void Reader::EnterBlock(MD_BLOCKTYPE type, void* detail) {
  switch (type) {
    case MD_BLOCK_QUOTE:
      ++quotes_;
      break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
    case MD_BLOCK_TABLE:
      ++containers_;
      break;
    case MD_BLOCK_H:
      level_ = static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level);
      Begin();
      is_html_ = false;
      break;
    default:
      Begin();
      is_html_ = type == MD_BLOCK_HTML;
      break;
  }
}

void Reader::LeaveBlock(MD_BLOCKTYPE type) {
  switch (type) {
    case MD_BLOCK_QUOTE:
      --quotes_;
      break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
    case MD_BLOCK_TABLE:
      --containers_;
      break;
    case MD_BLOCK_P:
      EndParagraph();
      break;
    case MD_BLOCK_H:
      EndHeading();
      break;
    case MD_BLOCK_HTML:
      EndHtml();
      break;
    default:
      break;
  }
}

void Reader::ChangeSpan(MD_SPANTYPE type, int by) {
  if (type == MD_SPAN_A) links_ += by;
  if (type == MD_SPAN_IMG) images_ += by;
  if (type == MD_SPAN_CODE && images_ == 0) words_ += '`';
}

void Reader::Append(std::string_view piece) {
  if (images_ > 0) return;
  words_ += piece;
  has_own_words_ =
      has_own_words_ ||
      (links_ <= 0 && std::any_of(piece.begin(), piece.end(), [](char c) {
         const auto byte = static_cast<unsigned char>(c);
         return byte >= 0x80 || std::isalnum(byte) != 0;
       }));
}

/// Of HTML inside a paragraph only links and line breaks count.
void Reader::TakeTag(std::string_view tag) {
  const std::string name = Lower(tag.substr(0, 4));
  if (name.starts_with("<br") || name.starts_with("<p")) words_ += ' ';
  if (name.starts_with("<a ")) ++links_;
  if (name == "</a>") --links_;
}

void Reader::Take(MD_TEXTTYPE type, std::string_view piece) {
  const bool is_input = piece.data() >= text_.data() &&
                        piece.data() < text_.data() + text_.size();
  if (!has_begun_ && is_input) {
    at_ = static_cast<std::size_t>(piece.data() - text_.data());
    has_begun_ = true;
  }
  if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR) {
    words_ += ' ';
  } else if (type == MD_TEXT_ENTITY) {
    Append(CharacterOf(piece));
  } else if (type != MD_TEXT_HTML) {
    Append(piece);
  } else if (!is_html_) {
    TakeTag(piece);
  } else {
    words_ += piece;
  }
}

std::size_t Reader::BeginOfLine(std::size_t at) const {
  const std::size_t end = at == 0 ? text_.npos : text_.rfind('\n', at - 1);
  return end == text_.npos ? 0 : end + 1;
}

void Reader::EndParagraph() {
  if (containers_ > 0 || !has_own_words_) return;
  if (quotes_ == 0) return AddParagraph(document_, words_, lines_.LineOf(at_));
  TakeTagline();
}

/// Above the first section; the title may be a picture.
void Reader::TakeTagline() {
  const bool is_on_top = document_.headings.size() < 2;
  if (is_on_top && document_.tagline.empty() && words_[0] != '[') {
    document_.tagline = WithSingleBlanks(words_);
  }
}

void Reader::EndHeading() {
  const int level = std::exchange(level_, 0);
  if (containers_ > 0 || !has_begun_) return;
  if (quotes_ > 0 && has_own_words_) return TakeTagline();
  if (quotes_ > 0) return;
  AddHeading(document_, {level, words_, lines_.LineOf(at_), BeginOfLine(at_)});
}

void Reader::EndHtml() {
  if (containers_ > 0 || quotes_ > 0 || !has_begun_) return;
  if (++html_blocks_ > kMostHtmlBlocks) return;
  std::size_t next = document_.headings.size();
  std::uint32_t line = lines_.LineOf(at_);
  ReadHtml(words_, line, document_);
  std::size_t begin = BeginOfLine(at_);
  for (; next < document_.headings.size(); ++next) {
    Heading& heading = document_.headings[next];
    for (; line < heading.line; ++line) {
      const std::size_t end = text_.find('\n', begin);
      if (end == text_.npos) break;
      begin = end + 1;
    }
    heading.begin = begin;
  }
}

Reader& ReaderOf(void* user) { return *static_cast<Reader*>(user); }

MD_PARSER Parser() {
  MD_PARSER parser{};
  parser.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH;
  parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* user) {
    ReaderOf(user).EnterBlock(type, detail);
    return 0;
  };
  parser.leave_block = [](MD_BLOCKTYPE type, void*, void* user) {
    ReaderOf(user).LeaveBlock(type);
    return 0;
  };
  parser.enter_span = [](MD_SPANTYPE type, void*, void* user) {
    ReaderOf(user).ChangeSpan(type, 1);
    return 0;
  };
  parser.leave_span = [](MD_SPANTYPE type, void*, void* user) {
    ReaderOf(user).ChangeSpan(type, -1);
    return 0;
  };
  parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size,
                   void* user) {
    ReaderOf(user).Take(type, {text, size});
    return 0;
  };
  return parser;
}

}  // namespace

void ReadMarkdown(std::string_view text, std::size_t begin,
                  Document& document) {
  Reader reader(text, document);
  const MD_PARSER parser = Parser();
  const std::string_view body = text.substr(begin);
  md_parse(body.data(), static_cast<MD_SIZE>(body.size()), &parser, &reader);
}

}  // namespace dobby
