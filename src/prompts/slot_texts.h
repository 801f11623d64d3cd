// How paths, symbols, code and parts are written into a prompt.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/chunk.h"
#include "dobby/prompt.h"
#include "prompts/prompt_text.h"

namespace dobby {

/// Returns kinds and names in source order, "class Stack, method push", at
/// most 40 of them and about 300 tokens; then how many are left out.
std::string SymbolList(const std::vector<Symbol>& outline,
                       const PromptText& words);

/// An outline, a definition a line, indented by depth, with what its comment
/// says, "class Stack: Holds items.", or as much of it as is asked for.
class OutlineLines {
 public:
  /// `words` must outlive this. `enclosing` comes first.
  OutlineLines(std::span<const Symbol> enclosing,
               std::span<const Symbol> outline, const PromptText& words);

  /// How many definitions are shown at most: those of the first 1,500 bytes,
  /// at least one.
  std::size_t size() const { return lines_.size(); }

  /// Returns the first `lines` lines, then how many definitions are left out.
  std::string First(std::size_t lines) const;

 private:
  bool Add(const Symbol& symbol);

  std::vector<std::string> lines_;
  std::size_t bytes_ = 0;    ///< Of lines_, joined.
  std::size_t definitions_;  ///< Of the outline.
  const PromptText& words_;
};

/// Code between fences longer than any run of backticks in it, or as much of
/// it as is asked for.
class FencedCode {
 public:
  /// `code` must outlive this.
  FencedCode(std::string_view code, const PromptText& words);

  std::size_t line_count() const { return line_ends_.size(); }

  /// Returns how many of the first lines have at most so many bytes together.
  std::size_t LinesWithin(std::size_t bytes) const;

  /// Bytes of the first line, without its line break.
  std::size_t first_line_bytes() const;

  /// Returns the first `lines` lines, and how many are not shown.
  std::string FirstLines(std::size_t lines) const;

  /// Returns at most `bytes` bytes of the first line but at least a character,
  /// cut between characters; the line counts as not shown.
  std::string StartOfLine(std::size_t bytes) const;

 private:
  std::string Block(std::string_view shown, std::size_t dropped) const;

  std::string_view code_;
  const PromptText& words_;
  std::string fence_;
  std::vector<std::size_t> line_ends_;  ///< After each line break.
};

/// A roll-up's list, one part a line, or as much of it as is asked for.
class PartList {
 public:
  PartList(const std::vector<RollUpPart>& parts, const PromptText& words);

  std::size_t size() const { return parts_.size(); }

  /// Returns the first `parts` parts, the first `whole` of them with both
  /// lines, and how many lines are not shown.
  std::string First(std::size_t parts, std::size_t whole) const;

  /// Returns how many lines First leaves out.
  std::size_t LinesDropped(std::size_t parts, std::size_t whole) const;

 private:
  std::vector<RollUpPart> parts_;  ///< Each text on one line.
  const PromptText& words_;
};

}  // namespace dobby
