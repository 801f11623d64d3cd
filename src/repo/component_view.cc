#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "base/text.h"
#include "repo/code_view.h"

namespace dobby {
namespace {

/// A half-open range of a text.
struct Span {
  std::size_t begin = 0, end = 0;
};

/// Returns the value of an attribute of a tag, in lower case; empty if it is
/// not there.
std::string_view AttributeOf(std::string_view tag, std::string_view name) {
  for (std::size_t at = tag.find(name); at != tag.npos;
       at = tag.find(name, at + 1)) {
    const std::size_t equals = at + name.size();
    const bool is_whole = at > 0 && kBlanks.find(tag[at - 1]) != tag.npos &&
                          equals < tag.size() && tag[equals] == '=';
    if (!is_whole) continue;
    std::string_view value = tag.substr(equals + 1);
    if (value.starts_with('"') || value.starts_with('\'')) {
      const char quote = value[0];
      value.remove_prefix(1);
      return value.substr(0, value.find(quote));
    }
    return value.substr(0, value.find_first_of(" \t\r\n/>"));
  }
  return "";
}

/// Collects what of a component is code.
class ScriptFinder {
 public:
  explicit ScriptFinder(std::string_view text)
      : text_(text), lower_(Lower(text)) {}

  /// Takes the code between "---" at the head of an Astro file.
  void TakeFrontMatter() {
    const std::size_t begin = text_.find_first_not_of(kBlanks);
    if (begin == text_.npos || !text_.substr(begin).starts_with("---")) return;
    const std::size_t end = text_.find("\n---", begin + 3);
    if (end == text_.npos) return;
    code_.push_back({begin + 3, end + 1});
    at_ = end + 4;
    language_id_ = "typescript";
  }

  void TakeScripts() {
    while (true) {
      const std::size_t begin = lower_.find('<', at_);
      if (begin == lower_.npos) return;
      const std::string_view rest = std::string_view(lower_).substr(begin);
      if (rest.starts_with("<!--")) {
        if (!SkipComment(begin)) return;
      } else if (IsScript(rest)) {
        if (!TakeScript(begin)) return;
      } else {
        at_ = begin + 1;
      }
    }
  }

  /// Returns the text with everything but code and line ends blanked.
  std::string View() const {
    std::string view;
    std::size_t next = 0;
    const auto blank = [&](std::size_t end) {
      for (; next < end; ++next) {
        if (text_[next] == '\n') view += '\n';
      }
    };
    if (head_.end > head_.begin) {
      blank(head_.begin);
      view += "/*" + HeadComment() + "*/";
      next = head_.end;
    }
    for (const Span& span : code_) {
      blank(span.begin);
      view += text_.substr(span.begin, span.end - span.begin);
      next = span.end;
    }
    blank(text_.size());
    return view;
  }

  bool has_code() const {
    return std::any_of(code_.begin(), code_.end(), [&](const Span& span) {
      return !IsBlank(text_.substr(span.begin, span.end - span.begin));
    });
  }
  std::string_view language_id() const { return language_id_; }

 private:
  static bool IsScript(std::string_view rest) {
    constexpr std::string_view kTag = "<script";
    return rest.starts_with(kTag) && rest.size() > kTag.size() &&
           std::string_view(" \t\r\n>").find(rest[kTag.size()]) != rest.npos;
  }

  bool SkipComment(std::size_t begin) {
    const std::size_t end = lower_.find("-->", begin + 4);
    if (end == lower_.npos) return false;
    if (code_.empty() && IsBlank(text_.substr(0, begin))) {
      head_ = {begin, end + 3};
    }
    at_ = end + 3;
    return true;
  }

  bool TakeScript(std::size_t begin) {
    const std::size_t open = lower_.find('>', begin);
    const std::size_t end = lower_.find("</script", begin);
    if (open == lower_.npos || end == lower_.npos || end < open) return false;
    const std::string_view tag =
        std::string_view(lower_).substr(begin, open - begin);
    const std::string_view type = AttributeOf(tag, "type");
    const bool is_code = type.empty() || type == "module" ||
                         type.ends_with("javascript") ||
                         type.ends_with("typescript");
    if (is_code) code_.push_back({open + 1, end});
    const std::string_view language = AttributeOf(tag, "lang");
    if (language == "tsx") language_id_ = "tsx";
    if (language_id_ != "tsx" &&
        (language == "ts" || language == "typescript")) {
      language_id_ = "typescript";
    }
    at_ = end + 8;
    return true;
  }

  std::string HeadComment() const {
    std::string inside(
        text_.substr(head_.begin + 4, head_.end - head_.begin - 7));
    for (std::size_t i = 0; i + 1 < inside.size(); ++i) {
      if (inside[i] == '*' && inside[i + 1] == '/') inside[i] = ' ';
    }
    return inside;
  }

  std::string_view text_;
  std::string lower_;
  std::size_t at_ = 0;
  Span head_;
  std::vector<Span> code_;
  std::string_view language_id_ = "javascript";
};

}  // namespace

std::optional<CodeView> ViewComponent(std::string_view text,
                                      const Language& file) {
  ScriptFinder finder(text);
  if (file.id == "astro") finder.TakeFrontMatter();
  finder.TakeScripts();
  if (!finder.has_code()) return std::nullopt;
  return CodeView{finder.View(), {finder.language_id(), file.display}};
}

}  // namespace dobby
