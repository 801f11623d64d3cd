#include "chunks/line_names.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "chunks/config_outline.h"
#include "chunks/named_nodes.h"

namespace dobby {
namespace {

constexpr std::size_t kMostNameBytes = 200;

bool IsOf(std::string_view text, std::string_view others) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return IsWordByte(c) || others.find(c) != std::string_view::npos;
  });
}

Definition Define(std::string_view kind, std::string name, std::uint32_t line,
                  std::size_t begin) {
  Definition definition;
  definition.symbol.kind = kind;
  definition.symbol.name = std::move(name);
  definition.symbol.line = line;
  definition.begin = begin;
  return definition;
}

/// Takes the next word off a line.
std::string_view TakeWord(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
  line.remove_prefix(word.size());
  return word;
}

/// Whether what follows a name of SQL lies between such marks.
char EndOfQuote(char open) {
  if (open == '[') return ']';
  return open == '"' || open == '`' ? open : '\0';
}

/// Reads lines one after another.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : text_(text) {}

  /// Calls `read` with each line, its number and where it begins.
  template <class Read>
  void ForLines(const Read& read) {
    std::uint32_t number = 1;
    for (std::size_t at = 0; at < text_.size(); ++number) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      read(text_.substr(at, end - at), number);
      at = end + 1;
    }
  }

  std::size_t PlaceOf(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - text_.data());
  }

 private:
  std::string_view text_;
};

/// Targets of a Makefile: no files, patterns, variables or special targets.
class Targets {
 public:
  std::vector<Definition> Read(std::string_view text) {
    LineReader lines(text);
    lines.ForLines([&](std::string_view line, std::uint32_t number) {
      const bool continues = std::exchange(
          continues_, Trim(line.substr(0, line.find('\r'))).ends_with('\\'));
      if (IsInDefine(line) || continues || line.starts_with('\t')) return;
      line = line.substr(0, line.find('#'));
      std::size_t colon = line.find(':');
      if (colon == line.npos || line.substr(colon, 2) == ":=" ||
          line.substr(colon, 3) == "::=" ||
          line.substr(0, colon).find('=') != line.npos) {
        return;
      }
      std::string_view targets = line.substr(0, colon);
      if (targets.ends_with('&')) targets.remove_suffix(1);
      if (IsAssignment(line.substr(colon + 1))) return;
      for (std::string_view word; !(word = TakeWord(targets)).empty();) {
        if (IsOf(word, "-")) Take(word, lines, number);
      }
    });
    return std::move(targets_);
  }

 private:
  /// "target: NAME = value" sets a variable of that target.
  static bool IsAssignment(std::string_view rest) {
    const std::size_t mark = rest.find('=');
    return mark != rest.npos && rest.substr(0, mark).find(';') == rest.npos;
  }

  bool IsInDefine(std::string_view line) {
    line = Trim(line);
    if (line.starts_with("define ")) in_define_ = true;
    if (line == "endef") in_define_ = false;
    return in_define_;
  }

  void Take(std::string_view word, const LineReader& lines,
            std::uint32_t number) {
    if (word.size() > kMostNameBytes) return;
    targets_.push_back(
        Define("target", std::string(word), number, lines.PlaceOf(word)));
  }

  std::vector<Definition> targets_;
  bool continues_ = false;
  bool in_define_ = false;
};

/// What a statement of SQL that begins with CREATE or ALTER is about.
class SqlReader {
 public:
  std::vector<Definition> Read(std::string_view text) {
    LineReader lines(text);
    lines.ForLines([&](std::string_view line, std::uint32_t number) {
      std::string_view rest = line;
      const std::string verb = Lower(Head(TakeWord(rest)));
      if (verb != "create" && verb != "alter") return;
      const std::string_view kind = TakeKind(rest);
      if (kind.empty() || (verb == "alter" && kind != "table")) return;
      const std::string_view source = TakeName(rest);
      std::string name = NameOf(source);
      if (name.empty()) return;
      const bool is_known =
          verb == "alter" && std::exchange(last_altered_, name) == name;
      if (is_known) return;
      names_.push_back(Define(verb == "alter" ? "altered table" : kind,
                              std::move(name), number, lines.PlaceOf(source)));
    });
    return std::move(names_);
  }

