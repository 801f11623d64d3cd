// Converts rows of the tables to the types of the index.
#pragma once

#include <cstddef>
#include <string_view>

#include "dobby/summary.h"
#include "store/database.h"

namespace dobby {

/// Number of columns of the view `placed`.
inline constexpr int kPlacedColumns = 18;

/// Returns the summary whose line1 is in `column`; its other columns follow in
/// the order of the table.
SummaryText ReadSummary(const Statement& row, int column);

/// Returns the node of a row that begins with the columns of `placed`.
SummaryNode ReadNode(const Statement& row);

/// Returns the ledger row of a row that begins with the columns of `files`.
LedgerRow ReadRow(const Statement& row);

/// Whether a path stays in the folder that it is relative to: it is not empty,
/// absolute or over kMostPathBytes, and has no part ".." and no NUL.
bool LeadsInside(std::string_view path);

/// Returns a hash of everything that the index holds about a file. It shows
/// without reading the rows whether a replacement changes anything.
ContentHash DigestOf(const FileRecord& record);

}  // namespace dobby
