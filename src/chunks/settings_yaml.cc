// Settings of YAML, from the events of libyaml.
#include <yaml.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/text.h"
#include "chunks/settings_parts.h"

namespace dobby {
namespace {

constexpr std::size_t kEventsBetweenLooks = 1024;

// After more errors than this a text is no YAML, but perhaps a template of it.
constexpr int kMostErrors = 100;

std::string_view ScalarOf(const yaml_event_t& event) {
  return {reinterpret_cast<const char*>(event.data.scalar.value),
          event.data.scalar.length};
}

/// Takes the events of one text or of the rest of one.
class YamlReader {
 public:
  YamlReader(std::string_view text, const std::stop_token& stop)
      : text_(text), stop_(stop) {}

  std::vector<Setting> Read() {
    std::size_t begin = 0;
    for (int errors = 0; errors < kMostErrors && begin < text_.size();
         ++errors) {
      const std::size_t reached = ReadFrom(begin);
      if (reached >= text_.size() || done_) break;
      begin = NextStart(std::max(reached, begin));
    }
    return std::move(settings_);
  }

 private:
  static constexpr std::size_t kNone = SIZE_MAX;

  /// A mapping or sequence whose events are being read.
  struct Level {
    std::string path;
    std::size_t owner = kNone;  ///< The setting that it is the value of.
    std::uint32_t depth = 0;    ///< Of its keys.
    bool is_list = false;
    bool in_list = false;
    bool has_key = false;  ///< The next event is the value of `key`.
    std::size_t key = kNone;
  };

  std::size_t ReadFrom(std::size_t begin);
  void Take(const yaml_event_t& event);
  void TakeScalar(const yaml_event_t& event);
  void TakeKey(const yaml_event_t& event, Level& level);
  void Open(bool is_list);
  void Close();
  std::size_t PlaceOf(std::size_t character);

  /// Returns the start of the first line behind `at` that is not indented.
  std::size_t NextStart(std::size_t at) const {
    while ((at = text_.find('\n', at)) != text_.npos) {
      ++at;
      if (at < text_.size() && (IsWordByte(text_[at]) || text_[at] == '-')) {
        return at;
      }
    }
    return text_.size();
  }

  std::string_view text_;
  const std::stop_token& stop_;
  std::vector<Setting> settings_;
  std::vector<Level> levels_;
  // Where the parser began, and where it is: marks count characters.
  std::size_t begin_ = 0;
  std::uint32_t lines_before_ = 0;
  std::size_t place_ = 0, character_ = 0;
  bool done_ = false;
};

/// Returns the byte at which a character stands; the calls go forward.
std::size_t YamlReader::PlaceOf(std::size_t character) {
  const auto continues = [&] {
    return place_ < text_.size() &&
           (static_cast<unsigned char>(text_[place_]) & 0xC0) == 0x80;
  };
  while (character_ < character && place_ < text_.size()) {
    ++place_;
    while (continues()) ++place_;
    ++character_;
  }
  return std::min(place_, text_.size() - 1);
}

/// Returns where an error stopped it; the text's size if there was none.
std::size_t YamlReader::ReadFrom(std::size_t begin) {
  lines_before_ += static_cast<std::uint32_t>(
      std::count(text_.begin() + static_cast<std::ptrdiff_t>(begin_),
                 text_.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
  begin_ = place_ = begin;
  character_ = 0;
  levels_.clear();
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) return text_.size();
  const std::unique_ptr<yaml_parser_t, decltype(&yaml_parser_delete)> owner(
      &parser, yaml_parser_delete);
  const std::string_view rest = text_.substr(begin);
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(
      &parser, reinterpret_cast<const unsigned char*>(rest.data()),
      rest.size());
  for (std::size_t read = 1;; ++read) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event) == 0) {
      return PlaceOf(std::max(parser.mark.index, parser.problem_mark.index));
    }
    const bool ends = event.type == YAML_STREAM_END_EVENT;
    if (!ends) Take(event);
    yaml_event_delete(&event);
    done_ = done_ || settings_.size() >= kMostSettings ||
            (read % kEventsBetweenLooks == 0 && stop_.stop_requested());
    if (ends || done_) return text_.size();
  }
}

void YamlReader::Open(bool is_list) {
  Level level;
  if (!levels_.empty()) {
    Level& parent = levels_.back();
    level.in_list = parent.in_list || parent.is_list;
    level.depth = parent.depth;
    level.path = parent.path;
    level.owner = parent.is_list ? kNone : parent.key;
    if (!parent.is_list && parent.key != kNone) {
      level.path = settings_[parent.key].path;
      ++level.depth;
    }
    parent.has_key = false;
    // Below a key that was left out nothing is read.
    if (!parent.is_list && parent.key == kNone) level.depth = kMostLevels;
  }
  level.is_list = is_list;
  if (level.owner != kNone) settings_[level.owner].is_group = true;
  levels_.push_back(std::move(level));
  done_ = done_ || levels_.size() > 4 * kMostLevels;
}

void YamlReader::Close() {
  if (!levels_.empty()) levels_.pop_back();
}

void YamlReader::TakeKey(const yaml_event_t& event, Level& level) {
  level.has_key = true;
  level.key = kNone;
  Setting setting;
  setting.name = OneLine(CutValue(ScalarOf(event)));
  setting.path = JoinedPath(level.path, setting.name);
  if (setting.name.empty() || level.depth >= kMostLevels ||
      setting.path.size() > kMostPathOfSettingBytes) {
    return;
  }
  setting.line =
      lines_before_ + static_cast<std::uint32_t>(event.start_mark.line) + 1;
  setting.depth = level.depth;
  setting.in_list = level.in_list;
  setting.begin = PlaceOf(event.start_mark.index);
  level.key = settings_.size();
  settings_.push_back(std::move(setting));
}

void YamlReader::TakeScalar(const yaml_event_t& event) {
  if (levels_.empty()) return;
  Level& level = levels_.back();
  if (level.is_list) {
    if (level.path.empty() || level.depth > kMostLevels) return;
    settings_.push_back(
        {level.path, "", CutValue(ScalarOf(event)),
         lines_before_ + static_cast<std::uint32_t>(event.start_mark.line) + 1,
         level.depth, false, true, PlaceOf(event.start_mark.index)});
  } else if (!level.has_key) {
    TakeKey(event, level);
  } else {
    level.has_key = false;
    if (level.key != kNone) {
      settings_[level.key].value = CutValue(ScalarOf(event));
    }
  }
}

void YamlReader::Take(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_SCALAR_EVENT:
      TakeScalar(event);
      break;
    case YAML_ALIAS_EVENT:
      if (!levels_.empty() && !levels_.back().is_list) {
        Level& level = levels_.back();
        level.key = level.has_key ? level.key : kNone;
        level.has_key = !level.has_key;
      }
      break;
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT: {
      // A key that is itself a mapping has no name.
      const bool is_key = !levels_.empty() && !levels_.back().is_list &&
                          !levels_.back().has_key;
      if (is_key) levels_.back().key = kNone;
      Open(event.type == YAML_SEQUENCE_START_EVENT);
      if (is_key) levels_[levels_.size() - 2].has_key = true;
      break;
    }
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
      Close();
      break;
    default:
      break;
  }
}

}  // namespace

std::vector<Setting> ReadYamlSettings(std::string_view text,
                                      const std::stop_token& stop) {
  return YamlReader(text, stop).Read();
}

}  // namespace dobby
