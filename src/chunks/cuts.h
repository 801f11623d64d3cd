// Choosing where to cut, given what each cut costs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string_view>
#include <vector>

#include "dobby/chunk.h"

namespace dobby {

/// The smallest thing that is never cut: a line, or, of a line over the limit,
/// a piece between characters.
struct Unit {
  std::uint64_t begin = 0;     ///< Byte of the file; it ends where the next
                               ///< one begins.
  std::uint32_t line = 0;      ///< 0-based.
  std::uint32_t cut_cost = 0;  ///< Of a cut before it.
};

/// Returns the lines of `text`, longer ones in pieces of at most `max_bytes`.
/// Only '\n' ends a line. The costs are those of pieces; lines have none yet.
std::vector<Unit> UnitsOf(std::string_view text, std::uint32_t max_bytes);

/// Returns the indexes of the units that begin a chunk, the first is 0.
/// `size_bytes` is where the last unit ends. Time: units times those of the
/// largest chunk. None after a stop.
std::vector<std::size_t> ChooseCuts(const std::vector<Unit>& units,
                                    std::uint64_t size_bytes,
                                    const ChunkOptions& options,
                                    const std::stop_token& stop = {});

}  // namespace dobby
