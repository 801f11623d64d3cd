#include "prompts/prompt_text.h"

#include <nlohmann/json.hpp>

#include "base/json_depth.h"
#include "dobby/hash.h"

namespace dobby {
namespace {

using Json = nlohmann::json;

/// Texts of several lines are lists in the data, to be readable there.
std::string JoinLines(const Json& text) {
  if (text.is_string()) return text.get<std::string>();
  std::string joined;
  for (const Json& line : text) {
    if (&line != &text.front()) joined += '\n';
    joined += line.get<std::string>();
  }
  return joined;
}

KindText KindOf(const Json& json) {
  KindText kind;
  kind.system = json.at("system").get<std::string>();
  for (const Json& turn : json.value("examples", Json::array())) {
    kind.examples.push_back(
        {JoinLines(turn.at("user")), JoinLines(turn.at("assistant"))});
  }
  kind.user_lines = json.at("user").get<std::vector<std::string>>();
  return kind;
}

PromptText TextOf(const Json& json) {
  PromptText text;
  text.plain_frame = JoinLines(json.at("plain_frame"));
  text.one_line_dropped = json.at("one_line_dropped").get<std::string>();
  text.lines_dropped = json.at("lines_dropped").get<std::string>();
  text.symbols_dropped = json.at("symbols_dropped").get<std::string>();
  const Json& kinds = json.at("kinds");
  text.purpose = KindOf(kinds.at("purpose"));
  text.outline = KindOf(kinds.at("outline"));
  text.sentence = KindOf(kinds.at("sentence"));
  text.file = KindOf(kinds.at("file"));
  text.dir = KindOf(kinds.at("dir"));
  text.repo = KindOf(kinds.at("repo"));
  return text;
}

/// A stretch of a template: literal text, or the name of a slot.
struct Stretch {
  std::string_view text;
  bool is_slot;
};

std::vector<Stretch> StretchesOf(std::string_view line) {
  std::vector<Stretch> stretches;
  while (!line.empty()) {
    const std::size_t open = line.find('{');
    const std::size_t close = line.find('}', open);
    if (close == std::string_view::npos) break;
    stretches.push_back({line.substr(0, open), false});
    stretches.push_back({line.substr(open + 1, close - open - 1), true});
    line.remove_prefix(close + 1);
  }
  stretches.push_back({line, false});
  return stretches;
}

std::string_view ValueOf(std::string_view slot, const SlotValues& values) {
  const auto found = values.find(slot);
  return found == values.end() ? std::string_view() : found->second;
}

bool HasSlots(std::string_view line) {
  return line.find('{') != std::string_view::npos;
}

/// Tells whether the line has slots, none of which has a value.
bool AllSlotsEmpty(std::string_view line, const SlotValues& values) {
  if (!HasSlots(line)) return false;
  for (const Stretch& stretch : StretchesOf(line)) {
    if (stretch.is_slot && !ValueOf(stretch.text, values).empty()) return false;
  }
  return true;
}

}  // namespace

std::string PromptText::LinesDropped(std::size_t count) const {
  if (count == 1) return one_line_dropped;
  return FillSlots(lines_dropped, {{"count", std::to_string(count)}});
}

Result<PromptText> ParsePromptText(std::string_view json) {
  if (auto flat = CheckJsonDepth(json); !flat) return flat.error();
  try {
    const Json parsed = Json::parse(json);
    PromptText text = TextOf(parsed);
    text.version = parsed.at("name").get<std::string>() + ":" +
                   HashOf(json).ToHex().substr(0, 6);
    return text;
  } catch (const std::exception& e) {
    return Error{ErrorCode::kUsage,
                 std::string("the prompt text is malformed: ") + e.what(),
                 "prompts"};
  }
}

std::string FillSlots(std::string_view line, const SlotValues& values) {
  std::string filled;
  for (const Stretch& stretch : StretchesOf(line)) {
    filled += stretch.is_slot ? ValueOf(stretch.text, values) : stretch.text;
  }
  return filled;
}

UserTurn TurnOf(const KindText& kind, const SlotValues& values) {
  UserTurn turn;
  bool in_shared = true;
  for (const std::string& line : kind.user_lines) {
    in_shared = in_shared && !line.empty() && !HasSlots(line);
    if (AllSlotsEmpty(line, values)) continue;
    std::string& part = in_shared ? turn.shared : turn.own;
    if (!turn.shared.empty() || !turn.own.empty()) part += '\n';
    part += FillSlots(line, values);
  }
  return turn;
}

}  // namespace dobby
