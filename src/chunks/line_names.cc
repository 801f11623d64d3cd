#include "chunks/line_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include "base/text.h"

namespace dobby {
namespace {

/// What a line defines.
struct Named {
  std::string_view kind, name;
  std::uint32_t depth = 0;
};

bool IsOf(std::string_view text, std::string_view others) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return IsWordByte(c) || others.find(c) != std::string_view::npos;
  });
}

std::string_view Unquoted(std::string_view text) {
  const bool quoted = text.size() > 1 && text.front() == text.back() &&
                      (text[0] == '"' || text[0] == '\'');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

/// "install: all" but no file, pattern, variable or special target.
Named ReadTarget(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos || line.substr(colon, 2) == ":=" ||
      line.substr(colon, 3) == "::=") {
    return {};
  }
  const std::string_view name = line.substr(0, line.find_first_of(" :"));
  return IsOf(name, "-") ? Named{"target", name} : Named{};
}

/// "[build]" and "[[bin]]".
Named ReadSection(std::string_view line) {
  line = Trim(line.substr(0, line.find(" #")));
  while (line.starts_with("[") && line.ends_with("]")) {
    line = line.substr(1, line.size() - 2);
    if (IsOf(line, "-.\"' :/")) return {"section", Unquoted(line)};
  }
  return {};
}

/// "key: value" without indentation, or with that of the second level.
Named ReadYamlKey(std::string_view line) {
  const std::size_t indent = line.find_first_not_of(' ');
  if (indent != 0 && indent != 2) return {};
  line.remove_prefix(indent);
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return {};
  const std::string_view name = Unquoted(line.substr(0, colon));
  const bool ends = colon + 1 == line.size() || line[colon + 1] == ' ' ||
                    line[colon + 1] == '\r';
  if (!ends || !IsOf(name, "-./")) return {};
  return {"key", name, indent == 0 ? 0u : 1u};
}

/// A line that begins so defines what follows.
struct Start {
  std::string_view language, text, kind;
};

constexpr std::array<Start, 14> kStarts = {{
    {"cmake", "add_custom_target(", "target"},
    {"cmake", "add_executable(", "executable"},
    {"cmake", "add_library(", "library"},
    {"cmake", "function(", "command"},
    {"cmake", "macro(", "command"},
    {"lua", "function ", "function"},
    {"lua", "local function ", "function"},
    {"perl", "sub ", "function"},
    {"protobuf", "enum ", "enum"},
    {"protobuf", "message ", "message"},
    {"protobuf", "service ", "service"},
    {"sql", "create table if not exists ", "table"},
    {"sql", "create table ", "table"},
    {"sql", "create view ", "view"},
}};

Named ReadAfterStart(std::string_view line, std::string_view language) {
  line = Trim(line);
  for (const Start& start : kStarts) {
    if (start.language != language || line.size() <= start.text.size() ||
        Lower(line.substr(0, start.text.size())) != start.text) {
      continue;
    }
    std::string_view name = Trim(line.substr(start.text.size()));
    name = name.substr(0, name.find_first_of(" \t(){};"));
    return IsOf(name, ":.-\"`'") ? Named{start.kind, name} : Named{};
  }
  return {};
}

Named ReadName(std::string_view line, std::string_view language) {
  if (language == "makefile") return ReadTarget(line);
  if (language == "ini" || language == "toml") return ReadSection(line);
  if (language == "yaml") return ReadYamlKey(line);
  return ReadAfterStart(line, language);
}

/// Reads the keys of the outermost objects of JSON.
class JsonKeys {
 public:
  explicit JsonKeys(std::string_view text) : text_(text) {}

  /// Calls `found` with each key, its depth and where it begins.
  template <class Found>
  void Read(const Found& found) {
    for (std::size_t at = 0; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == '{' || c == '[') open_.push_back(c);
      if ((c == '}' || c == ']') && !open_.empty()) open_.pop_back();
      if (c != '"') continue;
      const std::size_t begin = at + 1;
      at = EndOfString(begin);
      if (const auto key = text_.substr(begin, at - begin);
          IsKey(at) && IsOneLine(key)) {
        found(key, open_.size() - 1, begin);
      }
    }
  }

 private:
  std::size_t EndOfString(std::size_t at) const {
    while (at < text_.size() && text_[at] != '"') {
      at += text_[at] == '\\' ? 2 : 1;
    }
    return std::min(at, text_.size());
  }

  /// Whether the string that ends at `end` is a key of the first two levels.
  bool IsKey(std::size_t end) const {
    const std::size_t next =
        text_.find_first_not_of(" \t\r\n", std::min(end + 1, text_.size()));
    return next != text_.npos && text_[next] == ':' &&
           (open_ == "{" || open_ == "{{");
  }

  /// Whether a string is one of JSON: no line breaks and the like in it.
  static bool IsOneLine(std::string_view string) {
    return std::none_of(string.begin(), string.end(),
                        [](char c) { return c >= 0 && c < ' '; });
  }

  std::string_view text_;
  std::string open_;  ///< Brackets around the place that is read.
};

Definition Define(std::string_view kind, std::string_view name,
                  std::uint32_t depth, std::uint32_t line, std::size_t begin) {
  Definition definition;
  Symbol& symbol = definition.symbol;
  symbol.kind = kind;
  symbol.name = name;
  symbol.line = line;
  symbol.depth = depth;
  definition.begin = begin;
  return definition;
}

}  // namespace

std::vector<Definition> LineNamesOf(std::string_view text,
                                    std::string_view language) {
  std::vector<Definition> names;
  std::uint32_t line_number = 1;
  if (language == "json") {
    std::size_t counted = 0;
    JsonKeys(text).Read(
        [&](std::string_view key, std::size_t depth, std::size_t begin) {
          line_number += static_cast<std::uint32_t>(std::count(
              text.begin() + static_cast<std::ptrdiff_t>(counted),
              text.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
          counted = begin;
          if (key.empty() || names.size() > kMostDefinitions) return;
          names.push_back(Define("key", key, static_cast<std::uint32_t>(depth),
                                 line_number, begin));
        });
    if (names.size() > kMostDefinitions) names.clear();
    return names;
  }
  for (std::size_t at = 0; at < text.size(); ++line_number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const Named named = ReadName(line, language);
    if (!named.name.empty()) {
      const auto begin =
          static_cast<std::size_t>(named.name.data() - text.data());
      names.push_back(
          Define(named.kind, named.name, named.depth, line_number, begin));
      if (names.size() > kMostDefinitions) return {};
    }
    at = end + 1;
  }
  return names;
}

}  // namespace dobby
