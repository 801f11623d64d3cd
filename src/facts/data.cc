#include "facts/data.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "chunks/settings.h"

namespace dobby {
namespace {

constexpr std::size_t kSampleRecords = 100;
constexpr std::size_t kMostFieldBytes = 100;
constexpr std::size_t kMostFirst = 5;

/// Reads records of fields between delimiters, one after another.
class RecordReader {
 public:
  RecordReader(std::string_view text, char delimiter)
      : text_(text), delimiter_(delimiter) {}

  bool AtEnd() const { return at_ >= text_.size(); }

  /// Reads a record; returns how many fields it has, 0 if it is blank. The
  /// first kMostColumns fields go to `fields`, if given.
  std::size_t Read(std::vector<std::string>* fields) {
    std::size_t count = 0;
    bool is_blank = true;
    while (true) {
      const std::size_t begin = at_;
      at_ = EndOfField();
      const std::string_view field = Trim(text_.substr(begin, at_ - begin));
      is_blank = is_blank && field.empty();
      ++count;
      if (fields != nullptr && count <= kMostColumns) {
        fields->push_back(Unquoted(field));
      }
      const bool ends = AtEnd() || text_[at_] == '\n';
      at_ = std::min(at_ + 1, text_.size());
      if (ends) break;
    }
    return is_blank && count == 1 ? 0 : count;
  }

 private:
  std::size_t EndOfField() const {
    std::size_t at = at_;
    bool in_quotes = false;
    if (at < text_.size() && text_[at] == '"') {
      in_quotes = true;
      ++at;
    }
    for (; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == '"') {
        in_quotes = !in_quotes && at > at_ && text_[at - 1] == '"';
      }
      if (!in_quotes && (c == delimiter_ || c == '\n')) break;
    }
    return at;
  }

  static std::string Unquoted(std::string_view field) {
    if (field.size() > 1 && field.front() == '"' && field.back() == '"') {
      field = field.substr(1, field.size() - 2);
    }
    return OneLine(
        JoinedWords(field.substr(0, Utf8CutAt(field, kMostFieldBytes))));
  }

  std::string_view text_;
  const char delimiter_;
  std::size_t at_ = 0;
};

/// Returns in how many fields the first records are parted; 0 if they differ.
std::size_t FieldsOf(std::string_view text, char delimiter) {
  RecordReader reader(text, delimiter);
  std::size_t fields = 0, records = 0;
  while (!reader.AtEnd() && records < kSampleRecords) {
    const std::size_t count = reader.Read(nullptr);
    if (count == 0) continue;
    if (fields != 0 && count != fields) return 0;
    fields = count;
    ++records;
  }
  return records > 1 ? fields : 0;
}

/// A header names each column: no field is empty, a number, or there twice.
bool IsHeader(std::vector<std::string> fields) {
  for (const std::string& field : fields) {
    const bool has_letter = std::any_of(
        field.begin(), field.end(),
        [](unsigned char c) { return c >= 0x80 || std::isalpha(c) != 0; });
    if (!has_letter ||
        std::isdigit(static_cast<unsigned char>(field[0])) != 0 ||
        field.size() > 60) {
      return false;
    }
  }
  std::sort(fields.begin(), fields.end());
  return std::adjacent_find(fields.begin(), fields.end()) == fields.end();
}

/// Counts the objects that lie directly in an array, or one a line.
std::size_t CountObjects(std::string_view text) {
  const bool is_array = Trim(text.substr(0, 4096)).starts_with('[');
  const std::size_t want = is_array ? 1 : 0;
  std::size_t depth = 0, objects = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      objects += c == '{' && depth == want ? 1 : 0;
      ++depth;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return objects;
}

}  // namespace

std::optional<TableFacts> ReadDelimited(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  TableFacts facts;
  char delimiter = ',';
  for (const char tried : {',', '\t', ';', '|'}) {
    const std::size_t fields = FieldsOf(text, tried);
    if (fields > facts.column_count) {
      facts.column_count = fields;
      delimiter = tried;
    }
  }
  if (facts.column_count < 2) return std::nullopt;
  RecordReader reader(text, delimiter);
  while (!reader.AtEnd() && facts.columns.empty()) {
    if (reader.Read(&facts.columns) == 0) facts.columns.clear();
  }
  if (!IsHeader(facts.columns)) {
    facts.columns.clear();
    ++facts.rows;
  }
  while (!reader.AtEnd()) facts.rows += reader.Read(nullptr) > 0 ? 1 : 0;
  return facts;
}

std::optional<TableFacts> ReadJsonRecords(std::string_view text) {
  text = Trim(text);
  const bool is_array =
      text.starts_with('[') && Trim(text.substr(1, 4096)).starts_with('{');
  const bool is_lines = text.starts_with('{') && text.find("}\n{") != text.npos;
  if (!is_array && !is_lines) return std::nullopt;
  TableFacts facts;
  facts.rows = CountObjects(text);
  // Keys of the first records; the rest has the same.
  constexpr std::size_t kHead = 64u << 10;
  for (const Setting& setting :
       ReadSettings(text.substr(0, kHead), SettingsFormat::kJson)) {
    const bool is_column = setting.depth == 0 && !setting.name.empty() &&
                           std::find(facts.columns.begin(), facts.columns.end(),
                                     setting.name) == facts.columns.end();
    if (is_column && facts.columns.size() < kMostColumns) {
      facts.columns.push_back(setting.name);
    }
  }
  facts.column_count = facts.columns.size();
  if (facts.columns.empty()) return std::nullopt;
  return facts;
}

ListFacts ReadList(std::string_view text) {
  ListFacts facts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = Trim(text.substr(at, end - at));
    at = end + 1;
    if (line.empty() || line[0] == '#' || line[0] == ';' ||
        line.starts_with("//")) {
      continue;
    }
    ++facts.entries;
    if (facts.first.size() >= kMostFirst || line[0] == '-') continue;
    std::string_view name = line.substr(0, line.find_first_of(" \t,"));
    name = name.substr(0, name.find_first_of("=<>~;["));
    if (name.empty()) name = line;
    facts.first.push_back(OneLine(name.substr(0, Utf8CutAt(name, 100))));
  }
  return facts;
}

bool IsListFile(std::string_view file_name) {
  constexpr std::array<std::string_view, 14> kNames = {
      "codeowners",       ".gitignore",      ".dockerignore", ".npmignore",
      ".eslintignore",    ".prettierignore", ".helmignore",   ".ignore",
      "requirements.txt", "constraints.txt", ".mailmap",      "contributors",
      ".gcloudignore",    "manifest.in"};
  const std::string name = Lower(file_name);
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         (name.starts_with("requirements") && name.ends_with(".txt")) ||
         (name.ends_with("requirements.txt"));
}

}  // namespace dobby
