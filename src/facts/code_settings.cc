#include "facts/code_settings.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "chunks/settings_parts.h"

namespace dobby {
namespace {

// Deeper brackets hold code.
constexpr std::size_t kMostBrackets = 12;

// Longer words are data; so are longer texts, whose rest is not read.
constexpr std::size_t kMostWordBytes = 100;
constexpr std::size_t kMostBytes = 256u << 10;

class CodeReader {
 public:
  CodeReader(std::string_view text, BareWords bare_words)
      : text_(text.substr(0, kMostBytes)), bare_words_(bare_words) {}

  std::vector<Setting> Read() {
    while (at_ < text_.size() && settings_.size() < kMostSettings) Step();
    Resolve();
    return std::move(settings_);
  }

 private:
  void Step();
  bool SkipComment();
  void SkipTo(std::size_t end);
  void TakeText();
  bool TakePercentText();
  void TakeWord();
  void TakeMark(char c);
  void EndLine();
  void Forget();
  void AddValue(std::string value, std::size_t begin);
  void AddToLast(const std::string& value, bool apart);
  void Resolve();

  std::string Path() const {
    std::string path;
    for (std::size_t i = 0; i < std::min(open_.size(), kMostBrackets); ++i) {
      path = JoinedPath(path, open_[i]);
    }
    return path;
  }

  bool IsCMake() const { return bare_words_ == BareWords::kAfterCalls; }

  bool IsWordPart(char c) const {
    constexpr std::string_view kOfCMake = "${}/:-+";
    return IsWordByte(c) || c == '.' || static_cast<unsigned char>(c) >= 0x80 ||
           (IsCMake() && kOfCMake.find(c) != std::string_view::npos);
  }

