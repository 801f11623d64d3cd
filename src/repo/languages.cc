#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "dobby/repo.h"
#include "repo/content_rules.h"
#include "repo/linguist_table.h"

namespace dobby {
namespace {

// vim's "modelines" is 5.
constexpr std::size_t kModelineLines = 5;
// No language's name is longer.
constexpr std::size_t kMostNameBytes = 64;

/// Calls `visit` with the endings of a file name, the longest first: "html.erb"
/// and "erb" of "a.html.erb"; returns the first that has a language.
const Language* ByEndings(std::string_view name, std::string* ending) {
  const LinguistTable& table = LinguistTable::Get();
  const std::string lower = Lower(name);
  // No ending has three dots.
  std::size_t from = lower.npos;
  for (int dots = 0; dots < 3 && from != 0; ++dots) {
    const std::size_t dot = lower.rfind('.', from - (from != lower.npos));
    if (dot == lower.npos) break;
    from = dot;
  }
  for (; from != lower.npos; from = lower.find('.', from + 1)) {
    *ending = lower.substr(from + 1);
    if (IsSharedEnding(*ending)) return table.ByEnding(*ending);
    if (const Language* language = table.ByEnding(*ending)) return language;
  }
  ending->clear();
  return nullptr;
}

std::string_view TakeWord(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

/// Reads "#!/usr/bin/env -S NAME=1 python3.11 -u" and simpler ones.
const Language* ByInterpreter(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  if (!head.starts_with("#!")) return nullptr;
  std::string_view line = head.substr(2, head.find('\n') - 2);
  std::string_view program = TakeWord(line);
  program = program.substr(program.rfind('/') + 1);
  if (program == "env") {
    do {
      program = TakeWord(line);
    } while (program.starts_with('-') ||
             program.find('=') != std::string_view::npos);
    program = program.substr(program.rfind('/') + 1);
  }
  const LinguistTable& table = LinguistTable::Get();
  if (const Language* language = table.ByInterpreter(program)) return language;
  const std::size_t end = program.find_last_not_of("0123456789.-");
  return table.ByInterpreter(program.substr(0, end + 1));
}

/// Returns the language of an editor's mode: a name, else an ending.
const Language* ByMode(std::string_view mode) {
  const LinguistTable& table = LinguistTable::Get();
  const Language* language = table.ByName(mode);
  return language != nullptr ? language : table.ByEnding(mode);
}

/// Reads "-*- C++ -*-" and "-*- mode: python; coding: utf-8 -*-" in the first
/// line, where Emacs looks.
const Language* ByEmacsMode(std::string_view head) {
  constexpr std::string_view kMark = "-*-", kMode = "mode:";
  std::string_view line = head.substr(0, head.find('\n'));
  const std::size_t begin = line.find(kMark);
  if (begin == line.npos) return nullptr;
  line.remove_prefix(begin + kMark.size());
  line = line.substr(0, line.find(kMark));
  const std::string lower = Lower(line);
  std::string_view mode = lower;
  if (const std::size_t at = mode.find(kMode); at != mode.npos) {
    mode.remove_prefix(at + kMode.size());
  }
  return ByMode(Trim(mode.substr(0, mode.find(';'))));
}

/// Reads "vim: set ft=python :" in the first lines.
const Language* ByVimMode(std::string_view head) {
  for (std::string_view line : TrimmedLines(head, kModelineLines)) {
    const std::size_t mark = line.find("vim:");
    if (mark == line.npos) continue;
    line.remove_prefix(mark);
    for (const std::string_view key : {"ft=", "filetype=", "syntax="}) {
      const std::size_t at = line.find(key);
      if (at == line.npos) continue;
      const std::string_view value = line.substr(at + key.size());
      return ByMode(value.substr(0, value.find_first_of(" \t:")));
    }
  }
  return nullptr;
}

const Language* ByModeline(std::string_view head) {
  const Language* language = ByEmacsMode(head);
  return language != nullptr ? language : ByVimMode(head);
}

/// Returns the language of a file whose ending several languages share.
const Language* BySharedEnding(std::string_view ending, std::string_view head,
                               const Language* usual) {
  if (const Language* language = ByModeline(head)) return language;
  const std::string_view name = LanguageByContent(ending, head);
  const Language* told =
      name.empty() ? nullptr : LinguistTable::Get().ByName(name);
  return told != nullptr ? told : usual;
}

const Language* Detect(std::string_view path, std::string_view head) {
  const std::string_view name = BaseNameOf(path);
  if (const Language* known = LinguistTable::Get().ByFileName(name)) {
    return known;
  }
  // ".C" and ".H" are C++ where case counts.
  if (name.ends_with(".C") || name.ends_with(".H")) {
    return LinguistTable::Get().ByEnding("cpp");
  }
  std::string ending;
  const Language* language = ByEndings(name, &ending);
  if (IsSharedEnding(ending)) return BySharedEnding(ending, head, language);
  if (language != nullptr) return language;
  language = ByInterpreter(head);
  return language != nullptr ? language : ByModeline(head);
}

/// Returns how many letters must change, come or go to make `b` of `a`.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

Language DetectLanguage(std::string_view path, std::string_view head) {
  const Language* language = Detect(path, head);
  return language != nullptr ? *language : Language{};
}

std::optional<Language> FindLanguage(std::string_view name) {
  const LinguistTable& table = LinguistTable::Get();
  name = Trim(name);
  const Language* language = table.ByName(name);
  if (language == nullptr) {
    if (name.starts_with('.')) name.remove_prefix(1);
    language = table.ByEnding(Lower(name));
  }
  if (language == nullptr) return std::nullopt;
  return *language;
}

std::vector<std::string> NearLanguageNames(std::string_view name,
                                           std::size_t most) {
  const std::string lower = Lower(Trim(name).substr(0, kMostNameBytes));
  std::vector<std::pair<std::size_t, std::string_view>> near;
  for (const std::string_view known : LinguistTable::Get().Names()) {
    const bool begins = !lower.empty() && known.starts_with(lower);
    near.emplace_back(begins ? 1 : EditDistance(lower, known), known);
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> names;
  for (const auto& [distance, known] : near) {
    if (names.size() == most) break;
    names.emplace_back(known);
  }
  return names;
}

}  // namespace dobby
