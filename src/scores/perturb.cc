// Rows whose code was changed: a summary that follows the code follows them.
#include <algorithm>
#include <array>
#include <cctype>

#include "dobby/evaluation.h"
#include "scores/row_outline.h"

namespace dobby {
namespace {

bool IsNameByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) || c == '_' || byte >= 0x80;
}

/// Replaces every whole word `was` of `text`.
std::string WithWord(const std::string& text, const std::string& was,
                     const std::string& is) {
  std::string changed;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && IsNameByte(text[end])) ++end;
    if (end == i) {
      changed += text[i++];
      continue;
    }
    const std::string word = text.substr(i, end - i);
    changed += word == was ? is : word;
    i = end;
  }
  return changed;
}

/// Whether a text has a name, whole or by its words.
bool Names(std::string_view text, std::string_view name) {
  const Symbol symbol = {"", std::string(name), 0, 0};
  return FunctionalityCoverage(text, {&symbol, 1}) == 1;
}

struct Comparison {
  std::string_view was, is;
};

constexpr std::array<Comparison, 10> kComparisons = {
    {{" == ", " != "},
     {" != ", " == "},
     {" === ", " !== "},
     {" !== ", " === "},
     {" <= ", " > "},
     {" >= ", " < "},
     {" < ", " >= "},
     {" > ", " <= "},
     {" is not None", " is None"},
     {" is None", " is not None"}}};

}  // namespace

std::vector<PerturbedRow> RenamedRows(std::span<const EvalRow> rows) {
  std::vector<std::string> names;  // Empty where a row defines nothing.
  for (const EvalRow& row : rows) {
    const auto outline = OutlineOf(row);
    names.push_back(outline.empty() ? "" : outline.front().name);
  }
  std::vector<PerturbedRow> renamed;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::size_t next = (i + 1) % rows.size();
    while (next != i && (names[next].empty() || names[next] == names[i])) {
      next = (next + 1) % rows.size();
    }
    if (names[i].empty() || next == i) continue;
    PerturbedRow changed{rows[i], names[i], names[next]};
    changed.row.id += "#renamed";
    changed.row.code = WithWord(rows[i].code, names[i], names[next]);
    renamed.push_back(std::move(changed));
  }
  return renamed;
}

std::vector<PerturbedRow> FlippedRows(std::span<const EvalRow> rows) {
  std::vector<PerturbedRow> flipped;
  for (const EvalRow& row : rows) {
    std::size_t first = std::string::npos;
    const Comparison* found = nullptr;
    for (const Comparison& comparison : kComparisons) {
      const std::size_t at = row.code.find(comparison.was);
      if (at < first) {
        first = at;
        found = &comparison;
      }
    }
    if (found == nullptr) continue;
    PerturbedRow changed{row, std::string(found->was), std::string(found->is)};
    changed.row.id += "#flipped";
    changed.row.code.replace(first, found->was.size(), found->is);
    flipped.push_back(std::move(changed));
  }
  return flipped;
}

std::string FollowedText(std::string_view kind, std::span<const EvalRow> rows,
                         std::span<const EvalAnswer> answers,
                         std::span<const PerturbedRow> changed,
                         std::span<const EvalAnswer> changed_answers) {
  std::size_t different = 0, named = 0, followed = 0, row = 0;
  for (std::size_t i = 0; i < changed.size(); ++i) {
    // Changed rows stand in the order of the rows that they come from.
    while (!changed[i].row.id.starts_with(rows[row].id + "#")) ++row;
    const std::string before = answers[row].Text();
    const std::string after = changed_answers[i].Text();
    different += before != after ? 1 : 0;
    if (!Names(before, changed[i].was)) continue;
    ++named;
    const bool follows =
        Names(after, changed[i].is) && !Names(after, changed[i].was);
    followed += follows ? 1 : 0;
  }
  std::string text = std::string(kind) + ": " + std::to_string(different) +
                     " of " + std::to_string(changed.size()) +
                     " summaries changed";
  if (named == 0) return text;
  return text + "; of " + std::to_string(named) +
         " that named what was changed, " + std::to_string(followed) +
         " name what stands there now";
}

}  // namespace dobby