 private:
  static std::string_view Head(std::string_view word) {
    return word.substr(0, kMostNameBytes);
  }

  /// Skips "OR REPLACE", "UNIQUE" and the like; returns what is created.
  static std::string_view TakeKind(std::string_view& rest) {
    constexpr std::array<std::string_view, 11> kKinds = {
        "table", "view", "index",    "function", "procedure", "trigger",
        "type",  "role", "sequence", "schema",   "database"};
    for (int words = 0; words < 6; ++words) {
      const std::string word = Lower(Head(TakeWord(rest)));
      for (const std::string_view kind : kKinds) {
        if (word == kind) return kind;
      }
    }
    return "";
  }

  /// Returns the name that follows, with quotes and schema.
  static std::string_view TakeName(std::string_view& rest) {
    constexpr std::array<std::string_view, 5> kBefore = {
        "if", "not", "exists", "concurrently", "only"};
    for (int words = 0; words < 5; ++words) {
      std::string_view after = rest;
      const std::string word = Lower(Head(TakeWord(after)));
      if (std::find(kBefore.begin(), kBefore.end(), word) == kBefore.end()) {
        break;
      }
      rest = after;
    }
    rest = Trim(rest);
    std::size_t end = 0;
    while (end < rest.size()) {
      if (const char close = EndOfQuote(rest[end]); close != '\0') {
        end = std::min(rest.find(close, end + 1), rest.size() - 1);
      } else if (!IsOf(rest.substr(end, 1), ".$") &&
                 static_cast<unsigned char>(rest[end]) < 0x80) {
        break;
      }
      ++end;
    }
    return rest.substr(0, end);
  }

  /// Returns "app.orders" for `"app"."orders"`.
  static std::string NameOf(std::string_view source) {
    if (source.size() > kMostNameBytes) return "";
    std::string name = OneLine(source);
    std::erase_if(name, [](char c) {
      return c == '"' || c == '`' || c == '[' || c == ']';
    });
    return Lower(name) == "on" ? "" : name;
  }

  std::vector<Definition> names_;
  std::string last_altered_;
};

/// A line that begins so defines a function.
struct Start {
  std::string_view language, text;
};

constexpr std::array<Start, 3> kStarts = {{
    {"lua", "function "},
    {"lua", "local function "},
    {"perl", "sub "},
}};

std::vector<Definition> FunctionsOf(std::string_view text,
                                    std::string_view language) {
  std::vector<Definition> functions;
  LineReader lines(text);
  lines.ForLines([&](std::string_view line, std::uint32_t number) {
    line = Trim(line);
    for (const Start& start : kStarts) {
      if (start.language != language || !line.starts_with(start.text)) continue;
      std::string_view name = Trim(line.substr(start.text.size()));
      name = name.substr(0, name.find_first_of(" \t(){};"));
      if (!IsOf(name, ":.'") || name.size() > kMostNameBytes) return;
      functions.push_back(
          Define("function", std::string(name), number, lines.PlaceOf(name)));
    }
  });
  return functions;
}

std::vector<Definition> NamesOf(std::string_view text,
                                std::string_view language,
                                const std::stop_token& stop) {
  if (const auto format = SettingsFormatOf(language)) {
    return ConfigOutline(text, *format, stop);
  }
  if (HasNamedNodes(language)) return NamedNodesOf(text, language, stop);
  if (language == "makefile") return Targets().Read(text);
  if (language == "sql") return SqlReader().Read(text);
  return FunctionsOf(text, language);
}

}  // namespace

std::vector<Definition> LineNamesOf(std::string_view text,
                                    std::string_view language,
                                    const std::stop_token& stop) {
  std::vector<Definition> names = NamesOf(text, language, stop);
  if (names.size() > kMostDefinitions) names.clear();
  return names;
}

}  // namespace dobby
