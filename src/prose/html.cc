#include <libxml/HTMLparser.h>
#include <libxml/tree.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "prose/document_parts.h"

namespace dobby {
namespace {

/// A longer block is a page of its own, and no part of a document.
constexpr std::size_t kMostHtml = 64u << 10;

struct FreeTree {
  void operator()(xmlDoc* tree) const { xmlFreeDoc(tree); }
};
using Tree = std::unique_ptr<xmlDoc, FreeTree>;

std::string_view NameOf(const xmlNode& node) {
  return node.name ? reinterpret_cast<const char*>(node.name) : "";
}

template <std::size_t size>
bool IsAmong(std::string_view name,
             const std::array<std::string_view, size>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether an element holds what is no running text.
bool IsLeftOut(std::string_view name) {
  static constexpr std::array<std::string_view, 13> kNames = {
      "ul",   "ol",    "dl",      "table",      "pre",  "script", "style",
      "head", "title", "details", "blockquote", "form", "svg"};
  return IsAmong(name, kNames);
}

bool IsBlock(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "p",      "div", "center", "section", "article",
      "header", "hr",  "body",   "html"};
  return IsAmong(name, kNames);
}

int LevelOf(std::string_view name) {
  const bool is_heading =
      name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
  return is_heading ? name[1] - '0' : 0;
}

/// Walks a tree without recursion, for it may be deep.
class HtmlReader {
 public:
  HtmlReader(std::uint32_t line, Document& document)
      : line_(line), document_(document), first_(line) {}

  void Read(const xmlNode* root) {
    const xmlNode* node = root;
    while (node) {
      const bool goes_in = Enter(*node) && node->children;
      if (goes_in) {
        node = node->children;
        continue;
      }
      Leave(*node);
      while (node != root && !node->next) {
        node = node->parent;
        Leave(*node);
      }
      node = node == root ? nullptr : node->next;
    }
    Flush();
  }

 private:
  bool Enter(const xmlNode& node) {
    if (node.type == XML_TEXT_NODE && node.content) {
      const auto* text = reinterpret_cast<const char*>(node.content);
      if (!words_.empty() || !IsBlank(text)) words_ += text;
      if (links_ == 0) has_own_words_ = has_own_words_ || !IsBlank(text);
    }
    if (node.type != XML_ELEMENT_NODE) return false;
    const std::string_view name = NameOf(node);
    if (IsBlock(name) || LevelOf(name) > 0 || IsLeftOut(name)) Flush();
    if (IsLeftOut(name)) return false;
    if (words_.empty()) first_ = LineOf(node);
    level_ = LevelOf(name) > 0 ? LevelOf(name) : level_;
    if (name == "br" && !words_.empty()) words_ += ' ';
    if (name == "a") ++links_;
    return true;
  }

  void Leave(const xmlNode& node) {
    if (node.type != XML_ELEMENT_NODE) return;
    const std::string_view name = NameOf(node);
    if (name == "a" && links_ > 0) --links_;
    if (IsBlock(name) || LevelOf(name) > 0) Flush();
  }

  void Flush() {
    const int level = std::exchange(level_, 0);
    std::string words = std::exchange(words_, "");
    const bool has_own_words = std::exchange(has_own_words_, false);
    if (level > 0) {
      AddHeading(document_, {level, std::move(words), first_, 0});
    } else if (has_own_words) {
      AddParagraph(document_, std::move(words), first_);
    }
  }

  std::uint32_t LineOf(const xmlNode& node) const {
    const long line = xmlGetLineNo(&node);
    return line_ + static_cast<std::uint32_t>(std::max(line, 1L)) - 1;
  }

  std::uint32_t line_;  ///< Of the document, where the HTML begins.
  Document& document_;
  std::string words_;
  bool has_own_words_ = false;  ///< Outside of links.
  int links_ = 0;
  int level_ = 0;
  std::uint32_t first_ = 1;  ///< Line of what is read.
};

void AppendUtf8(std::string& text, unsigned code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
    return;
  }
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  static constexpr std::array<unsigned, 4> kLeads = {0, 0xC0, 0xE0, 0xF0};
  text += static_cast<char>(kLeads[static_cast<std::size_t>(more)] |
                            (code >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) {
    text += static_cast<char>(0x80 | ((code >> (6 * i)) & 0x3F));
  }
}

/// Returns the code point of "&#65;" or "&#x41;"; 0 if it is none.
unsigned NumberedCharacter(std::string_view entity) {
  const bool is_hex =
      entity.size() > 3 && (entity[2] == 'x' || entity[2] == 'X');
  const char* begin = entity.data() + (is_hex ? 3 : 2);
  unsigned code = 0;
  std::from_chars(begin, entity.data() + entity.size(), code, is_hex ? 16 : 10);
  const bool is_one = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  return is_one ? code : 0;
}

}  // namespace

std::string CharacterOf(std::string_view entity) {
  if (entity.size() < 3) return std::string(entity);
  unsigned code = 0;
  if (entity[1] == '#') {
    code = NumberedCharacter(entity);
  } else {
    const std::string name(entity.substr(1, entity.size() - 2));
    const auto* known =
        htmlEntityLookup(reinterpret_cast<const xmlChar*>(name.c_str()));
    code = known ? known->value : 0;
  }
  if (code == 0) return std::string(entity);
  const bool is_blank = code == 0xA0 || (code >= 0x2000 && code <= 0x200A);
  if (is_blank) return " ";
  std::string text;
  AppendUtf8(text, code);
  return text;
}

void ReadHtml(const std::string& html, std::uint32_t line, Document& document) {
  if (html.size() > kMostHtml) return;
  const Tree tree(htmlReadMemory(html.data(), static_cast<int>(html.size()),
                                 nullptr, "UTF-8",
                                 HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
                                     HTML_PARSE_NOWARNING | HTML_PARSE_NONET));
  if (!tree) return;
  HtmlReader(line, document).Read(xmlDocGetRootElement(tree.get()));
}

}  // namespace dobby
