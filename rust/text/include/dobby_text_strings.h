// C++ strings across the C ABI of dobby_text.h.
#pragma once

#include <dobby_text.h>

#include <string>
#include <string_view>

namespace dobby {

/// Returns `text` as the library borrows it.
inline DtText Borrowed(std::string_view text) {
  return {text.data(), text.size()};
}

/// Returns the text of a buffer that the library handed out, and frees it.
inline std::string Taken(DtBuffer buffer) {
  std::string text(buffer.data, buffer.size);
  dt_free_buffer(buffer);
  return text;
}

}  // namespace dobby
