// The text of the prompts, as data with a version.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/result.h"

namespace dobby {

/// The data file embedded in the program, as JSON text.
extern const char kEmbeddedPromptText[];

/// The values of a template's slots, by slot: "path", "code", ...
using SlotValues = std::map<std::string, std::string, std::less<>>;

/// A user turn and the answer that it should get.
struct ExampleTurn {
  std::string user, assistant;
};

/// The text of one kind of prompt.
struct KindText {
  std::string system;
  std::vector<ExampleTurn> examples;    ///< Before the user's own turn.
  std::vector<std::string> user_lines;  ///< With slots: "File: {path}".
};

/// The text of all prompts, from one data file.
struct PromptText {
  std::string version;      ///< Name and content hash: "lines-1:3f9a2c".
  std::string plain_frame;  ///< The chat template of models without one.
  std::string one_line_dropped;
  std::string lines_dropped;    ///< With the slot {count}.
  std::string symbols_dropped;  ///< With the slot {count}.
  KindText purpose;             ///< Asks what a text is for; shows its code.
  KindText outline;             ///< The same, but shows only the outline.
  KindText sentence, file, dir, repo;

  /// Returns "(12 more lines not shown)".
  std::string LinesDropped(std::size_t count) const;
};

/// Parses the text of a data file. Errors: kUsage if it is malformed.
Result<PromptText> ParsePromptText(std::string_view json);

/// Returns `line` with its slots filled. Braces in values are not slots.
std::string FillSlots(std::string_view line, const SlotValues& values);

/// A user turn: the beginning shared by all prompts of its kind, and the rest.
struct UserTurn {
  std::string shared;
  std::string own;
};

/// Returns the turn for these values. A line is left out if all its slots are
/// empty. `shared` ends before a line break, where tokens never join.
UserTurn TurnOf(const KindText& kind, const SlotValues& values);

}  // namespace dobby
