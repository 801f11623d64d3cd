#include "engine/kv_slab.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace dobby {
namespace {

constexpr std::size_t kPageBytes = 4096;

/// Slots start on pages, so that releasing one never touches its neighbour:
/// capacity is rounded up until a head's rows fill whole pages.
std::size_t RoundedCapacity(const KvShape& shape) {
  std::size_t capacity = shape.capacity;
  while (capacity * shape.head_size * sizeof(float) % kPageBytes != 0) {
    ++capacity;
  }
  return capacity;
}

}  // namespace

Result<KvSlab> KvSlab::Reserve(const KvShape& shape) {
  KvSlab slab;
  slab.shape_ = shape;
  slab.shape_.capacity = RoundedCapacity(shape);
  slab.bytes_ =
      2 * shape.layers * shape.slots * slab.shape_.SlotFloats() * sizeof(float);
  void* base = ::mmap(nullptr, slab.bytes_, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) {
    return Error{ErrorCode::kIo,
                 "cannot reserve " + std::to_string(slab.bytes_ >> 20) +
                     " MiB of address space for the KV cache (" +
                     std::strerror(errno) +
                     "); lower --agents or raise the limit (ulimit -v)",
                 ""};
  }
  slab.base_ = static_cast<float*>(base);
  return slab;
}

KvSlab::~KvSlab() {
  if (base_ != nullptr) ::munmap(base_, bytes_);
}

KvSlab::KvSlab(KvSlab&& other) noexcept
    : shape_(other.shape_),
      base_(std::exchange(other.base_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)) {}

KvSlab& KvSlab::operator=(KvSlab&& other) noexcept {
  std::swap(shape_, other.shape_);
  std::swap(base_, other.base_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

float* KvSlab::Keys(std::size_t layer, std::size_t slot) const {
  return base_ + (2 * layer * shape_.slots + slot) * shape_.SlotFloats();
}

float* KvSlab::Values(std::size_t layer, std::size_t slot) const {
  return base_ + ((2 * layer + 1) * shape_.slots + slot) * shape_.SlotFloats();
}

void KvSlab::CopyPrefix(std::size_t from, std::size_t to,
                        std::size_t tokens) const {
  const std::size_t head = shape_.capacity * shape_.head_size;
  const std::size_t bytes = tokens * shape_.head_size * sizeof(float);
  for (std::size_t layer = 0; layer < shape_.layers; ++layer) {
    for (std::size_t h = 0; h < shape_.kv_heads; ++h) {
      std::memcpy(Keys(layer, to) + h * head, Keys(layer, from) + h * head,
                  bytes);
      std::memcpy(Values(layer, to) + h * head, Values(layer, from) + h * head,
                  bytes);
    }
  }
}

void KvSlab::Release(std::size_t slot) const {
  const std::size_t bytes = shape_.SlotFloats() * sizeof(float);
  for (std::size_t layer = 0; layer < shape_.layers; ++layer) {
    ::madvise(Keys(layer, slot), bytes, MADV_DONTNEED);
    ::madvise(Values(layer, slot), bytes, MADV_DONTNEED);
  }
}

}  // namespace dobby
