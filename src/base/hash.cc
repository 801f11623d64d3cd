#include "dobby/hash.h"

#include <blake3.h>

namespace dobby {

struct FieldHasher::State {
  blake3_hasher hasher;
};

std::string ContentHash::ToHex() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

ContentHash HashOf(std::string_view text) {
  blake3_hasher hasher;
  blake3_hasher_init(&hasher);
  blake3_hasher_update(&hasher, text.data(), text.size());
  ContentHash hash;
  blake3_hasher_finalize(&hasher, hash.bytes.data(), hash.bytes.size());
  return hash;
}

FieldHasher::FieldHasher() : state_(std::make_unique<State>()) {
  blake3_hasher_init(&state_->hasher);
}
FieldHasher::~FieldHasher() = default;
FieldHasher::FieldHasher(FieldHasher&&) noexcept = default;
FieldHasher& FieldHasher::operator=(FieldHasher&&) noexcept = default;

FieldHasher& FieldHasher::Add(std::string_view field) {
  const std::uint64_t size = field.size();
  blake3_hasher_update(&state_->hasher, &size, sizeof size);
  blake3_hasher_update(&state_->hasher, field.data(), field.size());
  return *this;
}

ContentHash FieldHasher::Finish() const {
  ContentHash hash;
  blake3_hasher_finalize(&state_->hasher, hash.bytes.data(), hash.bytes.size());
  return hash;
}

}  // namespace dobby
