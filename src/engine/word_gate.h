// Keeps a text within the words that it may be made of.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dobby/engine.h"

namespace dobby {

/// Follows a text as it grows, piece by piece, and tells what may come next.
class WordGate {
 public:
  /// `limit`: null for none. The last word of WordLimit::before is whole: no
  /// letter can follow it.
  explicit WordGate(std::shared_ptr<const WordLimit> limit);

  /// Whether every word that `piece` ends is one of the limit's, and the word
  /// that is open behind it can become one.
  bool Allows(std::string_view piece) const;

  /// Whether the text may end here: the open word is whole.
  bool AllowsEnd() const;

  void Take(std::string_view piece);

  /// Ends the line, and with it an open word.
  void NextLine() { state_ = {}; }

 private:
  /// The word that is open at the end of a text, whether it stands in
  /// backticks, and whether it is one that a text goes on from: that is over.
  struct State {
    std::string word;
    bool quoted = false;
    bool given = false;
  };

  /// Moves `state` behind `c`; returns false where that ends a word that may
  /// not be.
  bool Advance(char c, State& state) const;
  bool IsWhole(const State& state, bool is_called) const;
  bool CanGrow(const State& state) const;

  std::shared_ptr<const WordLimit> limit_;
  State state_;
};

}  // namespace dobby
