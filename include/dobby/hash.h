// 256-bit content hashes (BLAKE3), the identity of texts, keys and files.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace dobby {

/// A BLAKE3 digest. Source: the BLAKE3 specification, default mode, 32 bytes.
struct ContentHash {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const ContentHash&) const = default;

  /// Returns 64 lower-case hexadecimal digits.
  std::string ToHex() const;
};

/// Returns the digest of `text`.
ContentHash HashOf(std::string_view text);

/// Hashes a sequence of fields. Each field is preceded by its length, so ("ab",
/// "c") and ("a", "bc") differ.
class FieldHasher {
 public:
  FieldHasher();
  ~FieldHasher();
  FieldHasher(FieldHasher&&) noexcept;
  FieldHasher& operator=(FieldHasher&&) noexcept;

  FieldHasher& Add(std::string_view field);
  ContentHash Finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dobby
