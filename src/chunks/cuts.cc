#include "chunks/cuts.h"

#include <algorithm>

#include "base/utf8.h"
#include "chunks/syntax.h"

namespace dobby {
namespace {

// A cut inside a line is worse than any that syntax prices.
constexpr std::uint32_t kInLine = 1000;

/// What a chunk of this size costs: its summary takes time, and one that is
/// much under half full says little.
std::uint64_t CostOfChunk(std::uint64_t lines, std::uint64_t bytes,
                          const ChunkOptions& options) {
  const std::uint64_t percent = std::max(lines * 100 / options.max_lines,
                                         bytes * 100 / options.max_bytes);
  return kChunkCost + (percent < 50 ? 2 * (50 - percent) : 0);
}

}  // namespace

std::vector<Unit> UnitsOf(std::string_view text, std::uint32_t max_bytes) {
  std::vector<Unit> units;
  std::uint64_t begin = 0;
  for (std::uint32_t line = 0; begin < text.size(); ++line) {
    const std::size_t newline = text.find('\n', begin);
    const std::size_t end =
        newline == std::string_view::npos ? text.size() : newline + 1;
    std::uint32_t cost = 0;
    while (begin < end) {
      units.push_back({begin, line, cost});
      begin += Utf8CutAt(text.substr(begin, end - begin), max_bytes);
      cost = kInLine;
    }
  }
  return units;
}

// The cheapest way to cut what begins at a unit is known from those behind it
// (dynamic programming from the end): the cost of the first chunk, plus that
// of the cut at its end, plus the cheapest way for the rest. Of equals, the
// longest first chunk wins.
std::vector<std::size_t> ChooseCuts(const std::vector<Unit>& units,
                                    std::uint64_t size_bytes,
                                    const ChunkOptions& options) {
  const std::size_t count = units.size();
  std::vector<std::uint64_t> cheapest(count + 1, 0);
  std::vector<std::size_t> next(count + 1, count);
  for (std::size_t first = count; first-- > 0;) {
    cheapest[first] = UINT64_MAX;
    for (std::size_t end = first + 1; end <= count; ++end) {
      const std::uint64_t lines = units[end - 1].line - units[first].line + 1;
      const std::uint64_t end_byte =
          end == count ? size_bytes : units[end].begin;
      const std::uint64_t bytes = end_byte - units[first].begin;
      if (lines > options.max_lines || bytes > options.max_bytes) break;
      const std::uint64_t cut = end == count ? 0 : units[end].cut_cost;
      const std::uint64_t cost =
          CostOfChunk(lines, bytes, options) + cut + cheapest[end];
      if (cost > cheapest[first]) continue;
      cheapest[first] = cost;
      next[first] = end;
    }
  }
  std::vector<std::size_t> begins;
  for (std::size_t at = 0; at < count; at = next[at]) begins.push_back(at);
  return begins;
}

}  // namespace dobby
