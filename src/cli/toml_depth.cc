#include "cli/toml_depth.h"

#include <algorithm>

namespace dobby::cli {
namespace {

/// Returns where the string that begins at `at` ends, past its last quote; at
/// the end of the line or text when it has none.
std::size_t EndOfString(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const bool escapes = quote == '"';
  const std::string_view three = escapes ? R"(""")" : "'''";
  const bool is_long = text.substr(at, 3) == three;
  at += is_long ? 3 : 1;
  while (at < text.size()) {
    if (escapes && text[at] == '\\') {
      at += 2;
    } else if (!is_long && text[at] == '\n') {
      return at;
    } else if (text[at] != quote) {
      ++at;
    } else if (!is_long) {
      return at + 1;
    } else if (text.substr(at, 3) == three) {
      // Up to two more quotes belong to the string.
      at += 3;
      for (int more = 0; more < 2 && at < text.size() && text[at] == quote;
           ++more) {
        ++at;
      }
      return at;
    } else {
      ++at;
    }
  }
  return text.size();
}

}  // namespace

std::size_t LineOfTomlDepth(std::string_view text) {
  std::size_t line = 1, brackets = 0, dots = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    std::size_t next = at + 1;
    if (c == '#') {
      next = std::min(text.find('\n', at), text.size());
    } else if (c == '"' || c == '\'') {
      next = EndOfString(text, at);
    } else if (c == '.') {
      ++dots;
    } else if (c == '[' || c == '{') {
      ++brackets;
      dots = 0;
    } else if (c == ']' || c == '}') {
      brackets -= brackets > 0 ? 1 : 0;
      dots = 0;
    } else if (c == '=' || c == ',' || c == '\n') {
      dots = 0;
    }
    if (brackets > kMaxTomlDepth || dots > kMaxTomlDepth) return line;
    line += static_cast<std::size_t>(std::count(
        text.begin() + static_cast<std::ptrdiff_t>(at),
        text.begin() + static_cast<std::ptrdiff_t>(std::min(next, text.size())),
        '\n'));
    at = next;
  }
  return 0;
}

}  // namespace dobby::cli
