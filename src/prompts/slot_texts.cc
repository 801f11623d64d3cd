#include "prompts/slot_texts.h"

#include <algorithm>

#include "base/text.h"
#include "base/utf8.h"

namespace dobby {
namespace {

constexpr std::size_t kMaxSymbols = 40;
/// About 300 tokens: SmolLM2's tokens are about three bytes long in code.
constexpr std::size_t kMaxSymbolBytes = 900;
constexpr std::size_t kMaxNameBytes = 80;
/// More of an outline does not make a summary better (docs/quality.md).
constexpr std::size_t kMaxOutlineBytes = 1500;
constexpr std::size_t kMaxDocBytes = 160;
/// A longer run of backticks is no fence that anybody wrote.
constexpr std::size_t kMaxFence = 32;

std::string NamedKind(const Symbol& symbol) {
  return OneLine(symbol.kind) + " " +
         Shortened(OneLine(symbol.name), kMaxNameBytes);
}

std::size_t LongestRun(std::string_view text, char c) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char other : text) {
    run = other == c ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

std::vector<std::size_t> LineEnds(std::string_view text) {
  std::vector<std::size_t> ends;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t line_break = text.find('\n', at);
    at = line_break == std::string_view::npos ? text.size() : line_break + 1;
    ends.push_back(at);
  }
  return ends;
}

std::size_t LinesOf(const RollUpPart& part) {
  return (part.first.empty() ? 0 : 1) + (part.second.empty() ? 0 : 1);
}

}  // namespace

std::string SymbolList(const std::vector<Symbol>& outline,
                       const PromptText& words) {
  std::string list;
  std::size_t listed = 0;
  for (const Symbol& symbol : outline) {
    const std::string item = NamedKind(symbol);
    const bool full =
        listed == kMaxSymbols || list.size() + item.size() > kMaxSymbolBytes;
    if (full) break;
    if (listed > 0) list += ", ";
    list += item;
    ++listed;
  }
  if (listed == outline.size()) return list;
  const std::string count = std::to_string(outline.size() - listed);
  return list + ", " + FillSlots(words.symbols_dropped, {{"count", count}});
}

OutlineLines::OutlineLines(std::span<const Symbol> enclosing,
                           std::span<const Symbol> outline,
                           const PromptText& words)
    : definitions_(enclosing.size() + outline.size()), words_(words) {
  const auto add = [this](const Symbol& symbol) { return Add(symbol); };
  if (std::all_of(enclosing.begin(), enclosing.end(), add)) {
    std::all_of(outline.begin(), outline.end(), add);
  }
}

/// Returns false where there is no room for it.
bool OutlineLines::Add(const Symbol& symbol) {
  std::string line(2 * std::min<std::size_t>(symbol.depth, 4), ' ');
  line += NamedKind(symbol);
  if (!symbol.doc.empty()) {
    line += ": " + Shortened(OneLine(symbol.doc), kMaxDocBytes);
  }
  if (!lines_.empty() && bytes_ + line.size() > kMaxOutlineBytes) return false;
  bytes_ += line.size() + (lines_.empty() ? 0 : 1);
  lines_.push_back(std::move(line));
  return true;
}

std::string OutlineLines::First(std::size_t lines) const {
  std::string text;
  for (std::size_t i = 0; i < lines; ++i) {
    text += (i > 0 ? "\n" : "") + lines_[i];
  }
  if (lines == definitions_) return text;
  const std::string count = std::to_string(definitions_ - lines);
  return text + "\n" + FillSlots(words_.symbols_dropped, {{"count", count}});
}

FencedCode::FencedCode(std::string_view code, const PromptText& words)
    : code_(code), words_(words), line_ends_(LineEnds(code)) {
  const std::size_t longest = LongestRun(code, '`');
  fence_.assign(std::clamp<std::size_t>(longest + 1, 3, kMaxFence), '`');
}

std::size_t FencedCode::LinesWithin(std::size_t bytes) const {
  const auto end =
      std::upper_bound(line_ends_.begin(), line_ends_.end(), bytes);
  return static_cast<std::size_t>(end - line_ends_.begin());
}

std::size_t FencedCode::first_line_bytes() const {
  return std::min(code_.find('\n'), code_.size());
}

std::string FencedCode::FirstLines(std::size_t lines) const {
  const std::size_t end = lines == 0 ? 0 : line_ends_[lines - 1];
  return Block(code_.substr(0, end), line_count() - lines);
}

std::string FencedCode::StartOfLine(std::size_t bytes) const {
  const std::size_t least = Utf8SequenceLength(code_);
  return Block(code_.substr(0, Utf8CutAt(code_, std::max(bytes, least))),
               line_count());
}

std::string FencedCode::Block(std::string_view shown,
                              std::size_t dropped) const {
  std::string block = fence_ + "\n";
  block += shown;
  if (!shown.empty() && shown.back() != '\n') block += '\n';
  block += fence_;
  if (dropped > 0) block += "\n" + words_.LinesDropped(dropped);
  return block;
}

PartList::PartList(const std::vector<RollUpPart>& parts,
                   const PromptText& words)
    : words_(words) {
  for (const RollUpPart& part : parts) {
    parts_.push_back(
        {OneLine(part.name), OneLine(part.first), OneLine(part.second)});
  }
}

std::string PartList::First(std::size_t parts, std::size_t whole) const {
  std::string list;
  for (std::size_t i = 0; i < parts; ++i) {
    if (i > 0) list += '\n';
    list += "- " + parts_[i].name + ": " + parts_[i].first;
    const bool with_second = i < whole && !parts_[i].second.empty();
    if (with_second) list += " " + parts_[i].second;
  }
  const std::size_t dropped = LinesDropped(parts, whole);
  if (dropped > 0) list += "\n" + words_.LinesDropped(dropped);
  return list;
}

std::size_t PartList::LinesDropped(std::size_t parts, std::size_t whole) const {
  std::size_t dropped = 0;
  for (std::size_t i = whole; i < parts_.size(); ++i) {
    const bool second_only = i < parts && !parts_[i].first.empty();
    dropped += LinesOf(parts_[i]) - (second_only ? 1 : 0);
  }
  return dropped;
}

}  // namespace dobby
