#include "engine/kv_slab.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace dobby {

Result<KvSlab> KvSlab::Reserve(const KvShape& shape) {
  KvSlab slab;
  slab.shape_ = shape;
  slab.taken_.resize(shape.slots);
  slab.bytes_ = 1;
  for (const std::size_t factor :
       {shape.planes, shape.slots, shape.heads, shape.head_bytes}) {
    if (!__builtin_mul_overflow(slab.bytes_, factor, &slab.bytes_)) continue;
    return Error{ErrorCode::kTooLarge,
                 "the KV cache is larger than any memory; lower --agents or "
                 "take a model with a shorter context",
                 ""};
  }
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
  slab.base_ = static_cast<std::byte*>(base);
  return slab;
}

KvSlab::~KvSlab() {
  if (base_ != nullptr) ::munmap(base_, bytes_);
}

KvSlab::KvSlab(KvSlab&& other) noexcept
    : shape_(other.shape_),
      taken_(std::move(other.taken_)),
      base_(std::exchange(other.base_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)) {}

KvSlab& KvSlab::operator=(KvSlab&& other) noexcept {
  std::swap(shape_, other.shape_);
  std::swap(taken_, other.taken_);
  std::swap(base_, other.base_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

std::byte* KvSlab::At(std::size_t plane, std::size_t slot) const {
  return base_ + (plane * shape_.slots + slot) * shape_.SlotBytes();
}

void KvSlab::CopyPrefix(std::size_t from, std::size_t to,
                        std::size_t bytes) const {
  for (std::size_t plane = 0; plane < shape_.planes; ++plane) {
    for (std::size_t head = 0; head < shape_.heads; ++head) {
      const std::size_t at = head * shape_.head_bytes;
      std::memcpy(At(plane, to) + at, At(plane, from) + at, bytes);
    }
  }
}

Result<std::size_t> KvSlab::Take() {
  const auto free = std::find(taken_.begin(), taken_.end(), false);
  if (free == taken_.end()) {
    return Error{ErrorCode::kTooLarge, "all sequences are in use", ""};
  }
  *free = true;
  return static_cast<std::size_t>(free - taken_.begin());
}

void KvSlab::Release(std::size_t slot) {
  taken_[slot] = false;
  for (std::size_t plane = 0; plane < shape_.planes; ++plane) {
    ::madvise(At(plane, slot), shape_.SlotBytes(), MADV_DONTNEED);
  }
}

}  // namespace dobby
