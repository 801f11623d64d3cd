// Formats paths, symbols, code and parts for a prompt.
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

/// Returns kinds and names in source order, "class Stack, method push": at most
/// 40 of them and about 300 tokens, then the number of those left out.
std::string SymbolList(const std::vector<Symbol>& outline,
                       const PromptText& words);

/// An outline, or its beginning: a line for each definition, indented by depth,
/// with the comment on it: "class Stack: Holds items."
class OutlineLines {
 public:
  /// `words` must outlive this. `enclosing` comes first.
  OutlineLines(std::span<const Symbol> enclosing,
               std::span<const Symbol> outline, const PromptText& words);

  /// The most definitions to show: those within the first 1,500 bytes, at least
  /// one.
  std::size_t size() const { return lines_.size(); }

  /// Returns the first `lines` lines, then the number of definitions left out.
  std::string First(std::size_t lines) const;

 private:
  bool Add(const Symbol& symbol);

  std::vector<std::string> lines_;
  std::size_t bytes_ = 0;    ///< Of lines_, joined.
  std::size_t definitions_;  ///< Of the outline.
  const PromptText& words_;
};

/// Code, or its beginning, between fences that are longer than any run of
/// backticks in it.
class FencedCode {
 public:
  /// `code` must outlive this.
  FencedCode(std::string_view code, const PromptText& words);

  std::size_t line_count() const { return line_ends_.size(); }

  /// Returns how many of the first lines have at most so many bytes together.
  std::size_t LinesWithin(std::size_t bytes) const;

  /// Bytes of the first line, without its line break.
  std::size_t first_line_bytes() const;

  /// Returns the first `lines` lines, and the number of those not shown.
  std::string FirstLines(std::size_t lines) const;

  /// Returns at most `bytes` bytes of the first line, but at least one
  /// character, cut between characters. The line counts as not shown.
  std::string StartOfLine(std::size_t bytes) const;

 private:
  std::string Block(std::string_view shown, std::size_t dropped) const;

  std::string_view code_;
  const PromptText& words_;
  std::string fence_;
  std::vector<std::size_t> line_ends_;  ///< After each line break.
};

/// The list of a roll-up's parts, or its beginning: one line each.
class PartList {
 public:
  PartList(const std::vector<RollUpPart>& parts, const PromptText& words);

  std::size_t size() const { return parts_.size(); }

  /// Returns the first `parts` parts, the first `whole` of them with both
  /// lines, then the number of lines not shown.
  std::string First(std::size_t parts, std::size_t whole) const;

  /// Returns the number of lines that First leaves out.
  std::size_t LinesDropped(std::size_t parts, std::size_t whole) const;

 private:
  std::vector<RollUpPart> parts_;  ///< Each text on one line.
  const PromptText& words_;
};

}  // namespace dobby
