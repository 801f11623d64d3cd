#include "prose/markup.h"

#include <libxml/HTMLparser.h>
#include <libxml/tree.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

#include "base/text.h"

namespace dobby {
namespace {

/// A longer paragraph is no prose, and the parser is not asked.
constexpr std::size_t kMostBytes = 16u << 10;
constexpr std::size_t kMostAddressBytes = 200;

bool IsAlnum(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

/// Replaces "{@link X}", "{@link X label}" and "{@code x}" by what is shown.
std::string WithoutInlineTags(const std::string& text) {
  std::string plain;
  std::size_t at = 0;
  while (true) {
    const std::size_t open = text.find("{@", at);
    const std::size_t close = text.find('}', open);
    if (open == std::string::npos || close == std::string::npos) {
      return plain + text.substr(at);
    }
    plain.append(text, at, open - at);
    const std::string_view inside =
        std::string_view(text).substr(open + 2, close - open - 2);
    const std::size_t name = std::min(inside.find(' '), inside.size());
    std::string_view shown = Trim(inside.substr(name));
    if (inside.substr(0, name).starts_with("link")) {
      const std::size_t label = shown.find(' ');
      if (label != shown.npos) {
        shown = Trim(shown.substr(label));
      } else if (shown.starts_with("#")) {
        shown.remove_prefix(1);
      } else {
        // Of "com.example.Store#open" a reader knows the end.
        const std::size_t dot = shown.find_last_of('.');
        if (dot != shown.npos && dot + 1 < shown.size()) {
          shown.remove_prefix(dot + 1);
        }
      }
    }
    plain += shown;
    at = close + 1;
  }
}

/// Whether an element is one of HTML or of C#'s comments: "T" in "List<T>" is
/// none.
bool IsElement(const std::string& name) {
  static constexpr std::array<std::string_view, 12> kOfComments = {
      "see", "seealso",   "summary", "remarks", "para",  "paramref",
      "c",   "typeparam", "returns", "example", "value", "typeparamref"};
  const std::string lower = Lower(name);
  const auto* bytes = reinterpret_cast<const xmlChar*>(lower.c_str());
  return std::find(kOfComments.begin(), kOfComments.end(), lower) !=
             kOfComments.end() ||
         htmlTagLookup(bytes) != nullptr;
}

/// Returns the text with "<" escaped where no element begins.
std::string WithElementsOnly(std::string_view text) {
  std::string html;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '<') {
      html += text[at];
      continue;
    }
    // An address between them shows itself.
    const std::size_t close = text.find('>', at);
    const std::string_view inside =
        text.substr(at + 1, close == text.npos ? 0 : close - at - 1);
    const bool is_address =
        inside.find("://") != inside.npos && inside.find(' ') == inside.npos;
    if (is_address && inside.size() < kMostAddressBytes) {
      html += inside;
      at = close;
      continue;
    }
    std::size_t begin = at + 1;
    if (begin < text.size() && text[begin] == '/') ++begin;
    std::size_t end = begin;
    while (end < text.size() && IsAlnum(text[end])) ++end;
    const bool ends =
        end < text.size() &&
        std::string_view(" />").find(text[end]) != std::string_view::npos;
    const bool is_element =
        ends && end > begin &&
        IsElement(std::string(text.substr(begin, end - begin)));
    html += is_element ? "<" : "&lt;";
  }
  return html;
}

std::string AttributeOf(xmlNode* node, const char* name) {
  xmlChar* value = xmlGetProp(node, reinterpret_cast<const xmlChar*>(name));
  if (value == nullptr) return "";
  std::string text = reinterpret_cast<const char*>(value);
  xmlFree(value);
  return text;
}

/// Returns what an empty element stands for: "Rate" of <see cref="T:N.Rate"/>.
std::string NameIn(xmlNode* node) {
  for (const char* attribute : {"cref", "name", "langword"}) {
    std::string name = AttributeOf(node, attribute);
    if (name.empty()) continue;
    name = name.substr(0, name.find('('));
    return name.substr(name.find_last_of(".:") + 1);
  }
  return "";
}

/// Adds the text below a node. Elements that the parser nests are few: the text
/// is short.
void AddText(xmlNode* node, std::string* text) {
  for (; node != nullptr; node = node->next) {
    if (node->type == XML_TEXT_NODE && node->content != nullptr) {
      *text += reinterpret_cast<const char*>(node->content);
    }
    if (node->type != XML_ELEMENT_NODE) continue;
    const std::string name = reinterpret_cast<const char*>(node->name);
    if (name == "script" || name == "style") continue;
    if (node->children == nullptr) *text += NameIn(node);
    AddText(node->children, text);
    if (name == "p" || name == "br" || name == "li") *text += ' ';
  }
}

std::string WithoutElements(std::string text) {
  const bool has_some = text.find('<') != std::string::npos ||
                        text.find('&') != std::string::npos;
  if (!has_some || text.size() > kMostBytes) return text;
  const std::string html =
      "<html><body>" + WithElementsOnly(text) + "</body></html>";
  constexpr int kOptions = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
                           HTML_PARSE_NOWARNING | HTML_PARSE_NONET;
  const std::unique_ptr<xmlDoc, void (*)(xmlDoc*)> document(
      htmlReadMemory(html.data(), static_cast<int>(html.size()), nullptr,
                     "UTF-8", kOptions),
      [](xmlDoc* doc) { xmlFreeDoc(doc); });
  if (!document) return text;
  std::string plain;
  AddText(xmlDocGetRootElement(document.get()), &plain);
  return plain;
}

/// Replaces ":class:`~a.Job`" by "Job", ":ref:`label <target>`" by "label" and
/// "``x``" by "`x`".
std::string WithoutRoles(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at, 2) == "``" && text.substr(at, 3) != "```") {
      plain += '`';
      at += 2;
      continue;
    }
    std::size_t name = at + 1;
    while (name < text.size() && (IsAlnum(text[name]) || text[name] == '-')) {
      ++name;
    }
    const bool is_role =
        text[at] == ':' && name > at + 1 && text.substr(name, 2) == ":`";
    const std::size_t close = is_role ? text.find('`', name + 2) : text.npos;
    if (close == text.npos) {
      plain += text[at++];
      continue;
    }
    std::string_view shown = text.substr(name + 2, close - name - 2);
    const std::size_t target = shown.find(" <");
    if (target != shown.npos) shown = shown.substr(0, target);
    if (shown.starts_with("~")) shown.remove_prefix(shown.rfind('.') + 1);
    if (shown.starts_with("~")) shown.remove_prefix(1);
    plain += shown;
    at = close + 1;
  }
  return plain;
}

