// What tables and lists hold, without what their rows say.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dobby {

/// Of a table: CSV, TSV, a JSON array of objects, JSON lines.
struct TableFacts {
  std::vector<std::string> columns;  ///< At most kMostColumns; empty if the
                                     ///< first row is no header.
  std::size_t column_count = 0;      ///< All of them.
  std::size_t rows = 0;              ///< Without the header.
};

/// Of a text with one entry a line: requirements, ignore rules, code owners.
struct ListFacts {
  std::vector<std::string> first;  ///< The first entries' names, at most five.
  std::size_t entries = 0;
};

inline constexpr std::size_t kMostColumns = 50;

/// Returns the facts of a text in which each record has as many fields, between
/// commas, semicolons, tabs or bars, quoted as RFC 4180 says. Nothing if no
/// delimiter parts the first records (up to 100) into the same number of
/// fields, two or more. A first record of names is the header. Source: RFC
/// 4180.
std::optional<TableFacts> ReadDelimited(std::string_view text);

/// Returns the facts of a JSON array of objects, or of one JSON object a line:
/// the keys in order, those of the first thousand objects. Nothing for other
/// texts.
std::optional<TableFacts> ReadJsonRecords(std::string_view text);

/// Returns the facts of a list: lines that are neither blank nor a comment
/// ("#", ";", "//"), named by their first word, of a requirement without its
/// version.
ListFacts ReadList(std::string_view text);

/// Whether a file with that name is such a list: "requirements.txt",
/// ".gitignore", "CODEOWNERS", ...
bool IsListFile(std::string_view file_name);

}  // namespace dobby
