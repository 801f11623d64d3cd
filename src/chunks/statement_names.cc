#include "chunks/statement_names.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "chunks/comments.h"

namespace dobby {
namespace {

constexpr std::size_t kMostNames = 1000;
constexpr std::size_t kLongestName = 50, kLongestValue = 40;  ///< Bytes.

bool IsNameByte(char c) {
  return IsWordByte(c) || c == '.' || c == '$' || c == '@' || c == '-';
}

/// Whether a text is a name of code, perhaps with parts behind dots.
bool IsName(std::string_view text) {
  const bool begins =
      !text.empty() &&
      (IsWordByte(text[0]) || text[0] == '$' || text[0] == '@') &&
      (text[0] < '0' || text[0] > '9');
  return begins && text.size() > 1 && text.size() <= kLongestName &&
         std::all_of(text.begin(), text.end(), IsNameByte);
}

std::string_view Unquoted(std::string_view text) {
  const bool quoted = text.size() > 1 && text.front() == text.back() &&
                      (text[0] == '"' || text[0] == '\'');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

/// Returns the value behind a mark, if it is short and on the line.
std::string ShortValue(std::string_view rest) {
  rest = Trim(rest);
  while (rest.ends_with(',') || rest.ends_with(';')) rest.remove_suffix(1);
  const bool is_open = rest.find_first_of("([{") != rest.npos &&
                       rest.find_first_of(")]}") == rest.npos;
  return rest.size() > kLongestValue || is_open ? "" : std::string(rest);
}

Symbol MakeSymbol(std::string_view kind, std::string_view name,
                  std::string value) {
  Symbol symbol;
  symbol.kind = kind;
  symbol.name = name;
  symbol.value = std::move(value);
  return symbol;
}

/// "a = 1", "export const a: T = 1", "$a['b'] = 1"; no comparison.
std::optional<Symbol> ReadAssignment(std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals == line.npos || equals == 0 || equals + 1 >= line.size() ||
      line[equals + 1] == '=' || line[equals + 1] == '>' ||
      std::string_view("!<>=").find(line[equals - 1]) != line.npos) {
    return std::nullopt;
  }
  std::string_view left = Trim(line.substr(0, equals));
  while (!left.empty() &&
         std::string_view("+?:|").find(left.back()) != std::string_view::npos) {
    left = Trim(left.substr(0, left.size() - 1));
  }
  // Of a type between, as in "a: T".
  if (const std::size_t colon = left.find(": "); colon != left.npos) {
    left = left.substr(0, colon);
  }
  const std::string_view name = left.substr(left.find_last_of(" \t") + 1);
  if (!IsName(name)) return std::nullopt;
  return MakeSymbol("setting", name, ShortValue(line.substr(equals + 1)));
}

/// "'a' => 1", "a: 1,", "\"a\": 1".
std::optional<Symbol> ReadPair(std::string_view line) {
  std::size_t mark = line.find("=>");
  std::size_t length = 2;
  if (mark == line.npos) {
    mark = line.find(": ");
    if (mark == line.npos && line.ends_with(':')) mark = line.size() - 1;
    length = 1;
  }
  if (mark == line.npos) return std::nullopt;
  const std::string_view name = Unquoted(Trim(line.substr(0, mark)));
  if (!IsName(name)) return std::nullopt;
  return MakeSymbol("setting", name, ShortValue(line.substr(mark + length)));
}

/// "module(", "gem 'rails'".
std::optional<Symbol> ReadCall(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && IsNameByte(line[end])) ++end;
  const std::string_view name = line.substr(0, end);
  const std::string_view rest = line.substr(end);
  const bool calls = rest.starts_with("(") || rest.starts_with(" \"") ||
                     rest.starts_with(" '");
  if (!calls || !IsName(name)) return std::nullopt;
  const std::string_view argument =
      rest.starts_with("(") ? "" : Unquoted(Trim(rest));
  return MakeSymbol(
      "call", name,
      argument.size() > kLongestValue ? "" : std::string(argument));
}

bool IsCodeOrSettings(const Language& language) {
  static constexpr std::array<std::string_view, 12> kOthers = {
      "text", "markdown", "rst",  "asciidoc", "csv",  "html",
      "css",  "svg",      "diff", "scss",     "less", "xml"};
  return std::find(kOthers.begin(), kOthers.end(), language.id) ==
         kOthers.end();
}

}  // namespace

std::vector<Symbol> StatementNames(std::string_view text,
                                   const Language& language) {
  std::vector<Symbol> names;
  if (!IsCodeOrSettings(language)) return names;
  const Lines lines = TrimmedLines(text, text.size());
  const CommentStyle style = StyleOf(language.id);
  // A template has the settings of its markup.
  const bool is_markup = std::any_of(
      lines.begin(),
      lines.begin() + std::min<std::ptrdiff_t>(20, std::ssize(lines)),
      [](std::string_view line) {
        return line.starts_with('<') && !line.starts_with("<?");
      });
  if (is_markup) return names;
  for (std::size_t at = 0; at < lines.size() && names.size() < kMostNames;) {
    if (TakeComment(lines, at, style)) continue;
    const std::string_view line = lines[at];
    auto found = ReadAssignment(line);
    if (!found) found = ReadPair(line);
    if (!found) found = ReadCall(line);
    ++at;
    if (!found) continue;
    found->line = static_cast<std::uint32_t>(at);
    names.push_back(*std::move(found));
  }
  return names;
}

}  // namespace dobby
