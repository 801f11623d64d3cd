// The words of the prompts: data, with a version.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/result.h"

namespace dobby {

/// The data file that this build carries, as JSON text.
extern const char kEmbeddedPromptText[];

/// What goes into the slots of a template, by slot: "path", "code", ...
using SlotValues = std::map<std::string, std::string, std::less<>>;

/// A turn of the user and the answer that it should have.
struct ExampleTurn {
  std::string user, assistant;
};

/// The words of one kind of prompt.
struct KindText {
  std::string system;
  std::vector<ExampleTurn> examples;    ///< Before the user's own turn.
  std::vector<std::string> user_lines;  ///< With slots: "File: {path}".
};

/// All words of the prompts, from one data file.
struct PromptText {
  std::string version;      ///< Name and content hash: "lines-1:3f9a2c".
  std::string plain_frame;  ///< The chat template of models without one.
  std::string one_line_dropped;
  std::string lines_dropped;    ///< With the slot {count}.
  std::string symbols_dropped;  ///< With the slot {count}.
  KindText purpose;             ///< What a text is for, from its code.
  KindText outline;             ///< The same from the outline alone.
  KindText sentence, file, dir, repo;

  /// Returns "(12 more lines not shown)".
  std::string LinesDropped(std::size_t count) const;
};

/// Returns the text of a data file. Errors: kUsage when it is malformed.
Result<PromptText> ParsePromptText(std::string_view json);

/// Returns `line` with its slots filled. Values are never looked into: braces
/// in them stay as they are.
std::string Filled(std::string_view line, const SlotValues& values);

/// A user turn: what all prompts of its kind begin with, and the rest.
struct UserTurn {
  std::string shared;
  std::string own;
};

/// Returns the turn for these values. A line whose slots are all empty is left
/// out. `shared` ends before a line break, where tokens never join.
UserTurn TurnOf(const KindText& kind, const SlotValues& values);

}  // namespace dobby
