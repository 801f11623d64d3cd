// KV caches of all sequences in one reservation of address space.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dobby/result.h"

namespace dobby {

/// Sizes of a slab. Each layer has a key and a value tensor of shape
/// [slots, kv_heads, capacity, head_size], float32.
struct KvShape {
  std::size_t layers = 0;
  std::size_t slots = 0;
  std::size_t kv_heads = 0;
  std::size_t capacity = 0;  ///< Tokens of one slot.
  std::size_t head_size = 0;

  std::size_t SlotFloats() const { return kv_heads * capacity * head_size; }
  std::uint64_t BytesPerToken() const {
    return 2 * layers * kv_heads * head_size * sizeof(float);
  }
};

/// Address space is reserved for every slot at full capacity; memory is taken
/// only where tokens are written, and given back by Release. So a batch of
/// neighbouring slots is one tensor, and costs what its tokens cost.
class KvSlab {
 public:
  /// Errors: kIo when the address space is refused.
  static Result<KvSlab> Reserve(const KvShape& shape);

  KvSlab() = default;
  ~KvSlab();
  KvSlab(KvSlab&& other) noexcept;
  KvSlab& operator=(KvSlab&& other) noexcept;

  const KvShape& shape() const { return shape_; }

  /// Returns [slots from `slot`, kv_heads, capacity, head_size].
  float* Keys(std::size_t layer, std::size_t slot) const;
  float* Values(std::size_t layer, std::size_t slot) const;

  /// Copies the first `tokens` positions of every layer and head.
  void CopyPrefix(std::size_t from, std::size_t to, std::size_t tokens) const;

  /// Gives the slot's memory back to the system.
  void Release(std::size_t slot) const;

 private:
  KvShape shape_;
  float* base_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace dobby
