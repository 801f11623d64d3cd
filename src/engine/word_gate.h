// Limits a text to allowed words.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dobby/engine.h"

namespace dobby {

/// Follows a text as it grows, piece by piece, and decides which pieces may
/// come next.
class WordGate {
 public:
  /// `limit`: null for no limit. The last word of WordLimit::before is
  /// complete: no letter can follow it.
  explicit WordGate(std::shared_ptr<const WordLimit> limit);

  /// Whether every word that `piece` completes is allowed, and the open word
  /// after it can become an allowed one.
  bool Allows(std::string_view piece) const;

  /// Whether the text may end here, because the open word is complete.
  bool AllowsEnd() const;

  void Take(std::string_view piece);

  /// Ends the line and the open word.
  void NextLine() { state_ = {}; }

 private:
  /// The open word at the end of the text; whether it is in backticks; and
  /// whether it is the last word of WordLimit::before, which is complete.
  struct State {
    std::string word;
    bool quoted = false;
    bool given = false;
  };

  /// Advances `state` past `c`; returns false if that completes a forbidden
  /// word.
  bool Advance(char c, State& state) const;
  bool IsWhole(const State& state, bool is_called) const;
  bool CanGrow(const State& state) const;

  std::shared_ptr<const WordLimit> limit_;
  State state_;
};

}  // namespace dobby
