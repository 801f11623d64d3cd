#include "repo/attributes.h"

#include <algorithm>
#include <utility>

namespace dobby {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view TakeWord(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

/// Takes a pattern off `line`; one in double quotes may hold blanks and
/// backslash escapes.
std::string TakePattern(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  if (!line.starts_with('"')) return std::string(TakeWord(line));
  std::string pattern;
  std::size_t i = 1;
  for (; i < line.size() && line[i] != '"'; ++i) {
    if (line[i] == '\\' && i + 1 < line.size()) ++i;
    pattern += line[i];
  }
  line.remove_prefix(std::min(i + 1, line.size()));
  return pattern;
}

/// Sets `state` when `word` is about `attribute`: `a`, `-a`, `a=value`, and
/// `!a`, which is as good as false.
void ReadState(std::string_view word, std::string_view attribute,
               std::optional<bool>& state) {
  const bool off = word.starts_with('-') || word.starts_with('!');
  if (off) word.remove_prefix(1);
  if (!word.starts_with(attribute)) return;
  word.remove_prefix(attribute.size());
  if (word.empty()) state = !off;
  if (word.starts_with('=')) state = word != "=false";
}

}  // namespace

void FileMarks::FillFrom(const FileMarks& weaker) {
  if (!generated) generated = weaker.generated;
  if (!vendored) vendored = weaker.vendored;
  if (!binary) binary = weaker.binary;
  if (language.empty()) language = weaker.language;
}

std::string_view AttributeStack::RepositoryBase() const {
  return repositories_.empty() ? std::string_view() : repositories_.back();
}

const FileMarks* AttributeStack::FindMacro(const std::string& name,
                                           const Macros& own) const {
  const auto in_own = own.find(name);
  if (in_own != own.end()) return &in_own->second;
  // That of the repository's top lies before those of its folders.
  const auto top = std::find_if(
      files_.begin(), files_.end(),
      [&](const File& file) { return file.base == RepositoryBase(); });
  if (top == files_.end()) return nullptr;
  const auto found = top->macros.find(name);
  return found == top->macros.end() ? nullptr : &found->second;
}

/// Reads the attributes of a line; later words win.
FileMarks AttributeStack::ReadMarks(std::string_view words,
                                    const Macros& own) const {
  constexpr std::string_view kLanguage = "linguist-language=";
  FileMarks marks;
  while (true) {
    const std::string_view word = TakeWord(words);
    if (word.empty()) return marks;
    ReadState(word, "linguist-generated", marks.generated);
    ReadState(word, "linguist-vendored", marks.vendored);
    ReadState(word, "binary", marks.binary);
    if (word.starts_with(kLanguage)) {
      marks.language = word.substr(kLanguage.size());
    }
    const std::string name(word);
    const FileMarks* macro = FindMacro(name, own);
    if (macro == nullptr) continue;
    FileMarks stands_for = *macro;
    stands_for.FillFrom(marks);
    marks = std::move(stands_for);
  }
}

AttributeStack::File AttributeStack::Parse(std::string base,
                                           std::string_view text) const {
  constexpr std::string_view kMacro = "[attr]";
  File file{std::move(base), text.size(), {}, {}};
  if (text.size() > kMostRuleBytes) return file;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty() && file.rules.size() <= kMostWildcards) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string pattern = TakePattern(line);
    // git forbids '!' here, and a pattern for folders marks no file.
    if (pattern.empty() || pattern[0] == '#' || pattern[0] == '!') continue;
    FileMarks marks = ReadMarks(line, file.macros);
    if (marks.empty()) continue;
    if (pattern.starts_with(kMacro)) {
      if (file.base != RepositoryBase()) continue;
      file.macros.insert_or_assign(pattern.substr(kMacro.size()),
                                   std::move(marks));
    } else if (!pattern.ends_with('/')) {
      file.rules.push_back({PathPattern(pattern), std::move(marks)});
    }
  }
  return file;
}

bool AttributeStack::HasRoomFor(const File& file) const {
  return bytes_ + file.bytes <= kMostRuleBytes &&
         rules_ + file.rules.size() <= kMostWildcards;
}

bool AttributeStack::Push(std::string base, std::string_view text) {
  File file = Parse(std::move(base), text);
  if (!HasRoomFor(file)) return false;
  if (file.rules.empty() && file.macros.empty()) return true;
  bytes_ += file.bytes;
  rules_ += file.rules.size();
  files_.push_back(std::move(file));
  return true;
}

void AttributeStack::Pop(std::string_view folder) {
  while (!files_.empty() && files_.back().base.size() >= folder.size()) {
    bytes_ -= files_.back().bytes;
    rules_ -= files_.back().rules.size();
    files_.pop_back();
  }
  while (!repositories_.empty() &&
         repositories_.back().size() >= folder.size()) {
    repositories_.pop_back();
  }
}

bool AttributeStack::SetOverride(std::string_view text) {
  File file = Parse("", text);
  if (!HasRoomFor(file)) return false;
  override_ = std::move(file);
  return true;
}

void AttributeStack::BeginRepository(std::string folder) {
  repositories_.push_back(std::move(folder));
}

FileMarks AttributeStack::MarksOf(std::string_view path) const {
  FileMarks marks;
  const auto apply = [&](const File& file) {
    const std::string_view below = path.substr(file.base.size());
    for (auto rule = file.rules.rbegin(); rule != file.rules.rend(); ++rule) {
      if (rule->pattern.Matches(below, false)) marks.FillFrom(rule->marks);
    }
  };
  const std::size_t begin = RepositoryBase().size();
  if (begin == 0) apply(override_);
  for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
    if (file->base.size() < begin) break;
    apply(*file);
  }
  return marks;
}

}  // namespace dobby