/// Returns the end of a link's target, "(struct@Ring)" or "[ring]", that begins
/// at `at`; `at` where none does.
std::size_t EndOfTarget(std::string_view text, std::size_t at) {
  if (at >= text.size() || (text[at] != '(' && text[at] != '[')) return at;
  const std::size_t end = text.find(text[at] == '(' ? ')' : ']', at);
  return end == std::string_view::npos ? at : end + 1;
}

/// Replaces "[io.Reader]", "[`Reader`]" and "[the reader](url)" by what is
/// linked; an index, as in "a[i]", and "[0, 1]" stay. Drops "**".
std::string WithoutLinks(const std::string& text) {
  std::string plain;
  std::size_t close = 0;  // The first "]" at or behind the place that is read.
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.compare(at, 2, "**") == 0) {
      ++at;
      continue;
    }
    if (text[at] == '[' && close <= at) close = text.find(']', at);
    const bool is_index = at > 0 && IsWordByte(text[at - 1]);
    if (text[at] != '[' || close == std::string::npos || is_index) {
      plain += text[at];
      continue;
    }
    const std::string shown = text.substr(at + 1, close - at - 1);
    const std::size_t end = EndOfTarget(text, close + 1);
    const bool is_word =
        !shown.empty() && shown.find_first_of(" [") == std::string::npos &&
        (shown[0] == '`' || IsWordByte(shown[0])) &&
        std::isdigit(static_cast<unsigned char>(shown[0])) == 0;
    if (!is_word && end == close + 1) {
      plain += text[at];
      continue;
    }
    plain += shown;
    at = end - 1;
  }
  return plain;
}

std::string WithSingleBlanks(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    const bool blank = kBlanks.find(c) != std::string_view::npos;
    if (!blank) plain += c;
    if (blank && !plain.empty() && plain.back() != ' ') plain += ' ';
  }
  return std::string(Trim(plain));
}

}  // namespace

std::string RenderMarkup(std::string text) {
  if (text.size() > kMostBytes) return text;
  text = WithoutInlineTags(text);
  text = WithoutElements(std::move(text));
  return WithSingleBlanks(WithoutLinks(WithoutRoles(text)));
}

}  // namespace dobby
