// Formats for people and programs. Pure functions of a snapshot or a report.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/result.h"
#include "dobby/summary.h"

namespace dobby {

inline constexpr int kOutputSchemaVersion = 1;

enum class Format { kText, kMarkdown, kJson, kJsonl, kLlmsTxt };

/// Returns the format called "text", "markdown" (or "md"), "json", "jsonl",
/// "llms.txt" (or "llms"). Errors: kUsage, with the names there are.
Result<Format> FormatOf(std::string_view name);

/// Returns the whole snapshot in `format`. The formats are in docs/formats.md.
/// All text is UTF-8; bytes of a path that are not become U+FFFD.
std::string WriteSnapshot(const IndexSnapshot& snapshot, Format format);

/// Returns the two lines of a summary as people are shown them: a first line in
/// its author's words is a quotation, “...”; in the second one those parts are.
/// Not yet ForTerminal().
std::array<std::string, 2> ShownLines(const SummaryText& text);

/// How a tree of summaries is drawn.
struct TreeStyle {
  int max_depth = 0;    ///< Levels of folders below the start; 0: all.
  bool chunks = false;  ///< Also show the chunks of files that have several.
  bool color = false;   ///< ANSI colours.
  int width = 100;      ///< Columns to wrap lines to.
};

/// Returns the tree: each folder and file with its two lines, with marks for
/// stale and ungrounded summaries, and counts of skipped files by reason.
std::string WriteTree(const IndexSnapshot& snapshot, const TreeStyle& style);

/// Returns the JSON object of `dobby index --json` (one line, no newline).
std::string WriteRunReport(const RunReport& report, std::string_view model,
                           std::string_view engine, std::size_t agents,
                           std::uint64_t peak_rss_bytes);

/// Returns one summary as the JSON object of the export. Characters that have
/// no form of their own or turn the direction of writing are escaped, here and
/// in every JSON of this header.
std::string WriteSummaryJson(const SummaryNode& node);

/// Returns a JSON text with such characters in its strings escaped: \u202e.
std::string EscapeInvisible(std::string_view json);

/// Returns `text` with invalid UTF-8 replaced and control characters (ESC
/// among them) made visible, so that a file name cannot drive a terminal.
std::string ForTerminal(std::string_view text);

}  // namespace dobby
