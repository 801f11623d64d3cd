// Settings that stand in lines: INI, properties, .env, "Field: value".
#include <algorithm>

#include "base/text.h"
#include "base/utf8.h"
#include "chunks/settings_parts.h"

namespace dobby {
namespace {

/// A key's own characters; others make the line prose or code.
bool IsKey(std::string_view key, std::string_view others) {
  return !key.empty() && key.size() <= 100 &&
         std::all_of(key.begin(), key.end(), [&](char c) {
           return IsWordByte(c) || others.find(c) != std::string_view::npos;
         });
}

class LineReader {
 public:
  explicit LineReader(SettingsFormat format)
      : is_ini_(format == SettingsFormat::kIni) {}

  std::vector<Setting> Read(std::string_view text) {
    std::uint32_t number = 1;
    for (std::size_t at = 0;
         at < text.size() && settings_.size() < kMostSettings; ++number) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      ReadLine(text.substr(at, end - at), at, number);
      at = end + 1;
    }
    return std::move(settings_);
  }

 private:
  bool IsComment(std::string_view line) const {
    if (is_ini_) return line[0] == '#' || line[0] == ';' || line[0] == '!';
    return line[0] == '#' || line.starts_with("--");
  }

  void ReadLine(std::string_view line, std::size_t begin, std::uint32_t number);
  bool ReadSection(std::string_view line);
  bool ReadKey(std::string_view line);
  void Add(std::string_view name, std::string_view value, bool is_section);
  void Continue(std::string_view line);

  const bool is_ini_;
  std::vector<Setting> settings_;
  std::string section_;
  bool has_key_ = false;  ///< The last setting is a key that may continue.
  bool joins_ = false;    ///< The last line ended with a backslash.
  std::size_t indent_ = 0;
  std::size_t begin_ = 0;
  std::uint32_t number_ = 0;
};

void LineReader::Add(std::string_view name, std::string_view value,
                     bool is_section) {
  Setting setting;
  setting.name = ReplaceInvalidUtf8(name);
  setting.path = is_section ? setting.name : JoinedPath(section_, setting.name);
  setting.value = DecodedScalar(value, SettingsFormat::kIni);
  setting.line = number_;
  setting.depth = is_section || section_.empty() ? 0 : 1;
  setting.is_group = is_section;
  setting.begin = begin_;
  settings_.push_back(std::move(setting));
}

void LineReader::Continue(std::string_view line) {
  std::string& value = settings_.back().value;
  line = line.substr(0, Utf8CutAt(line, kMostValueBytes));
  if (value.size() + line.size() >= kMostValueBytes) return;
  if (!value.empty()) value += '\n';
  value += ReplaceInvalidUtf8(line);
}

/// "[core]", `[remote "x"]`; of Cabal "executable x".
bool LineReader::ReadSection(std::string_view line) {
  std::string_view name;
  if (is_ini_) {
    line = Trim(line.substr(0, line.find(" #")));
    while (line.size() > 2 && line.front() == '[' && line.back() == ']') {
      name = line = line.substr(1, line.size() - 2);
    }
    if (!IsKey(name, "-.\"' :/")) return false;
  } else {
    const bool heads = indent_ == 0 && IsKey(line, "- ") &&
                       std::count(line.begin(), line.end(), ' ') <= 1;
    if (!heads) return false;
    name = line;
  }
  begin_ += is_ini_ ? 1 : 0;
  if (name.size() > 1 && name.front() == name.back() &&
      (name[0] == '"' || name[0] == '\'')) {
    name = name.substr(1, name.size() - 2);
  }
  Add(name, "", true);
  section_ = settings_.back().path;
  has_key_ = false;
  return true;
}

/// "key = value", "export KEY=value", "Field: value".
bool LineReader::ReadKey(std::string_view line) {
  constexpr std::string_view kExport = "export ";
  if (is_ini_ && line.starts_with(kExport)) {
    line.remove_prefix(kExport.size());
    begin_ += kExport.size();
  }
  const std::size_t mark = line.find_first_of(is_ini_ ? "=:" : ":");
  if (mark == line.npos) return false;
  const std::string_view key = Trim(line.substr(0, mark));
  std::string_view value = Trim(line.substr(mark + 1));
  const bool ends =
      mark + 1 == line.size() || IsBlank(line.substr(mark + 1, 1));
  if (line[mark] == ':' && !ends && is_ini_) return false;
  if (!IsKey(key, is_ini_ && line[mark] == '=' ? "-./@* $[]" : "-./@")) {
    return false;
  }
  joins_ = is_ini_ && value.ends_with('\\');
  if (joins_) value.remove_suffix(1);
  Add(key, value, false);
  has_key_ = true;
  return true;
}

void LineReader::ReadLine(std::string_view line, std::size_t begin,
                          std::uint32_t number) {
  const std::size_t indent = line.find_first_not_of(" \t\r");
  if (indent == line.npos) {
    joins_ = false;
    return;
  }
  line = Trim(line);
  if (has_key_ && joins_) {
    joins_ = line.ends_with('\\');
    Continue(joins_ ? line.substr(0, line.size() - 1) : line);
    return;
  }
  if (IsComment(line)) return;
  if (has_key_ && indent > indent_) {
    Continue(line);
    return;
  }
  indent_ = indent;
  begin_ = begin + indent;
  number_ = number;
  if (!ReadSection(line) && !ReadKey(line)) has_key_ = false;
}

}  // namespace

std::vector<Setting> ReadLineSettings(std::string_view text,
                                      SettingsFormat format) {
  return LineReader(format).Read(text);
}

}  // namespace dobby
