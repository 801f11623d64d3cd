// Where the syntax tree of a file allows cuts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "dobby/chunk.h"
#include "dobby/repo.h"

namespace dobby {

/// The cost of one chunk. Cuts have costs in the same unit: to avoid a cut in a
/// function body (80) is worth an extra chunk, in a class body (20) it is not.
inline constexpr std::uint32_t kChunkCost = 60;

/// A definition, with the places where its name begins and where it ends: bytes
/// of the file.
struct Definition {
  Symbol symbol;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;  ///< 0: it encloses nothing, as a namespace.
  /// 1-based line where it begins with its attributes, "export" and the like; 0
  /// if it was not parsed.
  std::uint32_t head_line = 0;
};

/// Costs of cutting before each line of a file, and its definitions in order.
struct Syntax {
  std::vector<std::uint32_t> cut_costs;  ///< By 0-based line.
  std::vector<Definition> definitions;
};

/// A file with more definitions than this is data and gets no outline.
inline constexpr std::size_t kMostDefinitions = 100'000;

/// Returns the costs and definitions of `file`, which has `line_count` lines.
/// Nothing if there is no grammar or no tree, a limit of chunks/parse.h or
/// kMostDefinitions is exceeded, or a stop came.
std::optional<Syntax> ReadSyntax(const SourceFile& file,
                                 std::uint32_t line_count,
                                 const std::stop_token& stop);

}  // namespace dobby
