// Tells comments from code line by line, without a grammar.
#pragma once

#include <string_view>

#include "dobby/repo.h"

namespace dobby {

/// A line of a text.
struct ScannedLine {
  std::string_view text;      ///< Without blanks at its ends; of a comment,
                              ///< without the marks of comments too.
  bool is_comment = false;    ///< All of it.
  bool begins_block = false;  ///< It is the first line of a comment that goes
                              ///< on to an end mark.
};

/// Reads a text line by line. It knows the comments of most languages by how a
/// line begins, and blocks by their marks; a docstring before any code counts
/// as a comment. Linear.
class CommentScanner {
 public:
  explicit CommentScanner(const Language& language);

  /// Returns the next line, given without its line end.
  ScannedLine Next(std::string_view line);

 private:
  bool markup_only_;  ///< Prose: only `<!-- -->` is a comment.
  bool seen_code_ = false;
  std::string_view end_;  ///< Of the block in which the next line is.
};

}  // namespace dobby
