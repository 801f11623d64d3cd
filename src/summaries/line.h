// A line of a summary in the making.
#pragma once

#include <array>
#include <string>

#include "dobby/summary.h"

namespace dobby {

/// A line, whose it is, and what it tells of.
struct Line {
  std::string text;
  Voice voice = Voice::kFallback;
  std::string subject;  ///< The definition that it quotes a comment on, by
                        ///< name; otherwise empty.
};

/// What to say of a text or folder: both lines as they are known without a
/// model, and whether one is to write the first.
struct Draft {
  std::array<Line, 2> lines;
  bool asks_model = false;
};

}  // namespace dobby
