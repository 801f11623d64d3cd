#include "chunks/cuts.h"

#include <algorithm>

#include "base/utf8.h"
#include "chunks/syntax.h"

namespace dobby {
namespace {

// A cut inside a line is worse than any that syntax prices.
constexpr std::uint32_t kInLine = 1000;

// How often a stop is looked for: about each millisecond.
constexpr std::size_t kUnitsBetweenLooks = 1024;

/// What chunks cost by their size: a summary takes time, and one that is much
/// under half full says little. Looked up, since a file of short lines asks
/// for each of its lines 300 times.
class ChunkCosts {
 public:
  explicit ChunkCosts(const ChunkOptions& options)
      : options_(options),
        by_lines_(TableFor(options.max_lines)),
        by_bytes_(TableFor(options.max_bytes)) {}

  std::uint64_t Of(std::uint64_t lines, std::uint64_t bytes) const {
    return kChunkCost + std::min(Penalty(lines, options_.max_lines, by_lines_),
                                 Penalty(bytes, options_.max_bytes, by_bytes_));
  }

 private:
  static constexpr std::uint32_t kMostInTable = 1u << 16;

  static std::uint32_t PenaltyFor(std::uint64_t size, std::uint64_t most) {
    const auto percent = static_cast<std::uint32_t>(size * 100 / most);
    return percent < 50 ? 2 * (50 - percent) : 0;
  }

  static std::vector<std::uint8_t> TableFor(std::uint32_t most) {
    std::vector<std::uint8_t> table;
    for (std::uint32_t size = 0; most <= kMostInTable && size <= most; ++size) {
      table.push_back(static_cast<std::uint8_t>(PenaltyFor(size, most)));
    }
    return table;
  }

  static std::uint32_t Penalty(std::uint64_t size, std::uint32_t most,
                               const std::vector<std::uint8_t>& table) {
    return table.empty() ? PenaltyFor(size, most) : table[size];
  }

  const ChunkOptions options_;
  const std::vector<std::uint8_t> by_lines_, by_bytes_;
};

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
                                    const ChunkOptions& options,
                                    const std::stop_token& stop) {
  const std::size_t count = units.size();
  // One chunk is cheaper than two, whatever their sizes.
  const bool is_one = count == 0 || (units.back().line < options.max_lines &&
                                     size_bytes <= options.max_bytes);
  if (is_one) return std::vector<std::size_t>(count == 0 ? 0 : 1, 0);
  const ChunkCosts costs(options);
  std::vector<std::uint64_t> cheapest(count + 1, 0);
  std::vector<std::size_t> next(count + 1, count);
  for (std::size_t first = count; first-- > 0;) {
    if (first % kUnitsBetweenLooks == 0 && stop.stop_requested()) return {};
    cheapest[first] = UINT64_MAX;
    for (std::size_t end = first + 1; end <= count; ++end) {
      const std::uint64_t lines = units[end - 1].line - units[first].line + 1;
      const std::uint64_t end_byte =
          end == count ? size_bytes : units[end].begin;
      const std::uint64_t bytes = end_byte - units[first].begin;
      if (lines > options.max_lines || bytes > options.max_bytes) break;
      const std::uint64_t cut = end == count ? 0 : units[end].cut_cost;
      const std::uint64_t cost = costs.Of(lines, bytes) + cut + cheapest[end];
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
