// The file that holds a model's weights in the order in which the kernels read
// them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dobby/hash.h"
#include "dobby/result.h"
#include "models/onnx_graph.h"

namespace dobby {

/// Name of the file in its folder.
inline constexpr const char* kPackedFile = "weights.bin";

/// A matrix of the portable data file: codes [rows, columns / 32, 4 * bits]
/// and float scales [rows, columns / 32], as MatMulNBits takes them.
struct BlockMatrix {
  int bits = 8;  ///< 4 or 8.
  std::int64_t rows = 0;
  std::int64_t columns = 0;  ///< A multiple of 32.
  Extent codes, scales;      ///< In the portable file; `scales` at 4 bytes.

  bool operator==(const BlockMatrix& other) const;
};

/// Returns whether the panels of two matrices can alternate in one matrix.
bool CanAlternate(const BlockMatrix& a, const BlockMatrix& b);

/// One matrix of the packed file; see kernels/packed_matrix.h for the order
/// of its codes and scales.
struct PackedEntry {
  /// One matrix, or two that CanAlternate: the first one's panel 0, the second
  /// one's panel 0, the first one's panel 1, ...
  std::vector<BlockMatrix> from;
  Extent codes, scales;  ///< In the packed file; PlaceTensors fills them in.

  int bits() const { return from.front().bits; }
  std::int64_t rows() const;
  std::int64_t columns() const { return from.front().columns; }
  std::vector<std::int64_t> CodeDims() const;   ///< [panels, groups, bytes]
  std::vector<std::int64_t> ScaleDims() const;  ///< [panels, groups, 16]
};

/// Bytes that are copied unchanged.
struct CopiedEntry {
  Extent from;
  Extent to;  ///< PlaceTensors fills it in.
};

/// The content of a model's packed file.
struct PackingPlan {
  std::string source;  ///< Path of the portable data file.
  std::uint64_t source_bytes = 0;
  std::vector<PackedEntry> matrices;
  std::vector<CopiedEntry> copies;
  std::uint64_t bytes = 0;  ///< Of the packed file; PlaceTensors fills it in.
};

/// Gives every tensor a place, at a multiple of 4,096 bytes, so that it can be
/// used in the mapped file.
void PlaceTensors(PackingPlan& plan);

/// Returns the folder of all packed weights: the first of $DOBBY_CACHE/packed,
/// $XDG_CACHE_HOME/dobby/packed and ~/.cache/dobby/packed whose variable is
/// set.
std::string PackedWeightsDir();

/// Returns the folder with the packed file of the model `id`. If there is none
/// that was made by this plan and agrees with its checksum, makes it and
/// removes files of other layouts. (The checksum takes tens of milliseconds for
/// 150 MB: a flipped bit must not become a wrong summary.) Threads and
/// processes may call this at once: one packs, the others wait. The layout is
/// the same for all CPUs. Errors: kModel if the portable file cannot be read;
/// kIo if the packed one cannot be written, and then nothing of it is left.
Result<std::string> EnsurePackedWeights(const PackingPlan& plan,
                                        const ContentHash& id);

/// Compares the content of the packed file in `folder` with its checksum.
/// Errors: kNotFound, kIo, kCorrupt.
Result<void> VerifyPackedWeights(const std::string& folder);

}  // namespace dobby
