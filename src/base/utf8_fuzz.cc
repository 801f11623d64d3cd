// Whatever the bytes: replaced text is well-formed, and cuts fall between
// characters.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string repaired = dobby::ReplaceInvalidUtf8(text);
  if (!dobby::IsUtf8(repaired)) std::abort();
  if (dobby::IsUtf8(text) && repaired != text) std::abort();
  // Fewer than 4 bytes may be less than the first character.
  for (std::size_t max_bytes = 4; max_bytes <= repaired.size(); ++max_bytes) {
    const std::size_t cut = dobby::Utf8CutAt(repaired, max_bytes);
    if (cut > max_bytes || max_bytes - cut > 3) std::abort();
    if (!dobby::IsUtf8(std::string_view(repaired).substr(0, cut))) std::abort();
  }
  return 0;
}
