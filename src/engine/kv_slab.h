// KV caches of all sequences in one reservation of address space.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dobby/result.h"

namespace dobby {

/// Sizes of a slab: [planes, slots, heads, head_bytes]. A plane is what one
/// tensor holds: the keys of a layer, its values, or both in blocks.
struct KvShape {
  std::size_t planes = 0;
  std::size_t slots = 0;
  std::size_t heads = 0;
  /// Room for one head of one slot, growing from its beginning: whole pages
  /// of 4,096, so that releasing a slot never touches its neighbour.
  std::size_t head_bytes = 0;

  std::size_t SlotBytes() const { return heads * head_bytes; }
};

/// Address space is reserved for every slot at full capacity; memory is taken
/// only where tokens are written, and given back by Release. So a batch of
/// neighbouring slots is one tensor, and costs what its tokens cost.
class KvSlab {
 public:
  /// Errors: kIo when the address space is refused, kTooLarge when there is
  /// none of that size.
  static Result<KvSlab> Reserve(const KvShape& shape);

  KvSlab() = default;
  ~KvSlab();
  KvSlab(KvSlab&& other) noexcept;
  KvSlab& operator=(KvSlab&& other) noexcept;

  const KvShape& shape() const { return shape_; }

  /// Returns [slots from `slot`, heads, head_bytes] of a plane.
  std::byte* At(std::size_t plane, std::size_t slot) const;

  /// Copies the first `bytes` of every plane and head.
  void CopyPrefix(std::size_t from, std::size_t to, std::size_t bytes) const;

  /// Returns the lowest free slot, which is the caller's until Release.
  /// Errors: kTooLarge when all are in use.
  Result<std::size_t> Take();

  /// Frees a slot and gives its memory back to the system.
  void Release(std::size_t slot);

 private:
  KvShape shape_;
  std::vector<bool> taken_;  ///< [slots]
  std::byte* base_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace dobby