  std::string_view text_;
  const BareWords bare_words_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  bool is_line_start_ = true;
  std::vector<std::string> open_;  ///< What stands before each open bracket.
  std::string key_;                ///< The last name, without what it is of.
  std::size_t key_begin_ = 0;
  char mark_ = 0;            ///< The last mark since that name or a value.
  bool has_value_ = false;   ///< The name has a value; more may follow.
  bool after_call_ = false;  ///< The last thing was an opening bracket.
  bool after_text_ = false;  ///< The last thing was a text in quotes.
  bool ends_blank_ = false;  ///< That text ended with a blank.
  std::string last_call_;    ///< What stood before the last bracket closed.
  std::vector<Setting> settings_;
  /// Settings whose value is a name: their place and that name.
  std::vector<std::pair<std::size_t, std::string>> pending_;
};

void CodeReader::SkipTo(std::size_t end) {
  end = std::min(end, text_.size());
  line_ += static_cast<std::uint32_t>(
      std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                 text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
  at_ = end;
}

bool CodeReader::SkipComment() {
  const std::string_view rest = text_.substr(at_);
  if (rest.starts_with("/*")) {
    const std::size_t end = text_.find("*/", at_ + 2);
    SkipTo(end == text_.npos ? text_.size() : end + 2);
    return true;
  }
  const bool is_comment =
      rest[0] == '#' || rest.starts_with("//") ||
      (is_line_start_ && (rest[0] == '%' || rest.starts_with("--")));
  if (is_comment) SkipTo(text_.find('\n', at_));
  return is_comment;
}

/// After this the next text is no value of a name.
void CodeReader::Forget() {
  key_.clear();
  mark_ = 0;
  has_value_ = after_text_ = false;
}

void CodeReader::AddValue(std::string value, std::size_t begin) {
  Setting setting;
  setting.name = key_;
  setting.path = JoinedPath(Path(), key_);
  if (setting.path.empty() || setting.path.size() > kMostPathOfSettingBytes) {
    return;
  }
  setting.value = std::move(value);
  setting.line = line_;
  setting.depth = static_cast<std::uint32_t>(open_.size());
  setting.in_list = key_.empty() || has_value_;
  setting.begin = key_.empty() ? begin : key_begin_;
  settings_.push_back(std::move(setting));
}

/// A text in several pieces: "a" "b", "a" + "b".
void CodeReader::AddToLast(const std::string& value, bool apart) {
  if (settings_.empty()) return;
  std::string& all = settings_.back().value;
  if (all.size() + value.size() >= kMostValueBytes) return;
  all += (apart ? " " : "") + value;
}

/// A text in quotes: the value of the last name, or an item of the bracket.
void CodeReader::TakeText() {
  const std::string_view rest = text_.substr(at_);
  std::string_view quotes = rest.substr(0, 1);
  for (const std::string_view three : {"\"\"\"", "'''"}) {
    if (rest.starts_with(three)) quotes = three;
  }
  const std::size_t begin = at_ + quotes.size();
  std::size_t end = begin;
  while (end < text_.size() && text_.substr(end, quotes.size()) != quotes) {
    // An apostrophe in prose.
    if (quotes == "'" && text_[end] == '\n') {
      SkipTo(end);
      return;
    }
    end += text_[end] == '\\' ? 2 : 1;
  }
  end = std::min(end, text_.size());
  const std::string_view source = text_.substr(begin, end - begin);
  std::string value = DecodedScalar(
      text_.substr(at_, end + quotes.size() - at_), SettingsFormat::kJson);
  const bool apart = ends_blank_ || source.starts_with(' ');
  const bool continues =
      (after_text_ && mark_ == 0) || (has_value_ && mark_ == '+');
  if (continues) {
    AddToLast(value, apart);
  } else {
    AddValue(std::move(value), begin);
  }
  has_value_ = !key_.empty();
  mark_ = 0;
  after_text_ = true;
  after_call_ = false;
  ends_blank_ = source.ends_with(' ');
  SkipTo(end + quotes.size());
}

/// Ruby's %q{text} and the like. Returns whether there was one.
bool CodeReader::TakePercentText() {
  constexpr std::string_view kOpen = "{([<|/!", kClose = "})]>|/!";
  const std::string_view rest = text_.substr(at_);
  if (!rest.starts_with("%q") && !rest.starts_with("%Q")) return false;
  const std::size_t marks = kOpen.find(rest.substr(2, 1));
  if (rest.size() < 4 || marks == kOpen.npos) return false;
  const std::size_t end =
      std::min(text_.find(kClose[marks], at_ + 3), text_.size());
  AddValue(CutValue(text_.substr(at_ + 3, end - at_ - 3)), at_ + 3);
  has_value_ = !key_.empty();
  mark_ = 0;
  SkipTo(end + 1);
  return true;
}

void CodeReader::TakeWord() {
  constexpr std::string_view kNoNames[] = {
      "def", "defp", "val", "let", "var", "const", "local", "final", "u", "r"};
  const std::size_t begin = at_;
  const auto is_hyphen = [&] {
    return text_[at_] == '-' && at_ > begin && at_ + 1 < text_.size() &&
           IsWordByte(text_[at_ + 1]);
  };
  while (at_ < text_.size() && (IsWordPart(text_[at_]) || is_hyphen())) ++at_;
  std::string_view word = text_.substr(begin, at_ - begin);
  if (word.size() > kMostWordBytes) return;
  after_text_ = false;
  // "defp description() do" and a text: what the function returns.
  if (word == "do") {
    if (key_.empty()) key_ = std::exchange(last_call_, "");
    mark_ = '>';
    return;
  }
  if (std::find(std::begin(kNoNames), std::end(kNoNames), word) !=
      std::end(kNoNames)) {
    return;
  }
  if (word.ends_with(".set")) word.remove_suffix(4);
  if (IsCMake() && after_call_) {
    after_call_ = false;
    AddValue(ReplaceInvalidUtf8(word), begin);
    return;
  }
  after_call_ = false;
  if (word[0] >= '0' && word[0] <= '9') {
    if (IsCMake() && !key_.empty()) AddValue(std::string(word), begin);
    return;
  }
  const std::string name =
      ReplaceInvalidUtf8(IsCMake() ? word : word.substr(word.rfind('.') + 1));
  const bool is_value = mark_ == '=' || mark_ == ':' || mark_ == '>';
  if (is_value && !key_.empty() && !has_value_) {
    const std::size_t place = settings_.size();
    AddValue("", begin);
    if (settings_.size() > place) pending_.emplace_back(place, name);
  }
  key_ = name;
  key_begin_ = begin;
  has_value_ = false;
  mark_ = 0;
}

void CodeReader::EndLine() {
  ++line_;
  ++at_;
  is_line_start_ = true;
  constexpr std::string_view kContinues = "=:,>+";
  if (!open_.empty() || kContinues.find(mark_) != kContinues.npos) return;
  Forget();
}

void CodeReader::TakeMark(char c) {
  ++at_;
  after_call_ = c == '(';
  if (c == '(' || c == '[' || c == '{') {
    open_.push_back(key_);
    Forget();
  } else if (c == ')' || c == ']' || c == '}') {
    last_call_.clear();
    if (!open_.empty()) {
      last_call_ = std::move(open_.back());
      open_.pop_back();
    }
    Forget();
  } else if (c == ';') {
    Forget();
  } else if (c != '@' && c != '\\') {
    mark_ = c;
  }
}

void CodeReader::Step() {
  const char c = text_[at_];
  if (c == '\n') {
    EndLine();
  } else if (c == ' ' || c == '\t' || c == '\r') {
    ++at_;
  } else if (!SkipComment()) {
    is_line_start_ = false;
    if (c == '"' || c == '\'') {
      TakeText();
    } else if (c == '%' && TakePercentText()) {
      after_text_ = false;
    } else if (IsWordPart(c) && (IsWordByte(c) || c == '$' ||
                                 static_cast<unsigned char>(c) >= 0x80)) {
      TakeWord();
    } else {
      TakeMark(c);
    }
  }
}

/// Puts texts for names, and removes what has no text.
void CodeReader::Resolve() {
  std::unordered_map<std::string_view, std::size_t> texts;
  for (std::size_t i = 0; i < settings_.size(); ++i) {
    const Setting& setting = settings_[i];
    if (setting.depth == 0 && !setting.value.empty()) {
      texts.emplace(setting.name, i);
    }
  }
  // An atom of Elixir or Erlang stands for itself.
  for (const auto& [place, name] : pending_) {
    const auto found = texts.find(name);
    std::string& value = settings_[place].value;
    if (!value.empty()) continue;
    const bool is_atom = settings_[place].name == "app";
    if (found != texts.end()) {
      value = settings_[found->second].value;
    } else if (is_atom) {
      value = name;
    }
  }
  std::erase_if(settings_,
                [](const Setting& setting) { return setting.value.empty(); });
}

}  // namespace

std::vector<Setting> ReadCodeSettings(std::string_view text,
                                      BareWords bare_words) {
  return CodeReader(text, bare_words).Read();
}

}  // namespace dobby
