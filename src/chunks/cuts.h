// Chooses where to cut a file, given the cost of each cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string_view>
#include <vector>

#include "dobby/chunk.h"

namespace dobby {

/// The smallest unit, which is never cut: a line, or a piece of a line that is
/// over the limit.
struct Unit {
  std::uint64_t begin = 0;     ///< Byte of the file. The unit ends where the
                               ///< next one begins.
  std::uint32_t line = 0;      ///< 0-based.
  std::uint32_t cut_cost = 0;  ///< The cost of a cut before it.
};

/// Returns the lines of `text`, with longer ones in pieces of at most
/// `max_bytes`. Only '\n' ends a line. Pieces have their costs; lines have none
/// yet.
std::vector<Unit> UnitsOf(std::string_view text, std::uint32_t max_bytes);

/// Returns the indices of the units that begin a chunk; the first is 0.
/// `size_bytes`: the end of the last unit. Time: units times those of the
/// largest chunk. None after a stop.
std::vector<std::size_t> ChooseCuts(const std::vector<Unit>& units,
                                    std::uint64_t size_bytes,
                                    const ChunkOptions& options,
                                    const std::stop_token& stop = {});

}  // namespace dobby
